/** Folding a journal's entries to the state of the run. */
import type { EventEntry, FinishedOutcome, JournalEntry } from './entry.js';

/** What a journal knows. */
export interface ReplayedRun {
  /** finished evaluations by `architectureKey`, in the order in which they finished */
  readonly finished: ReadonlyMap<string, FinishedOutcome>;
  /** evaluations spent: measured or failed; what was unavailable costs nothing */
  readonly spent: number;
  readonly events: readonly EventEntry[];
}

/** Folds entries, oldest first. An architecture counts once; its first outcome stands. */
export function replay(entries: Iterable<JournalEntry>): ReplayedRun {
  const finished = new Map<string, FinishedOutcome>();
  const events: EventEntry[] = [];
  let spent = 0;
  for (const entry of entries) {
    if (entry.kind === 'event') {
      events.push(entry);
    } else if (!finished.has(entry.key)) {
      finished.set(entry.key, entry.outcome);
      if (entry.outcome.kind !== 'unavailable') spent++;
    }
  }
  return { finished, spent, events };
}
