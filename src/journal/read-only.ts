/** Looking into a journal that another process may be writing: nothing is locked, repaired or shortened. */
import { readFile } from 'node:fs/promises';
import { type JournalEntry, readEntry } from './entry.js';
import { JOURNAL_FORMAT } from './journal.js';
import { readLines } from './lines.js';

/** The sound part of a journal. */
export interface SeenJournal {
  /** the entries up to the first fault, oldest first; a half-written last line is no fault and is left out */
  readonly entries: readonly JournalEntry[];
  /** what is wrong behind them, in one sentence; undefined where nothing is */
  readonly damage: string | undefined;
}

/** What the journal at `path` holds; undefined where there is none. Never throws for what the file holds. @throws where the disk fails */
export async function seeJournal(path: string): Promise<SeenJournal | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  const { bodies, damage } = readLines(bytes);
  const [header, ...rest] = bodies;
  if (header === undefined) {
    return { entries: [], damage: damage && `${path}: line 1 is not a sound journal header` };
  }
  const { kind, format } = (header ?? {}) as { readonly kind?: unknown; readonly format?: unknown };
  if (kind !== 'header' || format !== JOURNAL_FORMAT) {
    return { entries: [], damage: `${path}: this is no journal of the format "${JOURNAL_FORMAT}"` };
  }
  const entries: JournalEntry[] = [];
  for (const body of rest) {
    const entry = readEntry(body);
    if (entry === undefined) {
      return { entries, damage: `${path}: line ${entries.length + 2} holds no entry that this version knows` };
    }
    entries.push(entry);
  }
  return { entries, damage: damage && `${path}: line ${damage.line} is damaged (${damage.reason})` };
}
