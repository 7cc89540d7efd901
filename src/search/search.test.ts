import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../journal/entry.js';
import { journalled } from '../journal/journalled.js';
import { createRandom } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Measurement } from '../measurements/measurement.js';
import { Region } from '../shrink/region.js';
import { evaluatorOf, landscapeOf, weight } from '../shrink/testing/problems.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Architecture, Codes } from '../spaces/space.js';
import { spaceOf } from '../spaces/testing/space-of.js';
import { type SearcherName, searchers } from './index.js';
import { randomSearch } from './random-search.js';
import { membersRegion } from './region.js';
import { finalists, type SearchTask, search } from './search.js';
import type { MakeSearcher } from './searcher.js';

const space = spaceOf([4, 3, -5, 2, 4]); // 480
const region = new Region(space, []);
const accuracy = landscapeOf(space, 1, 2);
const cost = ({ architecture }: Measurement) => weight.of(architecture);
const names = Object.keys(searchers) as SearcherName[];

function taskOf(rest: Partial<SearchTask> = {}): SearchTask {
  return {
    region,
    searcher: randomSearch(),
    evaluator: evaluatorOf(accuracy),
    evaluations: 60,
    random: createRandom(1),
    ...rest,
  };
}

const measuredAt = (codes: number[], value: number): Measurement => ({
  kind: 'measured',
  architecture: space.architecture(codes),
  accuracy: value,
  costs: {},
  source: 'before',
});

/** A searcher that proposes these, one by one. */
const proposing =
  (architectures: readonly Architecture[]): MakeSearcher =>
  () => {
    const left = [...architectures];
    return { name: 'a script', ask: (count) => left.splice(0, count), tell: () => {} };
  };

