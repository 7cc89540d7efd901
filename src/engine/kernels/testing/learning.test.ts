/** The loss and the optimizers against their formulas in double precision. */
import { afterAll, describe, expect, it } from 'vitest';
import { Workbench } from './workbench.js';

const bench = await Workbench.open();
afterAll(() => bench.close());

describe('crossEntropy', () => {
  for (const [seed, classes] of [2, 3, 10, 101, 1000, 1].entries()) {
    for (const smoothing of [0, 0.1]) {
      it(`${classes} classes, smoothing ${smoothing}`, () => {
        bench.clear(seed);
        const images = 9;
        const x = bench.map([images, 1, 1, classes], { slack: seed % 2 });
        x.each((...at) => x.set(...at, x.at(...at) * [1, 30, 300][at[0] % 3]!));
        const dx = bench.map([images, 1, 1, classes]);
        const labels = Array.from({ length: images }, () => bench.random.integer(classes));
        const [loss, right] = [bench.normals(images), bench.integers(new Array(images).fill(7))];
        bench.run(
          'crossEntropy',
          images,
          {
            x: x.address,
            xImage: x.image,
            classes,
            labels: bench.integers(labels),
            smoothing,
            loss,
            right,
            dx: dx.address,
            dxImage: dx.image,
            images,
            weight: 0.5,
          },
          [...dx.regions(), { address: loss, bytes: 4 * images }, { address: right, bytes: 4 * images }],
        );
        const s = Math.fround(smoothing);
        labels.forEach((label, n) => {
          const logits = Array.from({ length: classes }, (_, k) => x.at(n, 0, 0, k));
          const largest = Math.max(...logits);
          const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
          const logSoftmax = logits.map((logit) => logit - largest - Math.log(total));
          const target = (k: number) => s / classes + (k === label ? 1 - s : 0);
          const expected = -logSoftmax.reduce((sum, value, k) => sum + target(k) * value, 0);
          expect(Math.abs(bench.f32[loss / 4 + n]! - expected)).toBeLessThanOrEqual(1e-6 * (1 + expected));
          expect(bench.readIntegers(right, images)[n]).toBe(logits.indexOf(largest) === label ? 1 : 0);
          logSoftmax.forEach((value, k) => {
            const gradient = (0.5 / images) * (Math.exp(value) - target(k));
            expect(Math.abs(dx.at(n, 0, 0, k) - gradient)).toBeLessThanOrEqual(1e-7 * Math.abs(gradient) + 1e-9);
          });
        });
      });
    }
  }

  it('is NaN where a logit is', () => {
    bench.clear(1);
    const [x, dx] = [bench.map([1, 1, 1, 4]), bench.map([1, 1, 1, 4])];
    x.set(0, 0, 0, 1, Number.NaN);
    const [loss, right, labels] = [bench.normals(1), bench.integers([0]), bench.integers([0])];
    const maps = { x: x.address, xImage: x.image, dx: dx.address, dxImage: dx.image };
    bench.run('crossEntropy', 1, { ...maps, classes: 4, labels, smoothing: 0, loss, right, images: 1, weight: 1 }, [
      ...dx.regions(),
      { address: loss, bytes: 4 },
      { address: right, bytes: 4 },
    ]);
    expect(bench.f32[loss / 4]).toBeNaN();
  });
});

interface Segment {
  readonly value: number;
  readonly gradient: number;
  readonly first: number;
  readonly second: number;
  readonly length: number;
  readonly decays: number;
  readonly steps: number;
}

function makeSegments(): { segments: Segment[]; table: number } {
  const segments = [1, 2, 3, 4, 5, 27, 64, 100].map((length, i) => ({
    value: bench.normals(length),
    gradient: bench.normals(length),
    first: bench.normals(length),
    second: bench.floats(Array.from({ length }, () => bench.random.float())),
    length,
    decays: i % 2,
    steps: bench.floats([i * i]),
  }));
  const rows = segments.flatMap(({ value, gradient, first, second, length, decays, steps }) => [
    value,
    gradient,
    first,
    second,
    length,
    decays,
    steps,
    0,
  ]);
  return { segments, table: bench.integers(rows) };
}

/** Reads what an optimizer works on, as numbers. */
function read({ value, gradient, first, second, length, decays, steps }: Segment) {
  const floats = (address: number) => bench.readFloats(address, length);
  const state = { value: floats(value), gradient: floats(gradient), first: floats(first), second: floats(second) };
  return { ...state, decays, steps: bench.f32[steps / 4]! };
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of found.entries()) {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(2e-6 * (1 + Math.abs(expected[i]!)));
  }
}

