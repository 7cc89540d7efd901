import { describe, expect, test } from 'vitest';
import { tiny, tinyTable } from '../benchmarks/testing/tiny.js';
import { InputError } from '../errors.js';
import { evaluateAll } from '../measurements/evaluate-all.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Outcome } from '../measurements/measurement.js';
import type { Architecture } from '../spaces/space.js';
import { BudgetExhausted, budgeted } from './budgeted.js';
import { cached } from './cached.js';
import { concurrent } from './concurrent.js';
import { fromFunction } from './from-function.js';
import { noisy } from './noisy.js';
import { failed, measured, unavailable } from './outcomes.js';
import { tabular, truthOf } from './tabular.js';
import { evaluatorContract } from './testing/contract.js';

const all = Array.from({ length: 12 }, (_, i) => tiny.architecture([i % 3, Math.floor(i / 3) % 2, Math.floor(i / 6)]));
const table = () => tinyTable('op,kernel,se,acc,true,ms\nconv,3,0,0.905,91,1.5\npool,5,1,0.9125,,\nnone,3,0,,10,2\n');

/** none: unavailable, conv: measured, pool: failed; counts and may be slow. */
class Probe implements Evaluator {
  readonly name = 'probe';
  readonly concurrency = 3;
  asked: Architecture[] = [];
  underWay = 0;
  most = 0;
  closed = 0;
  canMeasure(architecture: Architecture): boolean {
    return architecture[0] !== 0;
  }
  async evaluate(architecture: Architecture, signal?: AbortSignal): Promise<Outcome> {
    signal?.throwIfAborted();
    this.asked.push(architecture);
    this.most = Math.max(this.most, ++this.underWay);
    // the later asked, the sooner done, so that order of finishing is not that of asking
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 12 - this.asked.length)));
    this.underWay--;
    signal?.throwIfAborted();
    if (architecture[0] === 0) return unavailable(architecture, 'not there');
    if (architecture[0] === 2) return failed(architecture, 'broken');
    return measured(architecture, 50 + architecture[1], 'probe');
  }
  async close(): Promise<void> {
    this.closed++;
  }
}

evaluatorContract('tabular', async () => ({
  evaluator: tabular(await table(), 'acc', { costs: ['ms'] }),
  architectures: all,
}));
evaluatorContract('noisy', async () => ({
  evaluator: noisy(tabular(await table(), 'acc'), { deviation: 1, randomSeed: 3 }),
  architectures: all,
}));
evaluatorContract('cached', () => ({ evaluator: cached(new Probe()), architectures: all.slice(1) }));
evaluatorContract('budgeted', () => ({ evaluator: budgeted(new Probe(), 100), architectures: all.slice(1) }));
evaluatorContract('concurrent', () => ({ evaluator: concurrent(new Probe(), 2), architectures: all.slice(1) }));
evaluatorContract('fromFunction', () => ({
  evaluator: fromFunction(([op, kernel]) => ({ accuracy: op + kernel, costs: { op } }), { space: tiny }),
  architectures: all,
}));
evaluatorContract('wrappers around one another', async () => ({
  evaluator: cached(budgeted(concurrent(noisy(tabular(await table(), 'acc'), { deviation: 1, randomSeed: 3 }), 2), 99)),
  architectures: all,
}));

describe('tabular', () => {
  test('gives percent, costs where there are any, and says what is not there', async () => {
    const evaluator = tabular(await table(), 'acc', { costs: ['ms'] });
    expect(await evaluator.evaluate(tiny.parse('conv,3,0'))).toMatchObject({ accuracy: 90.5, costs: { ms: 1.5 } });
    expect(await evaluator.evaluate(tiny.parse('pool,5,1'))).toMatchObject({ accuracy: 91.25, costs: {} });
    expect(await evaluator.evaluate(tiny.parse('none,3,0'))).toMatchObject({ kind: 'unavailable' });
    expect(evaluator.canMeasure?.(tiny.parse('none,3,0'))).toBe(false);
    expect(evaluator.name).toBe('table table.csv column acc');
  });

  test('search on one column, report on another', async () => {
    const truth = truthOf(await table(), 'true');
    expect([truth([1, 0, 0]), truth([2, 1, 1]), truth([2, 0, 0])]).toEqual([91, Number.NaN, Number.NaN]);
    expect(() => tabular({} as never, 'x')).toThrow();
    const read = await table();
    expect(() => tabular(read, 'akk')).toThrow(/did you mean "acc"/);
    expect(() => tabular(read, 'acc', { costs: ['watt'] })).toThrow(/no numeric column "watt"/);
  });
});

