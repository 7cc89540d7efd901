/** Depthwise convolution and its gradients against sums written out over taps. */
import { afterAll, describe, expect, it } from 'vitest';
import { expectSum, roundUp, Sum, strides, type TestMap, Workbench } from './workbench.js';

const bench = await Workbench.open();
afterAll(() => bench.close());

interface Case {
  readonly images: number;
  readonly height: number; // of the output
  readonly width: number;
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

function randomCase(): Case {
  const { random } = bench;
  return {
    images: 1 + random.integer(5),
    height: 1 + random.integer(6),
    width: 1 + random.integer(random.integer(3) === 0 ? 21 : 9),
    channels: 1 + random.integer(random.integer(3) === 0 ? 40 : 9),
    kernel: [1, 2, 3, 3, 5, 7][random.integer(6)]!,
    stride: 1 + random.integer(3),
    dilation: 1 + random.integer(2),
  };
}

function inputOf({ images, height, width, channels, kernel, stride, dilation }: Case): TestMap {
  const reach = (kernel - 1) * dilation + 1;
  const shape = [images, (height - 1) * stride + reach, (width - 1) * stride + reach, channels] as const;
  return bench.map(shape, { slack: bench.random.integer(2) });
}

/** Offsets of all taps in an order of our choice; `order` says which weight of [channels][kernel][kernel] belongs to each. */
function tapsOf({ kernel, dilation }: Case, x: TestMap, reversed: boolean): { offsets: number[]; order: number[] } {
  const taps = Array.from({ length: kernel * kernel }, (_, tap) => tap);
  const offsets = taps.map((tap) => dilation * (Math.floor(tap / kernel) * x.row + (tap % kernel) * x.pixel));
  return { offsets, order: reversed ? taps.reverse() : taps };
}

describe('packDepthwise and depthwise', () => {
  for (let seed = 0; seed < 60; seed++) {
    it(`random shape ${seed}`, () => {
      bench.clear(seed);
      const shape = randomCase();
      const { images, height, width, channels, kernel, stride } = shape;
      const taps = kernel * kernel;
      const add = bench.random.integer(2);
      const x = inputOf(shape);
      const y = bench.map([images, height, width, channels], {
        border: bench.random.integer(2),
        slack: bench.random.integer(2),
      });
      const before = y.values();
      const { offsets, order } = tapsOf(shape, x, bench.random.integer(2) === 0);
      const w = bench.normals(channels * taps);
      const packed = bench.normals(taps * roundUp(channels, 4));
      bench.run('packDepthwise', 1, { w, packed, channels, taps, order: bench.integers(order), kernelTaps: taps }, [
        { address: packed, bytes: 4 * taps * roundUp(channels, 4) },
      ]);
      const args = {
        ...strides('x', x),
        xRow: stride * x.row,
        xPixel: stride * x.pixel,
        ...strides('y', y),
        height,
        width,
        channels,
        offsets: bench.integers(offsets),
        taps,
        packed,
        add,
      };
      bench.run('depthwise', images, args, y.regions());

      let index = 0;
      y.each((n, h, v, c) => {
        const sum = new Sum();
        if (add) sum.add(before[index]!);
        index++;
        for (let tap = 0; tap < taps; tap++)
          sum.add(tapped(shape, x, tap, n, h, v, c) * bench.f32[w / 4 + c * taps + order[tap]!]!);
        expectSum(y.at(n, h, v, c), sum, `${n} ${h} ${v} ${c} of ${JSON.stringify(shape)}`);
      });
    });
  }
});

describe('depthwiseWeights and unpackDepthwise', () => {
  for (let seed = 0; seed < 50; seed++) {
    it(`random shape ${seed}`, () => {
      bench.clear(500 + seed);
      const shape = randomCase();
      const { images, height, width, channels, kernel, stride } = shape;
      const taps = kernel * kernel;
      const x = inputOf(shape);
      const dy = bench.map([images, height, width, channels], { slack: bench.random.integer(2) });
      const { offsets, order } = tapsOf(shape, x, false);
      const partials = 1 + bench.random.integer(7); // more than images, too
      const floats = partials * taps * roundUp(channels, 4);
      const partial = bench.normals(floats);
      const args = {
        ...strides('x', x),
        xRow: stride * x.row,
        xPixel: stride * x.pixel,
        ...strides('dy', dy),
        images,
        height,
        width,
        channels,
        offsets: bench.integers(offsets),
        taps,
        partial,
        partials,
      };
      bench.run('depthwiseWeights', partials, args, [{ address: partial, bytes: 4 * floats }]);
      expect(bench.readFloats(partial, floats).every(Number.isFinite)).toBe(true);
      const w = bench.normals(channels * taps);
      const before = bench.readFloats(w, channels * taps);
      bench.run(
        'unpackDepthwise',
        1,
        { w, partial, partials, channels, taps, order: bench.integers(order), kernelTaps: taps, weight: 0.5 },
        [{ address: w, bytes: 4 * channels * taps }],
      );
      for (let c = 0; c < channels; c++) {
        for (let tap = 0; tap < taps; tap++) {
          const sum = new Sum();
          sum.add(before[c * taps + tap]!);
          for (let n = 0; n < images; n++)
            for (let h = 0; h < height; h++)
              for (let v = 0; v < width; v++) sum.add(0.5 * tapped(shape, x, tap, n, h, v, c) * dy.at(n, h, v, c));
          expectSum(bench.f32[w / 4 + c * taps + tap]!, sum, `${c} ${tap} of ${JSON.stringify(shape)}`);
        }
      }
    });
  }
});

/** What a tap sees of the input for an output's place. */
function tapped(
  { kernel, stride, dilation }: Case,
  x: TestMap,
  tap: number,
  n: number,
  h: number,
  w: number,
  c: number,
): number {
  return x.at(n, h * stride + Math.floor(tap / kernel) * dilation, w * stride + (tap % kernel) * dilation, c);
}
