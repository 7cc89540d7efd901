/** Dense convolution and its gradients against sums written out over kernel positions. */
import { afterAll, describe, expect, it } from 'vitest';
import { expectSum, roundUp, Sum, strides, type TestMap, Workbench } from './workbench.js';

const bench = await Workbench.open();
afterAll(() => bench.close());

interface Shape {
  readonly images: number;
  readonly height: number; // of the output
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

function randomShape(): Shape {
  const { random } = bench;
  const large = random.integer(4) === 0;
  return {
    images: 1 + random.integer(4),
    height: 1 + random.integer(large ? 17 : 5),
    width: 1 + random.integer(9),
    inputs: 1 + random.integer(large ? 40 : 9),
    outputs: 1 + random.integer(large ? 40 : 18),
    kernel: [1, 1, 2, 3, 3, 5, 7][random.integer(7)]!,
    stride: 1 + random.integer(3),
    dilation: 1 + random.integer(2),
  };
}

/** The input of a convolution without padding arguments: its map covers all that the kernel reaches. */
function inputOf({ images, height, width, inputs, kernel, stride, dilation }: Shape, slack: number): TestMap {
  const reach = (kernel - 1) * dilation;
  return bench.map([images, (height - 1) * stride + reach + 1, (width - 1) * stride + reach + 1, inputs], { slack });
}

/** Rows of the kernel that lie together in memory: whole kernel rows where channels leave no gaps, single taps otherwise. */
function tapsOf({ kernel, dilation, inputs }: Shape, x: TestMap): { offsets: number[]; taps: number } {
  const joined = dilation === 1 && x.pixel === 4 * roundUp(inputs, 4);
  const offsets: number[] = [];
  for (let i = 0; i < kernel; i++) {
    for (let j = 0; j < (joined ? 1 : kernel); j++) offsets.push(i * dilation * x.row + j * dilation * x.pixel);
  }
  return { offsets, taps: joined ? kernel : 1 };
}

/** Everything that `pack` and `unpack` share; weights are [outputs][inputs][kernel][kernel]. */
function packing({ kernel, inputs, outputs }: Shape, taps: number, paddedInputs: number) {
  const rows = (kernel * kernel) / taps;
  const rowOffsets = bench.integers(Array.from({ length: rows }, (_, row) => row * taps));
  const outputStride = inputs * kernel * kernel;
  return {
    outputs,
    outputStride,
    rows,
    rowOffsets,
    taps,
    tapStride: 1,
    inputs,
    paddedInputs,
    inputStride: kernel ** 2,
  };
}

function eachTap({ kernel, inputs }: Shape, visit: (i: number, j: number, c: number, weight: number) => void): void {
  for (let i = 0; i < kernel; i++)
    for (let j = 0; j < kernel; j++) for (let c = 0; c < inputs; c++) visit(i, j, c, (c * kernel + i) * kernel + j);
}

describe('convolve', () => {
  for (let seed = 0; seed < 60; seed++) {
    it(`random shape ${seed}`, () => {
      bench.clear(seed);
      const shape = randomShape();
      const { images, height, width, inputs, outputs, stride, dilation, kernel } = shape;
      const add = bench.random.integer(2);
      const biased = bench.random.integer(2);
      const x = inputOf(shape, bench.random.integer(2));
      const y = bench.map([images, height, width, outputs], {
        border: bench.random.integer(2),
        slack: bench.random.integer(2),
      });
      const before = y.values();
      const w = bench.normals(outputs * inputs * kernel * kernel);
      const { offsets, taps } = tapsOf(shape, x);
      const paddedInputs = taps === 1 ? inputs : roundUp(inputs, 4);
      const packed = bench.normals(roundUp(outputs, 8) * kernel * kernel * paddedInputs);
      const packedBytes = 4 * roundUp(outputs, 8) * kernel * kernel * paddedInputs;
      bench.run('pack', Math.ceil(outputs / 8), { w, packed, ...packing(shape, taps, paddedInputs) }, [
        { address: packed, bytes: packedBytes },
      ]);
      const bias = bench.normals(outputs);
      const args = {
        ...strides('x', x),
        xRow: stride * x.row,
        xPixel: stride * x.pixel,
        ...strides('y', y),
        height,
        width,
        offsets: bench.integers(offsets),
        rows: offsets.length,
        length: taps * paddedInputs,
        packed,
        outputs,
        bias: biased ? bias : 0,
        add,
      };
      bench.run('convolve', images, args, y.regions(false));

      let index = 0;
      y.each((n, h, v, o) => {
        const sum = new Sum();
        if (add) sum.add(before[index]!);
        index++;
        if (biased) sum.add(bench.f32[bias / 4 + o]!);
        eachTap(shape, (i, j, c, weight) => {
          const value = x.at(n, h * stride + i * dilation, v * stride + j * dilation, c);
          sum.add(value * bench.f32[w / 4 + o * inputs * kernel * kernel + weight]!);
        });
        expectSum(y.at(n, h, v, o), sum, `${n} ${h} ${v} ${o} of ${JSON.stringify(shape)}`);
      });
    });
  }

  it('without any rows gives the bias alone', () => {
    bench.clear(1);
    const x = bench.map([2, 3, 3, 4]);
    const y = bench.map([2, 3, 3, 11]);
    const bias = bench.normals(11);
    const common = { ...strides('x', x), ...strides('y', y), height: 3, width: 3, offsets: 0, rows: 0, length: 4 };
    bench.run('convolve', 2, { ...common, packed: 0, outputs: 11, bias, add: 0 }, y.regions(false));
    y.each((n, h, w, c) => expect(y.at(n, h, w, c)).toBe(bench.f32[bias / 4 + c]));
    const before = y.values();
    bench.run('convolve', 2, { ...common, packed: 0, outputs: 11, bias: 0, add: 1 }, []);
    expect(y.values()).toEqual(before);
  });

  it('gives a pixel the same bits whatever stands beside it', () => {
    bench.clear(2);
    const w = bench.normals(16 * 9 * 8);
    const x = bench.map([5, 5, 7, 8], { border: 1 });
    const y = bench.map([5, 5, 7, 16]);
    const offsets = bench.integers([-1, 0, 1].map((i) => i * x.row - x.pixel));
    const args = {
      ...strides('x', x),
      ...strides('y', y),
      offsets,
      rows: 3,
      length: 24,
      packed: w,
      outputs: 16,
      bias: 0,
    };
    bench.run('convolve', 5, { ...args, height: 5, width: 7, add: 0 }, y.regions());
    const together = y.values();
    const one = bench.map([1, 1, 1, 16]);
    let index = 0;
    for (let n = 0; n < 5; n++)
      for (let h = 0; h < 5; h++)
        for (let v = 0; v < 7; v++) {
          const from = { ...args, x: x.address + n * x.image + h * x.row + v * x.pixel };
          bench.run('convolve', 1, { ...from, ...strides('y', one), height: 1, width: 1, add: 0 }, one.regions());
          expect(one.values()).toEqual(together.slice(index, index + 16));
          index += 16;
        }
  });
});

describe('convolveWeights and unpack', () => {
  for (let seed = 0; seed < 50; seed++) {
    it(`random shape ${seed}`, () => {
      bench.clear(1000 + seed);
      const shape = randomShape();
      const { images, height, width, inputs, outputs, stride, dilation, kernel } = shape;
      const x = inputOf(shape, bench.random.integer(2));
      const dy = bench.map([images, height, width, outputs], { slack: bench.random.integer(2) });
      const { offsets, taps } = tapsOf(shape, x);
      const paddedInputs = taps === 1 ? inputs : roundUp(inputs, 4);
      const length = taps * paddedInputs;
      const paddedOutputs = roundUp(outputs, 8);
      const packed = bench.normals(offsets.length * length * paddedOutputs);
      const packedCount = offsets.length * length * paddedOutputs;
      const args = {
        ...strides('x', x),
        xRow: stride * x.row,
        xPixel: stride * x.pixel,
        ...strides('dy', dy),
        images,
        height,
        width,
        offsets: bench.integers(offsets),
        rows: offsets.length,
        length,
        packed,
        outputs,
      };
      const items = offsets.length * Math.ceil(length / 4);
      bench.run('convolveWeights', items, args, [{ address: packed, bytes: 4 * packedCount }]);
      expect(bench.readFloats(packed, packedCount).every(Number.isFinite)).toBe(true);
      const gradient = bench.normals(outputs * inputs * kernel * kernel);
      const before = bench.readFloats(gradient, outputs * inputs * kernel * kernel);
      bench.run(
        'unpack',
        outputs,
        { w: gradient, packed, ...packing(shape, taps, paddedInputs), paddedOutputs, weight: 0.5 },
        [{ address: gradient, bytes: 4 * before.length }],
      );
      for (let o = 0; o < outputs; o++) {
        eachTap(shape, (i, j, c, weight) => {
          const index = o * inputs * kernel * kernel + weight;
          const sum = new Sum();
          sum.add(before[index]!);
          for (let n = 0; n < images; n++)
            for (let h = 0; h < height; h++)
              for (let v = 0; v < width; v++) {
                sum.add(0.5 * x.at(n, h * stride + i * dilation, v * stride + j * dilation, c) * dy.at(n, h, v, o));
              }
          expectSum(bench.f32[gradient / 4 + index]!, sum, `${o} ${i} ${j} ${c} of ${JSON.stringify(shape)}`);
        });
      }
    });
  }
});

it('pack takes negative strides, as the way back to the input needs them', () => {
  bench.clear(3);
  const [inputs, outputs] = [5, 3]; // of the packed weights: the input's gradient has the layer's inputs as outputs
  const w = bench.normals(inputs * outputs * 9); // [inputs][outputs][3][3]
  const packed = bench.normals(8 * 9 * 8);
  const rowOffsets = bench.integers([8, 5, 2]); // the last tap of each kernel row, from the last row to the first
  const common = { w, packed, outputs, outputStride: 9, rows: 3, rowOffsets, taps: 3, tapStride: -1 };
  bench.run('pack', 1, { ...common, inputs, paddedInputs: 8, inputStride: outputs * 9 }, [
    { address: packed, bytes: 4 * 8 * 9 * 8 },
  ]);
  const found = bench.readFloats(packed, 8 * 9 * 8);
  for (let tap = 0; tap < 9; tap++)
    for (let i = 0; i < 8; i++)
      for (let o = 0; o < 8; o++) {
        const kept = i < inputs && o < outputs;
        const expected = kept ? bench.f32[w / 4 + (i * outputs + o) * 9 + 8 - tap] : 0;
        expect(found[(tap * 8 + i) * 8 + o]).toBe(expected);
      }
});

it('biasGradient sums over all pixels', () => {
  for (const [seed, channels] of [1, 3, 4, 10, 32].entries()) {
    bench.clear(seed);
    const dy = bench.map([3, 4, 5, channels], { slack: seed % 2 });
    const bias = bench.normals(channels);
    const sums = bench.readFloats(bias, channels).map((start) => {
      const sum = new Sum();
      sum.add(start);
      return sum;
    });
    dy.each((n, h, w, c) => sums[c]!.add(0.25 * dy.at(n, h, w, c)));
    const args = { ...strides('dy', dy), images: 3, height: 4, width: 5, channels, bias, weight: 0.25 };
    bench.run('biasGradient', 1, args, [{ address: bias, bytes: 4 * channels }]);
    for (const [c, sum] of sums.entries()) expectSum(bench.f32[bias / 4 + c]!, sum, `channel ${c}`);
  }
});
