import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { createNkLandscape } from '../math/nk-landscape.js';
import { createRandom } from '../math/random.js';
import { editDistance } from '../spaces/edits.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { codesKey, indexRows } from './evidence.js';
import { chainOffsets, probeLocality } from './probe.js';
import { localityReport } from './report.js';
import { evaluatorOf, listed, productSpace } from './testing/spaces.js';
import { nasbench201, nasbenchMacro } from './testing/tables.js';
import { localityVerdict } from './verdict.js';

const thirty = new Array<number>(30).fill(5);

function nk(choices: number[], k: number, randomSeed: number) {
  return createNkLandscape({ choices, k, randomSeed }).fitness;
}

async function judge(
  space: SearchSpace,
  accuracyOf: (codes: Codes) => number,
  evaluations: number,
  randomSeed: number,
) {
  const probe = await probeLocality(space, evaluatorOf(accuracyOf), { evaluations, random: createRandom(randomSeed) });
  return localityVerdict(space, probe, { random: createRandom(randomSeed + 1), permutations: 299, resamples: 60 });
}

describe('localityVerdict on probes', () => {
  it.each([
    { choices: [5, 5, 5, 5, 5, 5], evaluations: 50 },
    { choices: thirty, evaluations: 80 },
  ])('rarely claims locality on white noise over $choices', async ({ choices, evaluations }) => {
    const space = productSpace(choices);
    const kinds = new Map<string, number>();
    for (let seed = 0; seed < 200; seed++) {
      const { kind } = await judge(space, nk(choices, choices.length - 1, seed), evaluations, seed);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    // 1 % promised: more than 7 of 200 has a chance below 0.002
    expect((kinds.get('strong') ?? 0) + (kinds.get('moderate') ?? 0) + (kinds.get('weak') ?? 0)).toBeLessThan(8);
    expect(kinds.get('none') ?? 0).toBeGreaterThan(50);
  });

  it('says none of white noise when there are enough measurements', async () => {
    const choices = [5, 5, 5, 5, 5, 5];
    let none = 0;
    for (let seed = 0; seed < 20; seed++) {
      const verdict = await judge(productSpace(choices), nk(choices, 5, seed), 300, seed);
      if (verdict.kind === 'none') none++;
      else expect(verdict.kind).toBe('unclear');
    }
    expect(none).toBeGreaterThanOrEqual(15);
  });

  it('finds locality in a space of 5^30 and how far it reaches', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const smooth = await judge(productSpace(thirty), nk(thirty, 2, seed), 200, seed);
      const rugged = await judge(productSpace(thirty), nk(thirty, 9, seed), 200, seed);
      expect(smooth.kind).toBe('strong');
      expect(['strong', 'moderate']).toContain(rugged.kind);
      expect(smooth.reach).toBeGreaterThan(rugged.reach); // closed form: 9.0 and 2.6 edits
      expect(smooth.sentence).toMatch(/^Locality is strong: architectures 1 edit apart .*\(95 % interval/);
    }
  });

  for (const [name, table] of [
    ['CIFAR-10', nasbench201('c10_test')],
    ['CIFAR-100', nasbench201('c100_test')],
    ['12-epoch', nasbench201('c10_valid_12ep')],
    ['Macro', nasbenchMacro('test_mean')],
  ] as const) {
    it.skipIf(table === undefined)(`calls the real table ${name} strong with 200 evaluations`, async () => {
      if (table === undefined) return;
      const rowOf = indexRows(table.space, table.architectures);
      for (let seed = 0; seed < 15; seed++) {
        const verdict = await judge(table.space, (codes) => table.accuracies[rowOf(codes)], 200, seed);
        expect(verdict.kind).toBe('strong');
        expect(verdict.reach).toBeGreaterThan(1);
        expect(verdict.reach).toBeLessThan(4.5);
      }
    });
  }

  it('works with ordered dimensions and forbidden combinations', async () => {
    const space = productSpace([6, 6, 6, 3], {
      ordered: [true, true, true, false],
      allowed: (codes) => codes[0] + codes[1] < 9,
    });
    const verdict = await judge(space, (codes) => codes[0] + codes[1] * codes[2] + 3 * codes[3], 150, 1);
    expect(verdict.kind).toBe('strong');
    expect(verdict.nearest?.distance).toBe(1);
  });
});

describe('localityVerdict on other evidence', () => {
  const space = productSpace(thirty);
  const random = () => createRandom(1);

  it('is unclear where all measured architectures are far apart, and says what to do', () => {
    const stream = createRandom(2);
    const architectures = Array.from({ length: 100 }, () => space.sample(stream));
    const verdict = localityVerdict(
      space,
      { architectures, accuracies: architectures.map(nk(thirty, 2, 1)) },
      { random: random() },
    );
    expect(verdict.kind).toBe('unclear');
    expect(verdict.advice).toMatch(/one and two edits apart/);
  });

  it('is unclear for fewer than three points, failures only, and constant accuracies', () => {
    const stream = createRandom(2);
    const architectures = Array.from({ length: 30 }, () => space.sample(stream));
    const verdictOf = (accuracies: number[]) =>
      localityVerdict(
        space,
        { architectures: architectures.slice(0, accuracies.length), accuracies },
        { random: random() },
      );
    for (const accuracies of [
      [],
      [1],
      [1, 2],
      new Array<number>(30).fill(Number.NaN),
      new Array<number>(30).fill(0.1),
    ]) {
      const verdict = verdictOf(accuracies);
      expect(verdict.kind).toBe('unclear');
      expect(verdict.reach).toBeNaN();
      expect(verdict.sentence).toMatch(/^Locality is unclear: .*\.$/);
      expect(verdict.advice).not.toBe('');
    }
  });
});

