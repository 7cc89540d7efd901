/** What works on values or channels alone, each against one line of TypeScript. */
import { afterAll, describe, expect, it } from 'vitest';
import { dropoutHash, dropoutThreshold } from '../../dropout-hash.js';
import { activationCodes } from '../../instructions.js';
import { activations } from './activations.js';
import { expectSum, Sum, strides, type TestMap, Workbench } from './workbench.js';

const bench = await Workbench.open();
afterAll(() => bench.close());

/** Runs a test on maps of many shapes; `make` makes further maps of the same shape in other layouts. */
function onShapes(name: string, test: (make: () => TestMap, seed: number) => void): void {
  describe(name, () => {
    for (let seed = 0; seed < 12; seed++) {
      it(`random shape ${seed}`, () => {
        bench.clear(seed);
        const { random } = bench;
        const shape = [
          1 + random.integer(5),
          1 + random.integer(5),
          1 + random.integer(9),
          1 + random.integer(21),
        ] as const;
        test(() => bench.map(shape, { border: random.integer(2), slack: random.integer(2) }), seed);
      });
    }
  });
}

const shapeOf = ({ height, width, channels }: TestMap) => ({ height, width, channels });

/** Compares a map with what a function of the place gives, plus what stood there where `add` is 1. */
function expectMap(
  map: TestMap,
  before: readonly number[],
  add: number,
  expected: (n: number, h: number, w: number, c: number) => number,
): void {
  let index = 0;
  map.each((n, h, w, c) => {
    const sum = new Sum();
    if (add) sum.add(before[index]!);
    index++;
    sum.add(expected(n, h, w, c));
    expectSum(map.at(n, h, w, c), sum, `${n} ${h} ${w} ${c}`);
  });
}

onShapes('copy', (make, seed) => {
  const [x, y, add] = [make(), make(), seed % 2];
  const before = y.values();
  bench.run('copy', x.images, { ...strides('x', x), ...strides('y', y), ...shapeOf(x), add }, y.regions());
  expectMap(y, before, add, (...at) => x.at(...at));
});

onShapes('sum', (make) => {
  const [a, b, y] = [make(), make(), make()];
  bench.run(
    'sum',
    a.images,
    { ...strides('a', a), ...strides('b', b), ...strides('y', y), ...shapeOf(a) },
    y.regions(),
  );
  expectMap(y, [], 0, (...at) => a.at(...at) + b.at(...at));
});

onShapes('moveChannels', (make, seed) => {
  const [x, y, add] = [make(), make(), seed % 2];
  const before = y.values();
  const channels = Array.from({ length: x.channels }, (_, c) => c);
  const count = 1 + bench.random.integer(x.channels);
  const from = channels.map(() => bench.random.integer(x.channels)).slice(0, count);
  const to = [...channels].reverse().slice(0, count);
  const tables = { count, from: bench.integers(from), to: bench.integers(to) };
  const { height, width, images } = x;
  bench.run(
    'moveChannels',
    images,
    { ...strides('x', x), ...strides('y', y), height, width, ...tables, add },
    y.regions(false),
  );
  let index = 0;
  y.each((n, h, w, c) => {
    const k = to.indexOf(c);
    const moved = k < 0 ? 0 : x.at(n, h, w, from[k]!);
    const kept = k < 0 || add ? before[index]! : 0;
    expect(y.at(n, h, w, c)).toBe(Math.fround(kept + moved));
    index++;
  });
});

onShapes('scaleChannels', (make, seed) => {
  const [x, y, add] = [make(), make(), seed % 2];
  const before = y.values();
  const f = bench.map([x.images, 1, 1, x.channels], { slack: seed % 3 });
  const args = { ...strides('x', x), f: f.address, fImage: f.image, ...strides('y', y), ...shapeOf(x), add };
  bench.run('scaleChannels', x.images, args, y.regions());
  expectMap(y, before, add, (n, h, w, c) => x.at(n, h, w, c) * f.at(n, 0, 0, c));
});

onShapes('scaleChannelsBack', (make, seed) => {
  const [x, dy, add] = [make(), make(), seed % 2];
  const df = bench.map([x.images, 1, 1, x.channels], { slack: seed % 3 });
  const sums = df.values().map((start) => {
    const sum = new Sum();
    if (add) sum.add(start);
    return sum;
  });
  x.each((n, h, w, c) => sums[n * x.channels + c]!.add(x.at(n, h, w, c) * dy.at(n, h, w, c)));
  const args = { ...strides('x', x), ...strides('dy', dy), ...shapeOf(x), df: df.address, dfImage: df.image, add };
  bench.run('scaleChannelsBack', x.images, args, df.regions());
  for (const [i, found] of df.values().entries()) expectSum(found, sums[i]!, `factor ${i}`);
});

