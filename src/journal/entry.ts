/** What a journal line says, as the program sees it and as JSON holds it. */
import { z } from 'zod';
import type { Outcome } from '../measurements/measurement.js';
import type { Codes } from '../spaces/space.js';

type WithoutArchitecture<T> = T extends unknown ? Omit<T, 'architecture'> : never;

/** An outcome without its architecture, which the entry's key already names. */
export type FinishedOutcome = WithoutArchitecture<Outcome>;

/** One finished evaluation. */
export interface EvaluationEntry {
  readonly kind: 'evaluation';
  /** see `architectureKey` */
  readonly key: string;
  readonly outcome: FinishedOutcome;
}

/** Anything else worth remembering, e.g. the end of a round; never needed to resume. */
export interface EventEntry {
  readonly kind: 'event';
  readonly name: string;
  /** plain JSON */
  readonly data: unknown;
}

/** One line of a journal after its header. */
export type JournalEntry = EvaluationEntry | EventEntry;

/** The choice indices joined by dots, e.g. `0.3.1`: compact, and readable beside the space's dimensions. */
export function architectureKey(codes: Codes): string {
  return Array.from(codes).join('.');
}

// JSON has no NaN, no infinities and no -0; they are written as text so that every number comes back exactly.
const UNWRITABLE = ['NaN', 'Infinity', '-Infinity', '-0'] as const;
const storedNumber = z.union([z.number(), z.enum(UNWRITABLE)]).transform(Number);

function toStored(value: number): number | string {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);
}

// Entries, not z.record: a cost may bear any name, `__proto__` included.
const storedCosts = z.array(z.tuple([z.string(), storedNumber])).transform((pairs) => Object.fromEntries(pairs));

const entrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('evaluation'),
    key: z.string(),
    outcome: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('measured'), accuracy: storedNumber, costs: storedCosts, source: z.string() }),
      z.object({ kind: z.literal('failed'), reason: z.string() }),
      z.object({ kind: z.literal('unavailable'), reason: z.string() }),
    ]),
  }),
  z.object({ kind: z.literal('event'), name: z.string(), data: z.unknown() }),
]);

/** The JSON text of an entry. @throws TypeError when an event's data is not plain JSON */
export function writeEntry(entry: JournalEntry): string {
  if (entry.kind === 'event') return JSON.stringify({ kind: 'event', name: entry.name, data: entry.data ?? null });
  const { kind, key, outcome } = entry;
  if (outcome.kind !== 'measured') {
    return JSON.stringify({ kind, key, outcome: { kind: outcome.kind, reason: outcome.reason } });
  }
  const costs = Object.entries(outcome.costs).map(([name, value]) => [name, toStored(value)]);
  const stored = { kind: 'measured', accuracy: toStored(outcome.accuracy), costs, source: outcome.source };
  return JSON.stringify({ kind, key, outcome: stored });
}

/** The entry of parsed JSON, or undefined when it has not the shape of one. */
export function readEntry(json: unknown): JournalEntry | undefined {
  const read = entrySchema.safeParse(json);
  return read.success ? read.data : undefined;
}