describe('noisy', () => {
  test('the noise is normal, differs by architecture and random seed, and nothing else changes', async () => {
    const flat = fromFunction(() => 80, { space: tiny });
    const noise = async (randomSeed: number) =>
      (await evaluateAll(noisy(flat, { deviation: 2, randomSeed }), all)).map((o) =>
        o.kind === 'measured' ? o.accuracy - 80 : 0,
      );
    const seeds = await Promise.all(Array.from({ length: 200 }, (_, k) => noise(k)));
    const values = seeds.flat();
    for (const own of seeds) expect(new Set(own).size).toBe(all.length);
    expect(new Set(values).size).toBeGreaterThan(values.length - 5);
    const average = values.reduce((a, b) => a + b) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - average) ** 2, 0) / values.length);
    expect(Math.abs(average)).toBeLessThan(0.2); // 5 standard errors
    expect(Math.abs(deviation - 2)).toBeLessThan(0.15);
    expect(await noise(7)).toEqual(seeds[7]);
    expect(() => noisy(flat, { deviation: -1, randomSeed: 0 })).toThrow(InputError);
  });
});

describe('cached', () => {
  test('asks once for each architecture, also while the answer is under way, failures included', async () => {
    const probe = new Probe();
    const evaluator = cached(probe);
    await Promise.all([...all, ...all].map((architecture) => evaluator.evaluate(architecture)));
    await evaluateAll(evaluator, all);
    expect(probe.asked.length).toBe(12);
    await evaluator.close?.();
    expect(probe.closed).toBe(1);
  });

  test('by canonical form, the answer still names the architecture asked for', async () => {
    const probe = new Probe();
    const evaluator = cached(probe, { canonical: ([op, kernel]) => tiny.architecture([op, kernel, 0]) });
    const [a, b] = [tiny.parse('conv,5,0'), tiny.parse('conv,5,1')];
    const outcomes = [await evaluator.evaluate(b), await evaluator.evaluate(a)];
    expect(outcomes.map(({ architecture }) => architecture)).toEqual([b, a]);
    expect(probe.asked).toEqual([a]);
  });

  test('one caller’s abort does not disturb another’s wait; the last one’s stops the measurement', async () => {
    let aborted = 0;
    let calls = 0;
    const slow: Evaluator = {
      name: 'slow',
      concurrency: 1,
      evaluate: (architecture, signal) =>
        new Promise((resolve, reject) => {
          calls++;
          signal?.addEventListener('abort', () => {
            aborted++;
            reject(signal.reason);
          });
          setTimeout(() => resolve(measured(architecture, 1, 'slow')), 40);
        }),
    };
    const evaluator = cached(slow);
    const stop = new AbortController();
    const first = evaluator.evaluate(all[0], stop.signal);
    const second = evaluator.evaluate(all[0]);
    stop.abort(new Error('first'));
    await expect(first).rejects.toThrow('first');
    expect((await second).kind).toBe('measured');
    expect([aborted, calls]).toEqual([0, 1]);

    const again = new AbortController();
    const only = evaluator.evaluate(all[1], again.signal);
    again.abort(new Error('only'));
    await expect(only).rejects.toThrow('only');
    expect(aborted).toBe(1);
    expect((await evaluator.evaluate(all[1])).kind).toBe('measured');
    expect(calls).toBe(3);
  });

  test('a rejection is not remembered', async () => {
    let calls = 0;
    const evaluator = cached({
      name: 'once broken',
      concurrency: 1,
      evaluate: async (architecture) => {
        if (calls++ === 0) throw new Error('broken');
        return measured(architecture, 1, 'x');
      },
    });
    await expect(evaluator.evaluate(all[0])).rejects.toThrow('broken');
    expect((await evaluator.evaluate(all[0])).kind).toBe('measured');
  });
});