onShapes('globalPool and its gradient', (make, seed) => {
  const [x, dx, add] = [make(), make(), seed % 2];
  const y = bench.map([x.images, 1, 1, x.channels], { slack: seed % 3 });
  const pixels = x.height * x.width;
  const vector = { y: y.address, yImage: y.image };
  bench.run('globalPool', x.images, { ...strides('x', x), ...shapeOf(x), ...vector }, y.regions());
  const sums = y.values().map(() => new Sum());
  x.each((n, h, w, c) => sums[n * x.channels + c]!.add(x.at(n, h, w, c) / pixels));
  for (const [i, found] of y.values().entries()) expectSum(found, sums[i]!, `mean ${i}`);
  const before = dx.values();
  const back = { ...strides('dx', dx), ...shapeOf(x), dy: y.address, dyImage: y.image, add };
  bench.run('globalPoolBack', x.images, back, dx.regions());
  expectMap(dx, before, add, (n, _h, _w, c) => y.at(n, 0, 0, c) / pixels);
});

onShapes('dropout drops what its hash says, and is its own gradient', (make, seed) => {
  const [x, y, add] = [make(), make(), seed % 2];
  const before = y.values();
  const probability = Math.fround([0.1, 0.5, 0, 0.9][seed % 4]!);
  const key = bench.random.integer(2 ** 31 - 1) * (seed % 2 === 0 ? 1 : -1);
  const args = { ...strides('x', x), ...strides('y', y), ...shapeOf(x), probability, key, add };
  bench.run('dropout', x.images, args, y.regions());
  expectMap(y, before, add, (n, h, w, c) => {
    const kept = dropoutHash(key, n, h * x.width + w, c) >= dropoutThreshold(probability);
    return kept ? x.at(n, h, w, c) / (1 - probability) : 0;
  });
});

for (const [name, activation] of Object.entries(activationCodes)) {
  onShapes(`${name} and its derivative`, (make, seed) => {
    const f = activations[name as keyof typeof activations];
    const [x, y, dy, dx, add] = [make(), make(), make(), make(), seed % 2];
    x.each((...at) => x.set(...at, x.at(...at) * (seed < 6 ? 4 : 60)));
    bench.run('activate', x.images, { ...strides('x', x), ...strides('y', y), ...shapeOf(x), activation }, y.regions());
    x.each((...at) => {
      const expected = f(x.at(...at));
      expect(Math.abs(y.at(...at) - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected) + 2e-7);
    });
    const before = dx.values();
    const maps = { ...strides('x', x), ...strides('dy', dy), ...strides('dx', dx) };
    bench.run('activateBack', x.images, { ...maps, ...shapeOf(x), activation, add }, dx.regions());
    let index = 0;
    x.each((...at) => {
      const slope = (f(x.at(...at) + 1e-6) - f(x.at(...at) - 1e-6)) / 2e-6;
      const start = add ? before[index]! : 0;
      expect(Math.abs(dx.at(...at) - start - slope * dy.at(...at))).toBeLessThanOrEqual(
        2e-6 * (1 + Math.abs(start) + Math.abs(slope * dy.at(...at))),
      );
      index++;
    });
  });
}

it('NaN goes through every activation, so that a diverged network shows', () => {
  for (const activation of Object.values(activationCodes)) {
    bench.clear(1);
    const [x, y] = [bench.map([1, 1, 1, 4]), bench.map([1, 1, 1, 4])];
    x.set(0, 0, 0, 2, Number.NaN);
    bench.run(
      'activate',
      1,
      { ...strides('x', x), ...strides('y', y), height: 1, width: 1, channels: 4, activation },
      y.regions(),
    );
    expect(y.values().map(Number.isNaN)).toEqual([false, false, true, false]);
  }
});

it('zero fills exactly its bytes', () => {
  for (const bytes of [16, 65_536, 65_552, 200_000]) {
    bench.clear(bytes);
    const address = bench.normals(bytes / 4);
    bench.run('zero', Math.ceil(bytes / 65_536), { address, bytes }, [{ address, bytes }]);
    expect(bench.readFloats(address, bytes / 4).every((value) => value === 0)).toBe(true);
  }
});

it('zeroBorder fills exactly what lies around the map', () => {
  for (let seed = 0; seed < 20; seed++) {
    bench.clear(seed);
    const [top, bottom, left, right] = Array.from({ length: 4 }, () => bench.random.integer(4)) as [
      number,
      number,
      number,
      number,
    ];
    const [images, height, width] = [3, 1 + bench.random.integer(3), 1 + bench.random.integer(3)];
    const whole = bench.map([images, top + height + bottom, left + width + right, 4]);
    const before = whole.values();
    const y = whole.address + top * whole.row + left * whole.pixel;
    const args = { ...strides('y', whole), y, height, width, top, bottom, left, right };
    bench.run('zeroBorder', images, args, whole.regions());
    let index = 0;
    whole.each((n, h, w, c) => {
      const inside = h >= top && h < top + height && w >= left && w < left + width;
      expect(whole.at(n, h, w, c)).toBe(inside ? before[index] : 0);
      index++;
    });
  }
});
