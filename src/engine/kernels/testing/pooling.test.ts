/** Pooling over windows against windows written out. */
import { afterAll, describe, expect, it } from 'vitest';
import { expectSum, Sum, strides, type TestMap, Workbench } from './workbench.js';

const bench = await Workbench.open();
afterAll(() => bench.close());

interface Case {
  readonly x: TestMap;
  readonly y: TestMap;
  readonly window: Readonly<
    Record<'height' | 'width' | 'channels' | 'kernel' | 'stride' | 'padding' | 'xHeight' | 'xWidth', number>
  >;
}

function onCases(name: string, test: (made: Case) => void): void {
  describe(name, () => {
    for (let seed = 0; seed < 25; seed++) {
      it(`random shape ${seed}`, () => {
        bench.clear(seed);
        const { random } = bench;
        const kernel = 1 + random.integer(4);
        const padding = random.integer(Math.floor(kernel / 2) + 1);
        const stride = 1 + random.integer(3);
        const [xHeight, xWidth] = [kernel + random.integer(8), kernel + random.integer(8)];
        const [height, width] = [xHeight, xWidth].map(
          (size) => Math.floor((size + 2 * padding - kernel) / stride) + 1,
        ) as [number, number];
        const [images, channels] = [1 + random.integer(4), 1 + random.integer(13)];
        const x = bench.map([images, xHeight, xWidth, channels], { slack: random.integer(2) });
        const y = bench.map([images, height, width, channels], { border: random.integer(2), slack: random.integer(2) });
        test({ x, y, window: { height, width, channels, kernel, stride, padding, xHeight, xWidth } });
      });
    }
  });
}

/** The places of a window that lie inside the map, row by row. */
function windowAt(
  { window: { kernel, stride, padding, xHeight, xWidth } }: Case,
  h: number,
  w: number,
): [number, number][] {
  const places: [number, number][] = [];
  for (let i = h * stride - padding; i < h * stride - padding + kernel; i++)
    for (let j = w * stride - padding; j < w * stride - padding + kernel; j++)
      if (i >= 0 && i < xHeight && j >= 0 && j < xWidth) places.push([i, j]);
  return places;
}

onCases('poolMaximum and its gradient', (made) => {
  const { x, y, window } = made;
  if (bench.random.integer(2)) x.each((...at) => x.set(...at, Math.round(x.at(...at)) + 0)); // equals
  bench.run('poolMaximum', x.images, { ...strides('x', x), ...strides('y', y), ...window }, y.regions());
  const dy = bench.map([y.images, y.height, y.width, y.channels]);
  const dx = bench.map([x.images, x.height, x.width, x.channels], { slack: 1 });
  const sums = new Map<string, Sum>();
  dx.each((...at) => {
    const sum = new Sum();
    sum.add(dx.at(...at));
    sums.set(at.join(), sum);
  });
  y.each((n, h, w, c) => {
    const places = windowAt(made, h, w);
    const largest = Math.max(...places.map(([i, j]) => x.at(n, i, j, c)));
    expect(y.at(n, h, w, c)).toBe(largest);
    const [i, j] = places.find(([i, j]) => x.at(n, i, j, c) === largest)!;
    sums.get([n, i, j, c].join())!.add(dy.at(n, h, w, c));
  });
  const maps = { ...strides('x', x), ...strides('dy', dy), ...strides('dx', dx) };
  bench.run('poolMaximumBack', x.images, { ...maps, ...window }, dx.regions());
  dx.each((...at) => expectSum(dx.at(...at), sums.get(at.join())!, at.join()));
});

onCases('poolAverage and its gradient', (made) => {
  const { x, y, window } = made;
  bench.run('poolAverage', x.images, { ...strides('x', x), ...strides('y', y), ...window }, y.regions());
  const dy = bench.map([y.images, y.height, y.width, y.channels]);
  const dx = bench.map([x.images, x.height, x.width, x.channels], { slack: 1 });
  const sums = new Map<string, Sum>();
  dx.each((...at) => {
    const sum = new Sum();
    sum.add(dx.at(...at));
    sums.set(at.join(), sum);
  });
  y.each((n, h, w, c) => {
    const places = windowAt(made, h, w);
    const mean = new Sum();
    for (const [i, j] of places) {
      mean.add(x.at(n, i, j, c) / places.length);
      sums.get([n, i, j, c].join())!.add(dy.at(n, h, w, c) / places.length);
    }
    expectSum(y.at(n, h, w, c), mean, [n, h, w, c].join());
  });
  bench.run('poolAverageBack', x.images, { ...strides('dx', dx), ...strides('dy', dy), ...window }, dx.regions());
  dx.each((...at) => expectSum(dx.at(...at), sums.get(at.join())!, at.join()));
});

it('NaN goes through the maximum, so that a diverged network shows', () => {
  bench.clear(1);
  const [x, y] = [bench.map([1, 2, 2, 4]), bench.map([1, 1, 1, 4])];
  x.set(0, 1, 0, 1, Number.NaN);
  const window = { height: 1, width: 1, channels: 4, kernel: 2, stride: 2, padding: 0, xHeight: 2, xWidth: 2 };
  bench.run('poolMaximum', 1, { ...strides('x', x), ...strides('y', y), ...window }, y.regions());
  expect(y.values().map(Number.isNaN)).toEqual([false, true, false, false]);
});