describe('search', () => {
  it.each(
    names,
  )('%s spends exactly its budget, and its best and its curve are those of its measurements', async (name) => {
    const evaluator = evaluatorOf(accuracy);
    const result = await search(taskOf({ evaluator, searcher: searchers[name].make(cost) }));
    expect(result.spent).toBe(60);
    expect(result.stop).toBe('budget spent');
    expect(result.measurements.map(({ architecture }) => architecture.join())).toEqual(evaluator.asked);
    expect(result.best.accuracy).toBe(Math.max(...result.measurements.map((own) => own.accuracy)));
    expect(result.curve).toEqual(
      result.measurements.map((_, i) => Math.max(...result.measurements.slice(0, i + 1).map((own) => own.accuracy))),
    );
    expect(result.front).toEqual([]);
  });

  it('counts failures as spent and what cannot be measured not, and reports progress', async () => {
    const kind = (codes: Codes) => codes[0]! % 3;
    const evaluator = evaluatorOf((codes) =>
      kind(codes) === 0 ? undefined : kind(codes) === 1 ? null : accuracy(codes),
    );
    const seen: number[] = [];
    const result = await search(taskOf({ evaluator, evaluations: 100, onProgress: ({ spent }) => seen.push(spent) }));
    expect(result.spent).toBe(100);
    expect(result.failures.length).toBeGreaterThan(20);
    expect(result.measurements.length + result.failures.length).toBe(100);
    expect(evaluator.asked.length).toBeGreaterThan(100);
    expect(result.curve).toHaveLength(100);
    expect(seen.at(-1)).toBe(100);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('ends where the region is exhausted', async () => {
    const result = await search(taskOf({ evaluations: 1000, batch: 64 }));
    expect(result).toMatchObject({ spent: 480, stop: 'region exhausted' });
  });

  it('does not try what is known not to be measurable', async () => {
    const canMeasure = (codes: Codes) => codes[1] === 0;
    const evaluator = evaluatorOf((codes) => (canMeasure(codes) ? accuracy(codes) : null), { canMeasure });
    const result = await search(taskOf({ evaluator, evaluations: 1000, batch: 7 }));
    expect(result.spent).toBe(160);
    expect(evaluator.asked).toHaveLength(160);
  });

  it('starts from what is known, pays nothing for it, and leaves out what is outside the region', async () => {
    const best = measuredAt([0, 0, 0, 0, 0], 99);
    const outside = measuredAt([3, 2, 4, 1, 3], 100);
    const limited = new Region(space, [{ cost: weight, max: 5 }]);
    for (const name of names) {
      const evaluator = evaluatorOf(accuracy);
      const twice = measuredAt([1, 0, 0, 0, 0], 98);
      const known = [twice, outside, best, measuredAt([0, 1, 0, 0, 0], 97), twice];
      const searcher = searchers[name].make(cost);
      const result = await search(taskOf({ region: limited, known, evaluator, searcher, evaluations: 20 }));
      expect(result.best).toBe(best);
      expect(result.known).toEqual([known[0], best, known[3]]);
      expect(result.spent).toBe(20);
      expect(result.curve).toEqual(Array(20).fill(99));
      expect(evaluator.asked).not.toContain('0,0,0,0,0');
      expect(finalists(result, 3).map((own) => own.accuracy)).toEqual([99, 98, 97]);
    }
  });

  it('tells the searcher what is known worst first, so that the best are the youngest', async () => {
    const told: number[] = [];
    const searcher: MakeSearcher = (...args) => ({
      ...randomSearch()(...args),
      tell: (outcomes) => told.push(...outcomes.flatMap((own) => (own.kind === 'measured' ? [own.accuracy] : []))),
    });
    const known = [measuredAt([1, 0, 0, 0, 0], 98), measuredAt([0, 0, 0, 0, 0], 99), measuredAt([0, 1, 0, 0, 0], 97)];
    await search(taskOf({ known, searcher, evaluations: 1 }));
    expect(told.slice(0, 3)).toEqual([97, 98, 99]);
  });

  it('gives the Pareto front of all that was measured or known, from cheap to costly', async () => {
    const known = [measuredAt([0, 0, 0, 0, 0], 99)];
    const { front, measurements } = await search(taskOf({ known, cost }));
    expect(front).toEqual(known); // it costs nothing and is the most accurate
    const alone = (await search(taskOf({ cost }))).front;
    const isBeaten = (own: Measurement) =>
      measurements.some((other) => cost(other) <= cost(own) && other.accuracy > own.accuracy);
    expect(alone.length).toBeGreaterThan(1);
    expect(alone.some(isBeaten)).toBe(false);
    expect(alone.map(cost)).toEqual(alone.map(cost).sort((a, b) => a - b));
  });

  it('lists finalists best first, at most as many as there are', async () => {
    const result = await search(taskOf());
    const sorted = result.measurements.map((own) => own.accuracy).sort((a, b) => b - a);
    expect(finalists(result, 5).map((own) => own.accuracy)).toEqual(sorted.slice(0, 5));
    expect(finalists(result, 500)).toHaveLength(60);
    expect(finalists(result, 1)).toEqual([result.best]);
  });

  it.each(names)('%s gives the same whatever the order of finishing', async (name) => {
    const slow = (delay: (index: number) => number): Evaluator => {
      let started = 0;
      return evaluatorOf(accuracy, {
        concurrency: 7,
        async evaluate(architecture) {
          for (let tick = delay(started++); tick > 0; tick--) await null;
          return { kind: 'measured', architecture, accuracy: accuracy(architecture), costs: {}, source: 'slow' };
        },
      });
    };
    const run = async (delay: (index: number) => number) =>
      (await search(taskOf({ evaluator: slow(delay), searcher: searchers[name].make(cost) }))).measurements;
    const once = await run(() => 0);
    expect(await run((index) => (index * 37) % 11)).toEqual(once);
    expect(await run((index) => 20 - (index % 20))).toEqual(once);
  });
});

describe('search stopped and repeated', () => {
  it('ends with the reason of the signal, or of an evaluator that gives up', async () => {
    const stop = new AbortController();
    const evaluator = evaluatorOf((codes) => {
      if (evaluator.asked.length === 20) stop.abort(new Error('no longer wanted'));
      return accuracy(codes);
    });
    await expect(search(taskOf({ evaluator, signal: stop.signal }))).rejects.toThrow('no longer wanted');
    expect(evaluator.asked).toHaveLength(20);
    const broken = evaluatorOf(accuracy, { evaluate: () => Promise.reject(new Error('the cluster is gone')) });
    await expect(search(taskOf({ evaluator: broken }))).rejects.toThrow('the cluster is gone');
  });

  it.each(names)('%s through a journal ends as if it had never been stopped, and pays nothing twice', async (name) => {
    const searcher = searchers[name].make(cost);
    const kind = (codes: Codes) => (codes[4] === 3 ? undefined : accuracy(codes));
    const whole = await search(taskOf({ evaluator: evaluatorOf(kind), searcher, cost }));
    for (const killedAt of [1, 17, 42, 59]) {
      const entries: JournalEntry[] = [];
      const journal = {
        get entries() {
          return [...entries];
        },
        append: async (entry: JournalEntry) => {
          if (entries.length === killedAt) throw new Error('killed');
          entries.push(entry);
        },
      };
      const first = journalled(evaluatorOf(kind), journal, space);
      await expect(search(taskOf({ evaluator: first, searcher, cost }))).rejects.toThrow('killed');
      const after: JournalEntry[] = [];
      const evaluator = evaluatorOf(kind);
      const again = journalled(evaluator, { entries, append: async (entry) => void after.push(entry) }, space);
      expect(await search(taskOf({ evaluator: again, searcher, cost }))).toEqual(whole);
      expect(evaluator.asked).toHaveLength(60 - killedAt);
    }
  });
});

describe('search refuses', () => {
  it('budgets and batches that are none', async () => {
    for (const evaluations of [0, -1, 2.5, Number.NaN]) {
      await expect(search(taskOf({ evaluations }))).rejects.toMatchObject({
        code: 'input',
        message: `${evaluations} evaluations are no whole number of at least 1`,
      });
    }
    await expect(search(taskOf({ batch: 0 }))).rejects.toThrow('0 architectures at once');
  });

  it('a searcher that leaves the region or repeats itself, before anything is measured', async () => {
    const limited = new Region(space, [{ cost: weight, max: 5 }]);
    const [inside, outside] = [space.architecture([0, 0, 0, 0, 1]), space.architecture([3, 2, 4, 1, 3])];
    const evaluator = evaluatorOf(accuracy);
    const run = (proposals: Architecture[], known: Measurement[] = []) =>
      search(taskOf({ region: limited, evaluator, known, batch: 4, searcher: proposing(proposals) }));
    await expect(run([inside, outside])).rejects.toThrow('a script asks for 3,2,4,1,3, which is outside the region');
    await expect(run([inside, inside])).rejects.toThrow('a script asks for 0,0,0,0,1, which was asked for before');
    await expect(run([inside], [measuredAt([0, 0, 0, 0, 1], 3)])).rejects.toThrow('was asked for before');
    expect(evaluator.asked).toEqual([]);
  });

  it('an evaluator that can measure nothing, or fails always', async () => {
    const nothing = evaluatorOf(() => null, { name: 'an empty table' });
    await expect(search(taskOf({ evaluator: nothing }))).rejects.toMatchObject({
      code: 'input',
      message: 'an empty table can measure nothing that random search asked for in test',
    });
    const failing = evaluatorOf(() => undefined);
    await expect(search(taskOf({ evaluator: failing }))).rejects.toThrow(
      'all 60 evaluations failed, the last with: out of memory',
    );
    const huge = new Region(spaceOf(Array(20).fill(5)), []);
    await expect(search(taskOf({ region: huge, evaluator: nothing, batch: 1000 }))).rejects.toThrow(
      'can measure nothing',
    );
  });

  it('members of which none is within the limits', () => {
    const members = ArchitectureSet.fromPacked(Uint8Array.of(3, 2, 4, 1, 3, 2, 2, 4, 1, 3), 5);
    expect(() => membersRegion(space, members, [{ cost: weight, max: 5 }])).toThrow(
      'none of the 2 members of test satisfies weight <= 5',
    );
    expect(() => membersRegion(space, new ArchitectureSet(5))).toThrow('there are no members of test to search in');
  });
});
