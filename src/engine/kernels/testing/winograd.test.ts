/** Winograd's convolution against sums written out over taps. Its errors are larger than those of adding up, but bounded by the same terms. */
import { afterAll, describe, it } from 'vitest';
import { winogradPartialBytes, winogradScratch, winogradWeightsScratch } from '../../instructions.js';
import { expectSum, roundUp, Sum, strides, Workbench } from './workbench.js';

const bench = await Workbench.open();
afterAll(() => bench.close());

/** Rounding is about twice that of direct sums, and the terms of one output also meet those of its neighbours. */
const TIMES_DIRECT = 8;

describe('packWinograd and convolveWinograd', () => {
  for (let seed = 0; seed < 60; seed++) {
    it(`random shape ${seed}`, () => {
      bench.clear(seed);
      const { random } = bench;
      const large = random.integer(3) === 0;
      const [images, height, width] = [
        1 + random.integer(6),
        1 + random.integer(large ? 17 : 9),
        1 + random.integer(9),
      ];
      const [inputs, outputs] = [1 + random.integer(large ? 40 : 9), 1 + random.integer(large ? 40 : 18)];
      const [add, biased, flipped] = [random.integer(2), random.integer(2), random.integer(2)];
      const x = bench.map([images, height + 2, width + 2, inputs], { slack: random.integer(2) });
      const y = bench.map([images, height, width, outputs], { border: random.integer(2), slack: random.integer(2) });
      const before = y.values();
      const w = bench.normals(outputs * inputs * 9);
      const bias = bench.normals(outputs);
      const packedFloats = roundUp(outputs, 8) * 36 * roundUp(inputs, 4);
      const packed = bench.normals(packedFloats);
      const taps = flipped ? { w: w + 4 * 8, tapRow: -3, tapColumn: -1 } : { w, tapRow: 3, tapColumn: 1 };
      bench.run(
        'packWinograd',
        Math.ceil(outputs / 8),
        { ...taps, packed, outputs, outputStride: inputs * 9, inputs, inputStride: 9 },
        [{ address: packed, bytes: 4 * packedFloats }],
      );
      const scratchBytes = 3 * winogradScratch(inputs);
      const scratch = bench.floats(new Array(scratchBytes / 4).fill(Number.NaN));
      const args = {
        ...{ ...strides('x', x), ...strides('y', y), height, width, inputs, packed, outputs },
        ...{ bias: biased ? bias : 0, add, scratch },
      };
      bench.run('convolveWinograd', images, args, y.regions(false), { address: scratch, bytes: scratchBytes });
      let index = 0;
      y.each((n, h, v, o) => {
        const sum = new Sum();
        if (add) sum.add(before[index]!);
        index++;
        if (biased) sum.add(bench.f32[bias / 4 + o]!);
        for (let tap = 0; tap < 9; tap++) {
          for (let c = 0; c < inputs; c++) {
            const weight = bench.f32[w / 4 + (o * inputs + c) * 9 + (flipped ? 8 - tap : tap)]!;
            sum.add(x.at(n, h + Math.floor(tap / 3), v + (tap % 3), c) * weight);
          }
        }
        expectSum(y.at(n, h, v, o), sum, `${n} ${h} ${v} ${o}`, TIMES_DIRECT);
      });
    });
  }
});

describe('convolveWeightsWinograd and unpackWinograd', () => {
  for (let seed = 0; seed < 40; seed++) {
    it(`random shape ${seed}`, () => {
      bench.clear(200 + seed);
      const { random } = bench;
      const large = random.integer(3) === 0;
      const [images, height, width] = [1 + random.integer(large ? 9 : 4), 1 + random.integer(9), 1 + random.integer(9)];
      const [inputs, outputs] = [1 + random.integer(large ? 30 : 9), 1 + random.integer(large ? 30 : 14)];
      const x = bench.map([images, height + 2, width + 2, inputs], { slack: random.integer(2) });
      const dy = bench.map([images, height, width, outputs], { slack: random.integer(2) });
      const partials = 1 + random.integer(4);
      const partialFloats = (partials * winogradPartialBytes(inputs, outputs)) / 4;
      const partial = bench.normals(partialFloats);
      const scratchBytes = 3 * winogradWeightsScratch(inputs, outputs);
      const scratch = bench.floats(new Array(scratchBytes / 4).fill(Number.NaN));
      const written = { address: partial, bytes: 4 * partialFloats };
      bench.run(
        'convolveWeightsWinograd',
        partials,
        {
          ...strides('x', x),
          ...strides('dy', dy),
          images,
          height,
          width,
          inputs,
          outputs,
          partial,
          partials,
          scratch,
        },
        [written],
        { address: scratch, bytes: scratchBytes },
      );
      const gradient = bench.normals(outputs * inputs * 9);
      const before = bench.readFloats(gradient, outputs * inputs * 9);
      const strided = { outputs, outputStride: inputs * 9, inputs, inputStride: 9, tapRow: 3, tapColumn: 1 };
      bench.run('unpackWinograd', inputs, { w: gradient, partial, partials, ...strided, weight: 0.5 }, [
        { address: gradient, bytes: 4 * before.length },
        written,
      ]);
      before.forEach((start, index) => {
        const [o, c, tap] = [Math.floor(index / 9 / inputs), Math.floor(index / 9) % inputs, index % 9];
        const sum = new Sum();
        sum.add(start);
        dy.each((n, h, v, k) => {
          if (k === o) sum.add(0.5 * dy.at(n, h, v, o) * x.at(n, h + Math.floor(tap / 3), v + (tap % 3), c));
        });
        expectSum(bench.f32[gradient / 4 + index]!, sum, `${o} ${c} ${tap}`, TIMES_DIRECT);
      });
    });
  }
});
