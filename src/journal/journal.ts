/** The run journal: an append-only file that knows every finished evaluation, whatever happened to the process. */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError, LissnasError } from '../errors.js';
import { type JournalEntry, readEntry, writeEntry } from './entry.js';
import { encodeLine, readLines } from './lines.js';
import { syncFolder } from './sync.js';

/** The format that this version writes and the only one it reads so far. */
export const JOURNAL_FORMAT = 'lissnas-journal/1';

/** Which run a journal belongs to. */
export interface JournalHeader {
  /** see `runIdentity` */
  readonly run: string;
}

/** An open journal. One process at a time: see `lockFolder`. */
export interface Journal {
  /** the entries that were in the file when it was opened, checked, oldest first */
  readonly entries: readonly JournalEntry[];
  /** what had to be repaired on opening, in one sentence; undefined when nothing */
  readonly repaired: string | undefined;
  /**
   * Adds an entry; resolves once it is on the disk. Appends that are under way together share one write and one flush.
   * @throws LissnasError with code `journal` when the disk refuses: the entry does not count, the file ends at the last
   * entry that does, and every later append is refused too.
   */
  append(entry: JournalEntry): Promise<void>;
  /** Waits for the appends under way and closes the file; may be called twice. */
  close(): Promise<void>;
}

/** What a journal needs of a file; a test may stand in its own. */
export type JournalFile = Pick<FileHandle, 'readFile' | 'write' | 'truncate' | 'datasync' | 'close'>;

/**
 * Opens the journal at `path`, or begins it. A last line that was cut by a crash is dropped and the file shortened to the line before it.
 * @throws InputError when the file is damaged anywhere else, belongs to another run, or has another format; the file is left as it is
 */
export async function openJournal(
  path: string,
  header: JournalHeader,
  openFile: (path: string) => Promise<JournalFile> = openOrCreate,
): Promise<Journal> {
  const file = await openFile(path);
  try {
    const { entries, end, repaired } = await recover(file, path, header);
    const writer = createWriter(file, path, end, entries.length + 1);
    return { entries, repaired, ...writer };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openOrCreate(path: string): Promise<JournalFile> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const file = await open(path, 'wx+');
  await syncFolder(dirname(path));
  return file;
}

async function recover(file: JournalFile, path: string, header: JournalHeader) {
  const bytes = await file.readFile();
  const headerBody = { kind: 'header', format: JOURNAL_FORMAT, run: header.run };
  const firstLine = Buffer.from(encodeLine(0, JSON.stringify(headerBody)));
  if (bytes.length < firstLine.length && firstLine.subarray(0, bytes.length).equals(bytes)) {
    await writeFrom(file, firstLine, 0); // new, or cut before the header was whole: no entry can have been counted
    await file.datasync();
    return { entries: [], end: firstLine.length, repaired: undefined };
  }

  const { bodies, end, newlineMissing, cut, damage } = readLines(bytes);
  if (bodies.length === 0) {
    throw new InputError(`line 1 is not a sound journal header; start the run again in a new folder`, { file: path });
  }
  checkHeader(bodies[0], header, path);
  if (damage !== undefined) throw damaged(path, damage.line, damage.reason);
  const entries = bodies.slice(1).map((body, i) => {
    const entry = readEntry(body);
    if (entry === undefined) throw damaged(path, i + 2, 'it holds no entry that this version knows');
    return entry;
  });

  if (newlineMissing) await writeFrom(file, Buffer.from('\n'), end);
  if (cut > 0) await file.truncate(end);
  if (newlineMissing || cut > 0) await file.datasync();
  const repaired =
    cut > 0
      ? `${path}: dropped the half-written line ${bodies.length + 1} (${cut} bytes), which no evaluation depends on`
      : undefined;
  return { entries, end: newlineMissing ? end + 1 : end, repaired };
}

function checkHeader(body: unknown, header: JournalHeader, path: string): void {
  const found = body as { kind?: unknown; format?: unknown; run?: unknown } | null;
  if (found?.kind !== 'header' || found.format !== JOURNAL_FORMAT) {
    throw new InputError(
      `the journal has the format ${JSON.stringify(found?.format ?? null)}, but this version reads ${JSON.stringify(JOURNAL_FORMAT)} only`,
      { file: path },
    );
  }
  if (found.run !== header.run) {
    throw new InputError(
      `the journal belongs to a run with another configuration (${String(found.run)}, not ${header.run}); restore that configuration or start in a new folder`,
      { file: path },
    );
  }
}

function damaged(path: string, line: number, reason: string): InputError {
  return new InputError(
    `line ${line} is damaged (${reason}) and evaluations from there on may be lost; the journal up to line ${line - 1} can be kept: copy the file, delete line ${line} and all after it, and resume`,
    { file: path },
  );
}

interface Waiting {
  readonly body: string;
  resolve(): void;
  reject(error: Error): void;
}

function createWriter(file: JournalFile, path: string, start: number, firstSeq: number) {
  let end = start;
  let seq = firstSeq;
  let queue: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let refusal: LissnasError | undefined;
  let closing: Promise<void> | undefined;

  async function writeQueue(): Promise<void> {
    await Promise.resolve(); // let the appends of this moment join
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      try {
        const bytes = Buffer.from(batch.map(({ body }, i) => encodeLine(seq + i, body)).join(''));
        await writeFrom(file, bytes, end);
        await file.datasync();
        end += bytes.length;
        seq += batch.length;
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        refusal = await retreat(file, path, end, cause);
        for (const { reject } of [...batch, ...queue]) reject(refusal);
        queue = [];
      }
    }
    writing = undefined;
  }

  return {
    append: async (entry: JournalEntry): Promise<void> => {
      if (refusal !== undefined) throw refusal;
      if (closing !== undefined) throw new LissnasError('journal', `${path}: the journal is closed`);
      const body = writeEntry(entry);
      await new Promise<void>((resolve, reject) => {
        queue.push({ body, resolve, reject });
        writing ??= writeQueue();
      });
    },
    close: async (): Promise<void> => {
      closing ??= (async () => {
        await writing;
        await file.close();
      })();
      await closing;
    },
  };
}

/** Shortens the file to what is known to be safe. After a failed flush nothing more can be trusted, so the writer stops for good. */
async function retreat(file: JournalFile, path: string, end: number, cause: unknown): Promise<LissnasError> {
  const shortened = await file.truncate(end).then(
    () =>
      file.datasync().then(
        () => true,
        () => true,
      ),
    () => false,
  );
  const kept = shortened ? 'everything before it is safe' : 'its half-written end will be dropped on resuming';
  return new LissnasError(
    'journal',
    `${path}: the journal cannot be written because ${inWords(cause)}; the evaluation under way does not count, ${kept}; mend that and resume`,
    { cause },
  );
}

function inWords(cause: unknown): string {
  const code = errorCode(cause);
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EDQUOT') return 'the disk quota is used up';
  if (code === 'EIO') return 'the disk reports an input/output error';
  return cause instanceof Error ? `of "${cause.message}"` : 'of an unknown error';
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** A write may take only a part of the bytes; this one takes all or throws. */
async function writeFrom(file: JournalFile, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
