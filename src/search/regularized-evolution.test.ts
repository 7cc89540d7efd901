import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import type { Measurement } from '../measurements/measurement.js';
import { Region } from '../shrink/region.js';
import { editDistance } from '../spaces/edits.js';
import type { Architecture } from '../spaces/space.js';
import { spaceOf } from '../spaces/testing/space-of.js';
import { regularizedEvolution } from './regularized-evolution.js';

const space = spaceOf([...Array(12).fill(6), -9, -9, 1]); // so large that chance never finds a neighbour
const region = new Region(space, []);
const measured = (architecture: Architecture, accuracy: number): Measurement => ({
  kind: 'measured',
  architecture,
  accuracy,
  costs: {},
  source: 'test',
});

/** Asks one by one and gives all that was measured, in order. */
function run(
  accuracyOf: (index: number) => number,
  count: number,
  options: Parameters<typeof regularizedEvolution>[0],
) {
  const searcher = regularizedEvolution(options)(region, createRandom(2));
  const log: Measurement[] = [];
  while (log.length < count) {
    const [asked] = searcher.ask(1);
    log.push(measured(asked!, accuracyOf(log.length)));
    searcher.tell([log.at(-1)!]);
  }
  return log;
}

describe('regularized evolution', () => {
  it('has children one edit from the best of the living when all compete', () => {
    const random = createRandom(8);
    const log = run(() => random.float(), 120, { population: 15, sample: 15 });
    for (let i = 15; i < log.length; i++) {
      const living = log.slice(i - 15, i);
      const best = living.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
      expect(editDistance(space, best.architecture, log[i]!.architecture)).toBe(1);
    }
  });

  it('lets even the best die of age', () => {
    const star = 3;
    const log = run((index) => (index === star ? 100 : 50), 60, { population: 10, sample: 10 });
    const isChild = log.map((own) => editDistance(space, log[star]!.architecture, own.architecture) === 1);
    const alive = (index: number) => index >= 10 && index < star + 10 + 1;
    expect(isChild.slice(10, star + 11)).toEqual(Array(star + 1).fill(true));
    expect(isChild.filter((child, index) => child && !alive(index))).toEqual([]);
  });

  it('chooses parents among the whole population when few compete, the better ones more often', () => {
    const log = run((index) => index % 10, 400, { population: 10, sample: 3 });
    let ofTop = 0;
    let ofBottom = 0;
    for (let i = 10; i < log.length; i++) {
      const living = log.slice(i - 10, i);
      const parents = living.filter(
        ({ architecture }) => editDistance(space, architecture, log[i]!.architecture) === 1,
      );
      expect(parents.length).toBeGreaterThan(0);
      if (parents.every(({ accuracy }) => accuracy >= 7)) ofTop++;
      if (parents.every(({ accuracy }) => accuracy <= 2)) ofBottom++;
    }
    expect(ofTop).toBeGreaterThan(20 * Math.max(1, ofBottom));
  });

  it('with crossover takes each choice from one of two parents, but for the edit', () => {
    const log = run(() => 1, 40, { population: 2, sample: 1, crossover: 1 });
    for (let i = 2; i < log.length; i++) {
      const [mother, father] = log.slice(i - 2, i).map(({ architecture }) => architecture);
      const foreign = log[i]!.architecture.filter((code, d) => code !== mother![d] && code !== father![d]);
      expect(foreign.length).toBeLessThanOrEqual(1);
    }
  });

  it('refuses settings that do not fit together', () => {
    for (const [options, words] of [
      [{ population: 0 }, 'population of 0'],
      [{ population: 2.5 }, 'population of 2.5'],
      [{ population: 5, sample: 6 }, 'a sample of 6 cannot be drawn from a population of 5'],
      [{ sample: 0 }, 'a sample of 0'],
      [{ crossover: 1.5 }, 'crossover is 1.5'],
      [{ crossover: Number.NaN }, 'crossover is NaN'],
    ] as const) {
      expect(() => regularizedEvolution(options)).toThrow(
        expect.objectContaining({ code: 'input', message: expect.stringContaining(words) }),
      );
    }
  });
});