describe('budgeted', () => {
  test('measured and failed ones are spent, unavailable ones are not; beyond the limit it refuses', async () => {
    const evaluator = budgeted(new Probe(), 2);
    const [none, conv, pool] = all;
    for (let i = 0; i < 3; i++) await evaluator.evaluate(none);
    expect(evaluator.spent).toBe(0);
    await evaluator.evaluate(conv);
    await evaluator.evaluate(pool);
    expect(evaluator.spent).toBe(2);
    const error = await evaluator.evaluate(conv).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(BudgetExhausted);
    expect(error).toMatchObject({ code: 'budget', limit: 2 });
    expect(() => budgeted(new Probe(), 1.5)).toThrow(RangeError);
  });

  test('holds at once, so that many questions together cannot overspend', async () => {
    const probe = new Probe();
    const evaluator = budgeted(probe, 3);
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => evaluator.evaluate(all[1])));
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBe(3);
    expect(probe.asked.length).toBe(3);
  });
});

describe('concurrent and evaluateAll', () => {
  test('bound what is under way and keep the order asked for', async () => {
    const probe = new Probe();
    const evaluator = concurrent(probe, 2);
    const outcomes = await Promise.all(all.map((architecture) => evaluator.evaluate(architecture)));
    expect(outcomes.map(({ architecture }) => architecture)).toEqual(all);
    expect(probe.most).toBe(2);

    const other = new Probe();
    const finished: number[] = [];
    const batch = await evaluateAll(other, all, { onOutcome: (_, index) => finished.push(index) });
    expect(batch.map(({ architecture }) => architecture)).toEqual(all);
    expect(other.most).toBe(3);
    expect([...finished].sort((a, b) => a - b)).toEqual([...all.keys()]);
    expect(finished).not.toEqual([...all.keys()]);
    expect(await evaluateAll(other, [])).toEqual([]);
  });

  test('one that waits for its turn can be aborted', async () => {
    const evaluator = concurrent(new Probe(), 1);
    const stop = new AbortController();
    const [first, second, third] = [
      evaluator.evaluate(all[1]),
      evaluator.evaluate(all[2], stop.signal),
      evaluator.evaluate(all[4]),
    ];
    stop.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    expect([(await first).kind, (await third).kind]).toEqual(['measured', 'measured']);
    expect((await evaluator.evaluate(all[1])).kind).toBe('measured');
  });

  test('a rejection aborts the others, waits for them and is passed on', async () => {
    const probe = new Probe();
    const evaluator: Evaluator = {
      name: 'breaks',
      concurrency: 3,
      evaluate: (architecture, signal) =>
        architecture === all[4] ? Promise.reject(new Error('machine lost')) : probe.evaluate(architecture, signal),
    };
    await expect(evaluateAll(evaluator, all)).rejects.toThrow('machine lost');
    expect(probe.underWay).toBe(0);
    expect(probe.asked.length).toBeLessThan(8);
    const stop = new AbortController();
    const answer = evaluateAll(new Probe(), all, {
      signal: stop.signal,
      onOutcome: () => stop.abort(new Error('Ctrl-C')),
    });
    await expect(answer).rejects.toThrow('Ctrl-C');
  });
});

describe('fromFunction', () => {
  const one = tiny.parse('conv,5,1');
  const outcomeOf = (fn: (...asked: never[]) => unknown) =>
    fromFunction(fn as never, { space: tiny, name: 'mine' }).evaluate(one);

  test('gets codes and labels, gives a number or a number with costs, now or later', async () => {
    const seen: unknown[] = [];
    const evaluator = fromFunction(
      async (architecture, choices) => {
        seen.push([...architecture], { ...choices });
        return 7;
      },
      { space: tiny },
    );
    expect(await evaluator.evaluate(one)).toMatchObject({ kind: 'measured', accuracy: 7 });
    expect(seen).toEqual([[1, 1, 1], { op: 'conv', kernel: 5, se: 1 }]);
    expect(await outcomeOf(() => ({ accuracy: 8, costs: { ms: 2 } }))).toMatchObject({
      accuracy: 8,
      costs: { ms: 2 },
      source: 'mine',
    });
  });

  test('what it throws and what is no finite number is a failed evaluation', async () => {
    const thrown = () => {
      throw new Error('out of memory');
    };
    expect(await outcomeOf(thrown)).toMatchObject({ kind: 'failed', reason: 'mine threw: out of memory' });
    expect(await outcomeOf(async () => thrown())).toMatchObject({ kind: 'failed' });
    for (const answer of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '93',
      null,
      undefined,
      [1],
      {},
      { accuracy: '9' },
      { accuracy: 1, costs: { a: 'x' } },
    ]) {
      expect(await outcomeOf(() => answer)).toMatchObject({ kind: 'failed' });
    }
  });
});
