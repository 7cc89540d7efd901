import { expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { PointIndex } from './point-index.js';

it('finds what looking at every point finds', () => {
  const random = createRandom(1);
  const width = 300;
  const height = 120;
  const count = 500;
  const whole = (below: number) => Array.from({ length: count }, () => random.integer(below)); // many share a place
  const places = { x: Float32Array.from(whole(width)), y: Float32Array.from(whole(height)) };
  const index = new PointIndex(places, width, height);
  for (let k = 0; k < 2000; k++) {
    const x = random.integer(width + 40) - 20;
    const y = random.integer(height + 40) - 20;
    const reach = 1 + random.integer(40);
    let best = -1;
    let least = reach ** 2;
    for (let i = 0; i < count; i++) {
      const distance = (places.x[i]! - x) ** 2 + (places.y[i]! - y) ** 2;
      if (distance < least || (distance === least && i > best)) {
        best = i;
        least = distance;
      }
    }
    expect(index.nearest(x, y, reach)).toBe(best);
  }
});

it('leaves out points at no number and outside of the picture', () => {
  const index = new PointIndex({ x: [Number.NaN, 10, -5, 500], y: [10, Number.NaN, 10, 10] }, 100, 100);
  expect(index.nearest(10, 10, 1000)).toBe(-1);
  expect(new PointIndex({ x: [], y: [] }, 0, 0).nearest(0, 0, 10)).toBe(-1);
});
