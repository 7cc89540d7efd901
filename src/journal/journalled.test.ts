import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Outcome } from '../measurements/measurement.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import type { JournalEntry } from './entry.js';
import { runIdentity } from './identity.js';
import { journalled } from './journalled.js';
import { replay } from './replay.js';

/** only what the wrapper needs of a space */
const space = {
  architecture: (codes: ArrayLike<number>) => Object.freeze(Array.from(codes)) as unknown as Architecture,
} as unknown as SearchSpace;
const at = (...codes: number[]) => space.architecture(codes);

function memoryJournal(entries: readonly JournalEntry[] = []) {
  const added: JournalEntry[] = [];
  return {
    entries,
    added,
    async append(entry: JournalEntry) {
      added.push(entry);
    },
  };
}

function counting(answer: (architecture: Architecture) => Outcome) {
  const asked: string[] = [];
  const evaluator: Evaluator = {
    name: 'counting',
    concurrency: 4,
    async evaluate(architecture) {
      asked.push(architecture.join('.'));
      await Promise.resolve();
      return answer(architecture);
    },
  };
  return { asked, evaluator };
}

const measured = (architecture: Architecture): Outcome => ({
  kind: 'measured',
  architecture,
  accuracy: architecture.reduce((sum, code) => sum + code, 0),
  costs: { macs_m: 2 },
  source: 'test',
});

describe('journalled', () => {
  it('pays once for an architecture, however often and however many at once it is asked', async () => {
    const journal = memoryJournal();
    const { asked, evaluator } = counting(measured);
    const wrapped = journalled(evaluator, journal, space);
    const [a, b] = await Promise.all([wrapped.evaluate(at(1, 2)), wrapped.evaluate(at(1, 2))]);
    const c = await wrapped.evaluate(at(1, 2));
    expect(a).toEqual(measured(at(1, 2)));
    expect(b).toEqual(a);
    expect(c).toEqual(a);
    expect(asked).toEqual(['1.2']);
    expect(journal.added.length).toBe(1);
  });

  it('a resumed run gets the same outcomes without asking', async () => {
    const journal = memoryJournal();
    const outcomes: Outcome[] = [measured(at(0)), { kind: 'failed', architecture: at(1), reason: 'boom' }];
    const first = journalled(counting((a) => outcomes[a[0] as number] as Outcome).evaluator, journal, space);
    for (const outcome of outcomes) await first.evaluate(outcome.architecture);
    const { asked, evaluator } = counting(measured);
    const second = journalled(evaluator, memoryJournal(journal.added), space);
    for (const outcome of outcomes) expect(await second.evaluate(outcome.architecture)).toEqual(outcome);
    expect(asked).toEqual([]);
  });

  it('hands nothing out that the journal refused, and writes nothing that was rejected', async () => {
    const refused = journalled(
      counting(measured).evaluator,
      { entries: [], append: () => Promise.reject(new Error('full')) },
      space,
    );
    await expect(refused.evaluate(at(0))).rejects.toThrow('full');
    const journal = memoryJournal();
    const broken = journalled(
      counting(() => {
        throw new Error('gone');
      }).evaluator,
      journal,
      space,
    );
    await expect(broken.evaluate(at(0))).rejects.toThrow('gone');
    expect(journal.added).toEqual([]);
  });

  it('knows what cannot be measured', () => {
    const entries: JournalEntry[] = [
      { kind: 'evaluation', key: '0', outcome: { kind: 'unavailable', reason: 'not in the table' } },
      { kind: 'evaluation', key: '1', outcome: { kind: 'failed', reason: 'x' } },
    ];
    const inner = { ...counting(measured).evaluator, canMeasure: () => false };
    const wrapped = journalled(inner, memoryJournal(entries), space);
    expect([at(0), at(1), at(2)].map((a) => wrapped.canMeasure?.(a))).toEqual([false, true, false]);
    expect(replay(entries).spent).toBe(1);
  });
});

describe('runIdentity', () => {
  it('is the hash of the sorted JSON', () => {
    const expected = createHash('sha256').update('{"a":[2,1],"b":{"x":null}}').digest('hex').slice(0, 32);
    expect(runIdentity({ b: { x: null }, a: [2, 1], c: undefined })).toBe(expected);
    expect(runIdentity({ a: [1, 2], b: { x: null } })).not.toBe(expected);
  });
});