describe('probeLocality', () => {
  it('spends exactly its evaluations, each architecture once, in chains of growing distance', async () => {
    const space = productSpace(thirty);
    const evaluator = evaluatorOf(nk(thirty, 2, 1));
    const probe = await probeLocality(space, evaluator, { evaluations: 100, random: createRandom(1) });
    expect([probe.spent, evaluator.asked, probe.measurements.length]).toEqual([100, 100, 100]);
    expect(new Set(probe.architectures.map(codesKey)).size).toBe(100);
    const offsets = chainOffsets(30);
    expect(offsets).toEqual([0, 1, 2, 3, 6, 12]);
    const chain = probe.architectures.filter((_, row) => probe.groups[row] === 3);
    chain.forEach((a, i) => {
      chain.forEach((b, j) => {
        expect(editDistance(space, a, b)).toBe(Math.abs(offsets[i] - offsets[j]));
      });
    });
  });

  it('is the same whatever the concurrency, and every member is as random as the start', async () => {
    const space = productSpace([4, 4, 4, 4]);
    const probeWith = (concurrency: number) =>
      probeLocality(space, evaluatorOf(nk([4, 4, 4, 4], 1, 1), { concurrency }), {
        evaluations: 60,
        random: createRandom(1),
      });
    expect((await probeWith(1)).measurements).toEqual((await probeWith(9)).measurements);
    const probe = await probeLocality(
      productSpace(thirty),
      evaluatorOf(() => 1),
      { evaluations: 3000, random: createRandom(2) },
    );
    const uses = new Float64Array(5);
    for (const architecture of probe.architectures) for (const choice of architecture) uses[choice] += 1;
    for (const used of uses) expect(Math.abs(used / 18_000 - 1)).toBeLessThan(0.05);
  });

  it('stops when the space is spent, counts failures, and never counts what is unavailable', async () => {
    const space = productSpace([3, 3]);
    const probe = await probeLocality(
      space,
      evaluatorOf((codes) => (codes[1] === 2 ? Number.NaN : codes[0]), { available: (codes) => codes[0] !== 1 }),
      { evaluations: 50, random: createRandom(1) },
    );
    expect([probe.spent, probe.measurements.length, probe.failures.length]).toEqual([6, 4, 2]);
  });

  it('refuses a budget below two and an evaluator without answers, and passes on an abort', async () => {
    const space = productSpace([3, 3]);
    const run = (evaluations: number, available = true, signal?: AbortSignal) =>
      probeLocality(
        space,
        evaluatorOf(() => 1, { available: () => available, tells: true }),
        {
          evaluations,
          random: createRandom(1),
          ...(signal ? { signal } : {}),
        },
      );
    await expect(run(1)).rejects.toThrow(InputError);
    await expect(run(Number.NaN)).rejects.toThrow(InputError);
    await expect(run(5, false)).rejects.toThrow(InputError);
    await expect(run(5, true, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
});

describe('localityReport', () => {
  it('is exact on a complete table and survives JSON', () => {
    const choices = [3, 3, 3, 2];
    const space = productSpace(choices);
    const report = localityReport(space, listed(space, nk(choices, 1, 1)), { random: createRandom(1) });
    expect(report).toMatchObject({ size: '54', measured: 54, failed: 0, complete: true });
    expect([report.byDistance.exact, report.walk?.exact, report.sensitivity.exact]).toEqual([true, true, true]);
    expect(report.verdict.pValue).toBeNaN();
    expect(report.localOptima?.strict).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(report)).byDistance.points).toHaveLength(4);
  });

  it('works from samples, with failures among them, and from next to nothing', async () => {
    const space = productSpace(thirty);
    const probe = await probeLocality(space, evaluatorOf(nk(thirty, 2, 1)), {
      evaluations: 120,
      random: createRandom(1),
    });
    const accuracies = Float64Array.from(probe.accuracies, (accuracy, i) => (i % 10 === 0 ? Number.NaN : accuracy));
    const report = localityReport(space, { ...probe, accuracies }, { random: createRandom(1) });
    expect(report).toMatchObject({
      measured: 108,
      failed: 12,
      complete: false,
      localOptima: undefined,
      walk: undefined,
    });
    expect(report.verdict.kind).toBe('strong');
    const empty = localityReport(space, { architectures: [], accuracies: [] }, { random: createRandom(1) });
    expect(empty.verdict.kind).toBe('unclear');
    expect(empty.meanAccuracy).toBeNaN();
  });

  it('survives a space of one architecture', () => {
    const space = productSpace([1, 1]);
    const report = localityReport(
      space,
      listed(space, () => 3),
      { random: createRandom(1) },
    );
    expect(report).toMatchObject({ complete: true, byDistance: { points: [] }, verdict: { kind: 'unclear' } });
  });
});
