import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNkLandscape } from '../math/nk-landscape.js';
import { createRandom } from '../math/random.js';
import { editDistance } from '../spaces/edits.js';
import { autocorrelationOnGraph, correlationLength, exactAutocorrelation } from './autocorrelation.js';
import { correlationFromAllPairs, exactCorrelationByDistance } from './by-distance.js';
import { cleanEvidence } from './evidence.js';
import { localOptima } from './local-optima.js';
import { listed, productSpace } from './testing/spaces.js';
import { nasbench201, nasbenchMacro } from './testing/tables.js';

const rounded = (values: { correlation: number }[] | undefined, digits: number) =>
  values?.map(({ correlation }) => Math.round(correlation * 10 ** digits) / 10 ** digits);

// DESIGN.md section 6; local optima by an independent count over numpy arrays
const known = [
  {
    name: 'NAS-Bench-201 CIFAR-10',
    table: nasbench201('c10_test'),
    byDistance: [0.56, 0.286, 0.122, 0.028, -0.023, -0.051],
    walk: [0.56, 0.3501, 0.2332],
    optima: { strict: 17, nonStrict: 18, plateaus: 17 },
  },
  {
    name: 'NAS-Bench-201 CIFAR-100',
    table: nasbench201('c100_test'),
    byDistance: [0.611, 0.346, 0.168, 0.049, -0.029, -0.079],
    walk: [0.6111, 0.4066, 0.2839],
    optima: { strict: 23, nonStrict: 25, plateaus: 23 },
  },
  {
    name: 'NAS-Bench-Macro',
    table: nasbenchMacro('test_mean'),
    byDistance: [0.729, 0.509, 0.325, 0.167, 0.029, -0.094, -0.203, -0.303],
    walk: [0.729, 0.5537, 0.4288],
    optima: { strict: 14, nonStrict: 15, plateaus: 14 },
  },
];

for (const { name, table, byDistance, walk, optima } of known) {
  describe.skipIf(table === undefined)(name, () => {
    const { space, ...evidence } = table ?? { space: undefined as never, architectures: [], accuracies: [] };

    it('has the known correlation by distance, in well under a second', () => {
      const started = performance.now();
      const found = exactCorrelationByDistance(space, evidence);
      expect(performance.now() - started).toBeLessThan(500);
      expect(rounded(found, 3)).toEqual(byDistance);
    });

    it('has the known stationary autocorrelation', () => {
      expect(rounded(exactAutocorrelation(space, evidence, 3), 4)).toEqual(walk);
    });

    it('has the known local optima', () => expect(localOptima(space, evidence)).toEqual(optima));
  });
}

