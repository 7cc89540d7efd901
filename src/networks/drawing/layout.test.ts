import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '../../math/random.js';
import { layeredLayout } from './layout.js';

const GAPS = { across: 10, down: 20 };

/** Boxes of any size with arrows from earlier to later ones, in shuffled places. */
function randomDiagram(randomSeed: number) {
  const random = createRandom(randomSeed);
  const boxes = Array.from({ length: 1 + random.integer(25) }, () => ({
    width: 10 + random.integer(200),
    height: 10 + random.integer(50),
  }));
  const rank = boxes.map(() => random.float());
  const edges = boxes.flatMap((_, from) =>
    boxes.flatMap((_, to) => (rank[from]! < rank[to]! && random.float() < 0.15 ? [{ from, to }] : [])),
  );
  return { boxes, edges };
}

it('lets no boxes overlap, keeps everything inside, and points every arrow down', () => {
  fc.assert(
    fc.property(fc.integer(), (randomSeed) => {
      const { boxes, edges } = randomDiagram(randomSeed);
      const layout = layeredLayout(boxes, edges, GAPS);
      const placed = boxes.map(({ width, height }, i) => ({ width, height, ...layout.boxes[i]! }));
      for (const [i, a] of placed.entries()) {
        expect(a.x).toBeGreaterThan(-1e-6);
        expect(a.y).toBeGreaterThanOrEqual(0);
        expect(a.x + a.width).toBeLessThan(layout.width + 1e-6);
        expect(a.y + a.height).toBeLessThan(layout.height + 1e-6);
        for (const b of placed.slice(i + 1)) {
          const apart =
            a.x + a.width <= b.x + 1e-6 ||
            b.x + b.width <= a.x + 1e-6 ||
            a.y + a.height <= b.y ||
            b.y + b.height <= a.y;
          expect(apart).toBe(true);
        }
      }
      edges.forEach(({ from, to }, i) => {
        const route = layout.routes[i]!;
        expect(route[0]!.y).toBe(placed[from]!.y + boxes[from]!.height);
        expect(route.at(-1)!.y).toBe(placed[to]!.y);
        for (const [k, point] of route.entries()) if (k > 0) expect(point.y).toBeGreaterThanOrEqual(route[k - 1]!.y);
      });
    }),
    { numRuns: 200 },
  );
});

it('leads long arrows between boxes, never over them', () => {
  fc.assert(
    fc.property(fc.integer(), (randomSeed) => {
      const { boxes, edges } = randomDiagram(randomSeed);
      const layout = layeredLayout(boxes, edges, GAPS);
      for (const route of layout.routes) {
        for (let k = 1; k + 1 < route.length; k += 2) {
          const [top, bottom] = [route[k]!, route[k + 1]!];
          expect(bottom.x).toBe(top.x);
          const hit = boxes.some(({ width, height }, i) => {
            const { x, y } = layout.boxes[i]!;
            return x + 1e-6 < top.x && top.x < x + width - 1e-6 && top.y < y + height && y < bottom.y;
          });
          expect(hit).toBe(false);
        }
      }
    }),
    { numRuns: 200 },
  );
});

it('stands a chain in one line', () => {
  const boxes = [30, 80, 50, 20].map((width) => ({ width, height: 10 }));
  const edges = [0, 1, 2].map((from) => ({ from, to: from + 1 }));
  const { boxes: placed, width, height } = layeredLayout(boxes, edges, GAPS);
  expect(placed.map(({ x }, i) => x + boxes[i]!.width / 2)).toEqual([40, 40, 40, 40]);
  expect(placed.map(({ y }) => y)).toEqual([0, 30, 60, 90]);
  expect([width, height]).toEqual([80, 100]);
});

it('puts a box to which nothing leads right above the first that needs it', () => {
  const boxes = Array.from({ length: 4 }, () => ({ width: 10, height: 10 }));
  const edges = [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 3, to: 2 },
  ];
  expect(layeredLayout(boxes, edges, GAPS).boxes[3]!.y).toBe(30);
});
