/** Batch norm with every activation, forward and backward, against its formulas and finite differences in double precision. */
import { afterAll, describe, expect, it } from 'vitest';
import { activationCodes } from '../../instructions.js';
import { activations } from './activations.js';
import { roundUp, strides, Workbench } from './workbench.js';

const bench = await Workbench.open();
afterAll(() => bench.close());

const EPSILON = Math.fround(1e-5);

for (const [name, activation] of Object.entries(activationCodes)) {
  describe(`batch norm with ${name}`, () => {
    for (const [seed, channels] of [1, 3, 4, 6, 16, 33].entries()) {
      it(`${channels} channels`, () => {
        bench.clear(100 * activation + seed);
        const f = activations[name as keyof typeof activations];
        const [images, height, width] = [
          1 + bench.random.integer(5),
          1 + bench.random.integer(5),
          2 + bench.random.integer(6),
        ];
        const shape = [images, height, width, channels] as const;
        const map = { images, height, width, channels };
        const padded = roundUp(channels, 4);
        const count = images * height * width;
        const partials = 1 + bench.random.integer(6);
        const floats = (length: number) => ({ address: bench.normals(length), bytes: 4 * length });
        const x = bench.map(shape, { slack: seed % 2 });
        x.each((...at) => x.set(...at, x.at(...at) * 2 + 30)); // a mean far from 0 costs digits
        const scale = bench.normals(channels);
        const shift = bench.normals(channels);
        const [mean, variance] = [floats(channels), floats(channels)];
        const [factor, offset] = [floats(padded), floats(padded)];
        const partial = floats(partials * padded * 4);

        bench.run('normStatistics', partials, { ...strides('x', x), ...map, partial: partial.address, partials }, [
          partial,
        ]);
        const tables = {
          mean: mean.address,
          variance: variance.address,
          factor: factor.address,
          offset: offset.address,
        };
        const coefficients = { channels, scale, shift, epsilon: EPSILON, ...tables };
        bench.run('normFromStatistics', 1, { partial: partial.address, partials, count, ...coefficients }, [
          mean,
          variance,
          factor,
          offset,
        ]);
        const channel = Array.from({ length: channels }, (_, c) => {
          const values: number[] = [];
          x.each((n, h, w, k) => k === c && values.push(x.at(n, h, w, k)));
          const average = values.reduce((a, b) => a + b) / count;
          const spread = values.reduce((a, b) => a + (b - average) ** 2, 0) / count;
          return { mean: average, r: 1 / Math.sqrt(spread + EPSILON), variance: spread };
        });
        channel.forEach((expected, c) => {
          expect(bench.f32[mean.address / 4 + c]).toBeCloseTo(expected.mean, 4);
          expect(bench.f32[variance.address / 4 + c]! / expected.variance).toBeCloseTo(1, 5);
        });
        const found = bench.readFloats(factor.address, padded);
        expect(found.slice(channels)).toEqual(found.slice(channels).fill(0));
        const again = [bench.readFloats(factor.address, padded), bench.readFloats(offset.address, padded)];
        bench.run('normCoefficients', 1, coefficients, [factor, offset]);
        expect([bench.readFloats(factor.address, padded), bench.readFloats(offset.address, padded)]).toEqual(again);

        const y = bench.map(shape, { border: 1 });
        const line = { factor: factor.address, offset: offset.address, activation };
        bench.run('normApply', images, { ...strides('x', x), ...strides('y', y), ...map, ...line }, y.regions());
        const scaled = (c: number, value: number) =>
          bench.f32[scale / 4 + c]! * (value - channel[c]!.mean) * channel[c]!.r + bench.f32[shift / 4 + c]!;
        y.each((n, h, w, c) => expect(y.at(n, h, w, c)).toBeCloseTo(f(scaled(c, x.at(n, h, w, c))), 4));

        // backward: dz and its sums, then the gradients against finite differences of the formulas
        const dy = bench.map(shape);
        const upstream = dy.values();
        bench.run(
          'normBackStatistics',
          partials,
          {
            ...strides('x', x),
            ...strides('dy', dy),
            ...map,
            ...line,
            mean: mean.address,
            partial: partial.address,
            partials,
          },
          [...dy.regions(), partial],
        );
        const [scaleGradient, shiftGradient] = [floats(channels), floats(channels)];
        const starts = [scaleGradient, shiftGradient].map(({ address }) => bench.readFloats(address, channels));
        const [slope, level] = [floats(padded), floats(padded)];
        bench.run(
          'normBackCoefficients',
          1,
          {
            partial: partial.address,
            partials,
            count,
            channels,
            factor: factor.address,
            epsilon: EPSILON,
            mean: mean.address,
            variance: variance.address,
            scaleGradient: scaleGradient.address,
            shiftGradient: shiftGradient.address,
            slope: slope.address,
            level: level.address,
            weight: 0.5,
          },
          [scaleGradient, shiftGradient, slope, level],
        );
        const dx = bench.map(shape, { slack: 1 });
        const add = seed % 2;
        const before = dx.values();
        const back = { factor: factor.address, slope: slope.address, level: level.address, add };
        bench.run(
          'normBackApply',
          images,
          { ...strides('x', x), ...strides('dz', dy), ...strides('dx', dx), ...map, ...back },
          dx.regions(),
        );

        // loss = sum of upstream * f(norm(x)) in double precision
        const values = x.values();
        const loss = (of: readonly number[], c: number, moreScale = 0, moreShift = 0) => {
          const own = of.filter((_, i) => i % channels === c);
          const average = own.reduce((a, b) => a + b) / count;
          const r = 1 / Math.sqrt(own.reduce((a, b) => a + (b - average) ** 2, 0) / count + EPSILON);
          return own.reduce((total, value, i) => {
            const z =
              (bench.f32[scale / 4 + c]! + moreScale) * (value - average) * r + bench.f32[shift / 4 + c]! + moreShift;
            return total + upstream[i * channels + c]! * f(z);
          }, 0);
        };
        const step = 1e-6;
        for (let c = 0; c < channels; c++) {
          const byScale = (loss(values, c, step) - loss(values, c, -step)) / (2 * step);
          const byShift = (loss(values, c, 0, step) - loss(values, c, 0, -step)) / (2 * step);
          expect(bench.f32[scaleGradient.address / 4 + c]).toBeCloseTo(starts[0]![c]! + 0.5 * byScale, 3);
          expect(bench.f32[shiftGradient.address / 4 + c]).toBeCloseTo(starts[1]![c]! + 0.5 * byShift, 3);
        }
        const gradients = dx.values();
        for (let probe = 0; probe < 12; probe++) {
          const i = bench.random.integer(values.length);
          const moved = (by: number) => values.map((value, k) => (k === i ? value + by : value));
          const slopeThere = (loss(moved(step), i % channels) - loss(moved(-step), i % channels)) / (2 * step);
          expect(gradients[i]! - (add ? before[i]! : 0)).toBeCloseTo(slopeThere, 3);
        }
      });
    }
  });
}