describe('exact curves', () => {
  const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });

  it('agree with a count over all pairs and with the walk on the graph, for any product', () => {
    fc.assert(
      fc.property(shape, fc.integer(), (counts, randomSeed) => {
        const space = productSpace(counts);
        const random = createRandom(randomSeed);
        const evidence = listed(space, () => random.normal());
        const clean = cleanEvidence(evidence);
        const slow = correlationFromAllPairs(space, clean);
        const fast = exactCorrelationByDistance(space, evidence) ?? [];
        expect(fast.map(({ pairs }) => pairs)).toEqual(slow.map(({ pairs }) => pairs));
        fast.forEach(({ correlation }, i) => {
          if (Number.isNaN(slow[i].correlation)) expect(correlation).toBeNaN();
          else expect(correlation).toBeCloseTo(slow[i].correlation, 9);
        });
        const steps = autocorrelationOnGraph(space, clean, 4);
        exactAutocorrelation(space, evidence, 4)?.forEach(({ correlation }, i) => {
          if (Number.isNaN(steps[i].correlation)) expect(correlation).toBeNaN();
          else expect(correlation).toBeCloseTo(steps[i].correlation, 9);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('follow the closed form of NK landscapes', () => {
    const counts = [3, 2, 4, 3, 3, 2];
    const space = productSpace(counts);
    const seeds = 60;
    const byDistance = new Float64Array(counts.length);
    const walk = new Float64Array(5);
    for (let randomSeed = 0; randomSeed < seeds; randomSeed++) {
      const landscape = createNkLandscape({ choices: counts, k: 2, randomSeed });
      const evidence = listed(space, landscape.fitness);
      exactCorrelationByDistance(space, evidence)?.forEach(({ distance, correlation }, i) => {
        byDistance[i] += (correlation - landscape.correlationAtDistance(distance, 'landscape')) / seeds;
      });
      exactAutocorrelation(space, evidence, 5)?.forEach(({ lag, correlation }, i) => {
        walk[i] += (correlation - landscape.autocorrelation(lag, 'landscape')) / seeds;
      });
    }
    for (const difference of [...byDistance, ...walk]) expect(Math.abs(difference)).toBeLessThan(0.03);
  });

  it('count steps in ordered dimensions and obey forbidden combinations', () => {
    const space = productSpace([5, 3, 2], {
      ordered: [true, false, false],
      allowed: (codes) => !(codes[0] === 4 && codes[1] === 0),
    });
    const evidence = listed(space, (codes) => codes[0] ** 2 + 3 * codes[1] * codes[2]);
    const { architectures, accuracies } = evidence;
    const centre = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length;
    const variance = accuracies.reduce((sum, a) => sum + (a - centre) ** 2, 0) / accuracies.length;
    const found = exactCorrelationByDistance(space, evidence) ?? [];
    expect(found).toHaveLength(6);
    found.forEach(({ distance, correlation }) => {
      const products = architectures.flatMap((a, i) =>
        architectures.flatMap((b, j) =>
          editDistance(space, a, b) === distance ? [(accuracies[i] - centre) * (accuracies[j] - centre)] : [],
        ),
      );
      expect(correlation).toBeCloseTo(products.reduce((sum, p) => sum + p, 0) / products.length / variance, 12);
    });
    // two steps from an end lead to either end, two from the middle back;
    // a walk on a path of three visits the middle half of the time: accuracies 0, 1, 5 have mean 1.75
    const path = productSpace([3], { ordered: [true] });
    const [first, second] =
      exactAutocorrelation(
        path,
        listed(path, (codes) => [0, 1, 5][codes[0]]),
        2,
      ) ?? [];
    const spread = 1.75 ** 2 / 4 + 0.75 ** 2 / 2 + 3.25 ** 2 / 4;
    expect(first.correlation).toBeCloseTo((-0.75 * 1.5) / 2 / spread, 12);
    expect(second.correlation).toBeCloseTo((1.5 ** 2 / 8 + 0.75 ** 2 / 2) / spread, 12);
  });

  it('are undefined for incomplete tables and NaN for constant ones', () => {
    const space = productSpace([3, 3]);
    const { architectures, accuracies } = listed(space, (codes) => codes[0]);
    const gap = Float64Array.from(accuracies, (accuracy, i) => (i === 4 ? Number.NaN : accuracy));
    expect(exactCorrelationByDistance(space, { architectures, accuracies: gap })).toBeUndefined();
    expect(exactAutocorrelation(space, { architectures, accuracies: gap }, 2)).toBeUndefined();
    const constant = { architectures, accuracies: accuracies.map(() => 0.1) };
    for (const { correlation } of exactCorrelationByDistance(space, constant) ?? []) expect(correlation).toBeNaN();
    for (const { correlation } of exactAutocorrelation(space, constant, 2) ?? []) expect(correlation).toBeNaN();
  });
});

describe('correlationLength', () => {
  it('gives both usual definitions', () => {
    const length = correlationLength([0.5, 0.25, 0.125]);
    expect(length.fromFirst).toBeCloseTo(1 / Math.LN2, 12);
    expect(length.crossing).toBeCloseTo(1 + (0.5 - 1 / Math.E) / 0.25, 12);
    expect(correlationLength([-0.1]).fromFirst).toBe(0);
    expect(correlationLength([0.9, 0.8]).crossing).toBeNaN();
    expect(correlationLength([]).fromFirst).toBeNaN();
  });
});