it('gradientNorms sums squares in double precision', () => {
  bench.clear(1);
  const { segments, table } = makeSegments();
  const partial = bench.normals(2 * segments.length);
  bench.run('gradientNorms', segments.length, { table, segments: segments.length, partial }, [
    { address: partial, bytes: 8 * segments.length },
  ]);
  bench.readDoubles(partial, segments.length).forEach((found, i) => {
    const squares = read(segments[i]!).gradient.reduce((sum, g) => sum + g * g, 0);
    expect(found / squares).toBeCloseTo(1, 12);
  });
});

const clippings: readonly [string, number[], number, number][] = [
  ['scales gradients down to the limit', [9, 16], 2, 2 / 5],
  ['leaves gradients below the limit', [9, 16], 6, 1],
  ['leaves gradients without a limit', [9, 16], Number.POSITIVE_INFINITY, 1],
  ['refuses a norm that is infinite', [9, Number.POSITIVE_INFINITY], 2, Number.NaN],
  ['refuses a norm that is not a number', [Number.NaN, 16], Number.POSITIVE_INFINITY, Number.NaN],
];
for (const [what, squares, limit, expected] of clippings) {
  it(`clipFactor ${what}`, () => {
    bench.clear(5);
    const partial = bench.doubles(squares);
    const factor = bench.floats([0.5]);
    bench.run('clipFactor', 1, { partial, segments: squares.length, limit, factor }, [{ address: factor, bytes: 4 }]);
    expect(bench.readFloats(factor, 1)).toEqual([Math.fround(expected)]);
  });
}

it('no optimizer changes anything where the norm was refused', () => {
  bench.clear(6);
  const { segments, table } = makeSegments();
  const common = { table, segments: segments.length, factor: bench.floats([Number.NaN]), rate: 0.1, decay: 0.05 };
  bench.run('sgd', segments.length, { ...common, momentum: 0.9, nesterov: 1 }, []);
  bench.run('adamw', segments.length, { ...common, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }, []);
});

for (const nesterov of [0, 1]) {
  it(`sgd ${nesterov ? 'with' : 'without'} Nesterov momentum`, () => {
    bench.clear(2 + nesterov);
    const { segments, table } = makeSegments();
    const before = segments.map(read);
    const rule = { factor: bench.floats([0.7]), rate: 0.1, momentum: 0.9, nesterov, decay: 0.05 };
    const written = segments.flatMap(({ value, first, length }) =>
      [value, first].map((address) => ({ address, bytes: 4 * length })),
    );
    bench.run('sgd', segments.length, { table, segments: segments.length, ...rule }, written);
    segments.map(read).forEach((after, s) => {
      const { value, gradient, first, decays } = before[s]!;
      const g = gradient.map((each, i) => 0.7 * each + (decays ? 0.05 * value[i]! : 0));
      const momentum = g.map((each, i) => 0.9 * first[i]! + each);
      expectClose(after.first, momentum);
      expectClose(
        after.value,
        value.map((each, i) => each - 0.1 * (nesterov ? g[i]! + 0.9 * momentum[i]! : momentum[i]!)),
      );
    });
  });
}

it('adamw', () => {
  bench.clear(4);
  const { segments, table } = makeSegments();
  const before = segments.map(read);
  const rule = { factor: bench.floats([0.7]), rate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0.05 };
  const written = segments.flatMap(({ value, first, second, steps, length }) => [
    ...[value, first, second].map((address) => ({ address, bytes: 4 * length })),
    { address: steps, bytes: 4 },
  ]);
  bench.run('adamw', segments.length, { table, segments: segments.length, ...rule }, written);
  segments.map(read).forEach((after, s) => {
    const { value, gradient, first, second, decays, steps } = before[s]!;
    expect(after.steps).toBe(steps + 1);
    const g = gradient.map((each) => 0.7 * each);
    const m = g.map((each, i) => 0.9 * first[i]! + 0.1 * each);
    const v = g.map((each, i) => 0.99 * second[i]! + 0.01 * each * each);
    expectClose(after.first, m);
    expectClose(after.second, v);
    const updated = value.map((each, i) => {
      const mean = m[i]! / (1 - 0.9 ** (steps + 1));
      const square = v[i]! / (1 - 0.99 ** (steps + 1));
      return each * (1 - 0.01 * (decays ? 0.05 : 0)) - (0.01 * mean) / (Math.sqrt(square) + 1e-8);
    });
    expectClose(after.value, updated);
  });
});
