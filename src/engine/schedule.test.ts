import { expect, it } from 'vitest';
import { learningRateAt, type Schedule } from './schedule.js';

const rates = (schedule: Schedule, steps: number) =>
  Array.from({ length: steps }, (_, step) => learningRateAt(schedule, step, steps));
const closeTo = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 10));

// computed with torch 1.13
it('goes down as CosineAnnealingLR(T_max=8, eta_min=0.01) does', () => {
  expect(rates({ kind: 'cosine', learningRate: 0.1, warmUp: 0, final: 0.1 }, 8)).toEqual(
    closeTo([
      0.1, 0.096574578963, 0.0868198051534, 0.0722207544564, 0.055, 0.0377792455436, 0.0231801948466, 0.013425421037,
    ]),
  );
});

it('is OneCycleLR, also where the top lies between two steps', () => {
  expect(rates({ kind: 'one-cycle', learningRate: 0.1, rise: 0.3, start: 1 / 25, final: 4e-6 }, 10)).toEqual(
    closeTo([
      0.004, 0.052, 0.1, 0.0950484632013, 0.081174565395, 0.0611262021936, 0.0388741978064, 0.018825834605,
      0.00495193679865, 4e-7,
    ]),
  );
  expect(rates({ kind: 'one-cycle', learningRate: 0.1, rise: 0.25, start: 0.1, final: 0.001 }, 7)).toEqual(
    closeTo([0.01, 0.0994420997699, 0.0866659409979, 0.0611649206511, 0.0318012158329, 0.00877937322292, 0.0001]),
  );
});

it('warms up in a straight line to the largest rate', () => {
  const warmed = rates({ kind: 'cosine', learningRate: 0.1, warmUp: 0.4, final: 0 }, 10);
  expect(warmed.slice(0, 5)).toEqual(closeTo([0.025, 0.05, 0.075, 0.1, 0.1]));
  expect(warmed.slice(4)).toEqual(rates({ kind: 'cosine', learningRate: 0.1, warmUp: 0, final: 0 }, 6));
});

it('stays finite however short the training', () => {
  for (const steps of [1, 2, 3]) {
    for (const rise of [0, 0.3, 1]) {
      const [first, ...others] = rates({ kind: 'one-cycle', learningRate: 1, rise, start: 0.04, final: 4e-6 }, steps);
      for (const rate of [first, ...others]) expect(rate >= 4e-6 - 1e-15 && rate <= 1).toBe(true);
    }
  }
  expect(rates({ kind: 'constant', learningRate: 0.3 }, 2)).toEqual([0.3, 0.3]);
});
