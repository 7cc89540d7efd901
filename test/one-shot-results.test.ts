/** What docs/results.md says of one-shot measurements follows from their raw numbers: folded here by hand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { macroSettings } from '../bench/one-shot/macro-settings.js';
import { foldDefault } from '../bench/results/default-fold.js';
import { defaultSection } from '../bench/results/default-section.js';
import { bootstrapped, formatted, overRandomSeeds, verdict } from '../bench/results/intervals.js';
import { foldMacro } from '../bench/results/macro-fold.js';
import { macroSection } from '../bench/results/macro-section.js';
import { readOneShot } from '../bench/results/one-shot-read.js';
import { InputError } from '../src/errors.js';
import { mean } from '../src/math/statistics.js';
import { defaultResult, macroResult, references } from './one-shot-results.js';

const T_1 = 12.7062; // Student t, 97.5 %, one degree of freedom
const T_2 = 4.30265; // two degrees of freedom

describe('intervals', () => {
  it('bootstraps a mean about as the central limit theorem has it', () => {
    const sample = Array.from({ length: 400 }, (_, i) => i % 2); // mean 1/2, standard error 1/40
    const { mean: centre, low, high, n } = bootstrapped(sample, mean);
    expect([centre, n]).toEqual([0.5, 400]);
    expect(Math.abs(low - (0.5 - 1.96 / 40))).toBeLessThan(0.006);
    expect(Math.abs(high - (0.5 + 1.96 / 40))).toBeLessThan(0.006);
  });

  it('keeps the interval of a single random seed, and goes over to theirs where there are several', () => {
    const own = { mean: 0.3, low: 0.1, high: 0.6, n: 60 };
    expect(overRandomSeeds([own])).toBe(own);
    const both = overRandomSeeds([own, { ...own, mean: 0.5 }]);
    expect(both.mean).toBeCloseTo(0.4, 12);
    expect(both.high).toBeCloseTo(0.4 + T_1 * 0.1, 4); // the standard error of 0.3 and 0.5 is 0.1
  });

  it('writes signs, and bounds where there are any', () => {
    expect(formatted({ mean: 0.25, low: -0.5, high: 1, n: 3 }, 2, true)).toBe('+0.25 (-0.50 to +1.00)');
    expect(formatted({ mean: 0.25, low: Number.NaN, high: Number.NaN, n: 1 }, 1)).toBe('0.3');
    expect(formatted({ mean: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 }, 1)).toBe('unknown');
  });

  it('calls nothing better whose interval holds 0 or is not known', () => {
    const of = (low: number, high: number) => verdict({ mean: (low + high) / 2, low, high, n: 3 });
    expect(of(0.1, 0.3)).toBe('better');
    expect(of(-0.3, -0.1)).toBe('worse');
    expect(of(-0.1, 0.9)).toBe('no difference shown');
    expect(of(Number.NaN, Number.NaN)).toBe('no difference shown');
  });
});

describe('supernets of NAS-Bench-Macro', () => {
  // taus of the whole one -1/3 and 1/3 (one pair of three right, two right); of the inside one 1 and 1/3
  const results = [
    macroResult(1, references([3, 1, 2], [50, 60, 70]), [92, 93]),
    macroResult(2, references([1, 3, 2], [20, 10, 30]), [92.5, 92.75]),
  ];
  const summary = foldMacro(results);
  const [whole, inside] = summary.supernets;

  it('ranks by tau-b, paired by subnet and by random seed', () => {
    expect(summary.bySeed.map(({ supernets }) => supernets.map(({ tau }) => tau.mean))).toEqual([
      [expect.closeTo(-1 / 3), 1],
      [expect.closeTo(1 / 3), expect.closeTo(1 / 3)],
    ]);
    expect(whole!.tau.mean).toBeCloseTo(0);
    expect(inside!.tau.mean).toBeCloseTo(2 / 3);
    expect(whole!.difference).toBeUndefined();
    const { mean: centre, low, high } = inside!.difference!.tau; // of 4/3 and 0
    expect([centre, low, high]).toEqual([2 / 3, 2 / 3 - (T_1 * 2) / 3, 2 / 3 + (T_1 * 2) / 3].map(closeTo));
  });

  it('averages accuracies of the subnets', () => {
    expect(whole!.accuracy.mean).toBe(2);
    expect(inside!.accuracy.mean).toBe(40); // 60 and 20
    expect(inside!.difference!.accuracy.mean).toBe(38);
  });

  it('leaves out what either supernet could not judge', () => {
    const [only] = foldMacro([macroResult(1, references([3, null, 2], [50, 60, 70]), [92, 93])]).bySeed;
    expect(only!.supernets.map(({ tau, accuracy }) => [tau.mean, tau.n, accuracy.mean])).toEqual([
      [-1, 2, 2.5],
      [1, 2, 60],
    ]);
  });

  it('compares what is found with the truth, paired by random seed', () => {
    const [byWhole, byInside] = summary.found;
    expect(byWhole).toMatchObject({ truth: { mean: 92.25 }, ranks: [100, 100] });
    expect(byWhole!.difference).toBeUndefined();
    expect(byInside!.ranks).toEqual([10, 20]);
    expect(byInside!.difference!.mean).toBeCloseTo(0.625); // 1 and 0.25
    expect(byInside!.difference!.high).toBeCloseTo(0.625 + T_1 * 0.375, 3);
  });

  it('tells how well a judge without error could do', () => {
    // tau 1/3 is a correlation of 1/2; three trainings: 3/4; a judge without error: the root of 3/4, which is sin 60 degrees
    expect(summary.ceiling).toBeCloseTo(2 / 3);
    const noise = { ...results[0]!, agreement: -0.1 };
    expect(foldMacro([noise]).ceiling).toBeNaN();
  });

  it('says nothing that does not follow', () => {
    const text = macroSection(summary);
    expect(text).toContain(
      '- Kendall tau-b inside the shrunk space: +0.667 (-7.804 to +9.137), **no difference shown**',
    );
    expect(text).toContain('| tau-b inside minus on the whole space | 0.23 | 0.667 | yes |');
    expect(text).toContain('1,758 steps of 128 images (5.0 passes over 45,000)');
    expect(text).toContain('| 10, 20 |');
    expect(text).not.toContain('half on the whole space');
    expect(text).not.toMatch(/NaN|undefined|null|smoke/);
  });
});

describe('the default run', () => {
  const results = [
    defaultResult(1, 85, 83, [0.5, 0.25]),
    defaultResult(2, 84, 83, [0.75, 0.25]),
    defaultResult(3, 86, 83, [0.25, 0.25]),
  ];

  it('pairs what is found by random seed', () => {
    const [rival] = foldDefault(results).rivals;
    const { mean: centre, low, high } = rival!.difference.found; // of 2, 1 and 3: standard error 1 / sqrt 3
    const half = T_2 / Math.sqrt(3);
    expect([centre, low, high]).toEqual([2, 2 - half, 2 + half].map(closeTo));
    expect(rival!.difference.tau.mean).toBeCloseTo(0.25);
    expect(rival!.difference.accuracy.mean).toBe(15);
  });

  it('compares with a random network and the biggest', () => {
    const { yardsticks, lissnas, tauBefore } = foldDefault(results);
    expect(yardsticks.map(({ name, difference }) => [name, difference.mean])).toEqual([
      ['random', 15],
      ['biggest', 3],
    ]);
    expect(lissnas.found.mean).toBe(85);
    expect(tauBefore.mean).toBeCloseTo(0.1);
  });

  it('tells what members of the shrunk space are worth before any search', () => {
    const { members } = foldDefault(results);
    expect(members).toMatchObject({ accuracy: { mean: 80, n: 3 }, gain: { mean: 10, n: 3 } });
    const without = results.map(({ ranking: _, ...result }) => result);
    expect(defaultSection(foldDefault(without))).not.toContain('Random members');
  });

  it('leaves out the random seeds of which something is not known, on both sides', () => {
    const diverged = defaultResult(4, null, 0, [Number.NaN, 0.5]);
    const { lissnas, rivals } = foldDefault([...results, diverged]);
    expect(rivals[0]!.difference.found).toMatchObject({ mean: 2, n: 3 });
    expect(rivals[0]!.difference.tau).toMatchObject({ mean: 0.25, n: 3 });
    expect(lissnas.found.n).toBe(3);
    expect(defaultSection(foldDefault([...results, diverged]))).toContain('| 4 | diverged | 0.00 | 70.00 | 82.00 |');
  });

  it('says nothing that does not follow', () => {
    const text = defaultSection(foldDefault(results));
    expect(text).toContain('beside no shrinking, **no difference shown**: +2.00 (-0.48 to +4.48) points');
    expect(text).toContain('| 2 | 84.00 | 83.00 | 70.00 | 82.00 |');
    expect(text).not.toMatch(/NaN|undefined|null/);
  });
});

describe('reading measurements', () => {
  let folder: string;
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lissnas-measured-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const sound = macroResult(1, references([3, 1, 2], [50, 60, 70]), [92, 93]);

  it('gives both kinds, by random seed', () => {
    write('macro-10.json', { ...sound, randomSeed: 10 });
    write('macro-2.json', { ...sound, randomSeed: 2 });
    write('default-1.json', defaultResult(1, 85, 83, [0.5, 0.2]));
    write('notes.txt', 'no result');
    const { macro, defaults } = readOneShot(folder);
    expect(macro.map(({ randomSeed }) => randomSeed)).toEqual([2, 10]);
    expect(defaults).toHaveLength(1);
  });

  const refusals: [string, () => void, string][] = [
    ['a folder without results', () => {}, 'measure first'],
    ['text that is no JSON', () => write('macro-1.json', '{"format"'), 'no sound JSON'],
    ['another format', () => write('macro-1.json', { ...sound, format: 'other/2' }), '"other/2"'],
    ['JSON that is no result', () => write('macro-1.json', 'null'), 'the format is undefined'],
    [
      'the same random seed twice',
      () => {
        for (const name of ['macro-1.json', 'macro-01.json']) write(name, sound);
      },
      'random seed 1 is in',
    ],
    [
      'other settings',
      () => {
        write('macro-1.json', sound);
        write('macro-2.json', { ...sound, randomSeed: 2, settings: macroSettings({ epochs: 6 }) });
      },
      'other settings',
    ],
  ];

  it.each(refusals)('refuses %s', (_, arrange, message) => {
    arrange();
    expect(() => readOneShot(folder)).toThrow(InputError);
    expect(() => readOneShot(folder)).toThrow(message);
  });

  it('refuses a folder that is not there', () => {
    expect(() => readOneShot(join(folder, 'nowhere'))).toThrow('cannot be read');
  });
});

function closeTo(value: number): number {
  return expect.closeTo(value, 3) as number;
}
