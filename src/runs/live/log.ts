/** `log.ndjson`: what has happened in a run, in sentences. */
import { z } from 'zod';
import { liveFiles } from './files.js';
import { LineFile, readLines } from './line-file.js';

const LARGEST = 1_000_000; // bytes
const LONGEST = 1000; // characters of a text

const lineSchema = z.object({
  /** counted from 1, on and on where a run is resumed and where older lines have been dropped */
  n: z.int().min(1),
  /** ISO */
  time: z.string(),
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
});

/** One line. */
export type LogLine = z.infer<typeof lineSchema>;

/** The lines of a run's log with a number above `after`, in their order; none where there is no log. */
export function readLog(folder: string, after = 0): LogLine[] {
  return readLines(liveFiles(folder).log).flatMap((value) => {
    const line = lineSchema.safeParse(value).data;
    return line !== undefined && line.n > after ? [line] : [];
  });
}

/** Goes on with a run's log. */
export class RunLog {
  readonly #file: LineFile;
  #last: number;

  constructor(folder: string) {
    this.#last = readLog(folder).at(-1)?.n ?? 0;
    this.#file = new LineFile(liveFiles(folder).log, LARGEST);
  }

  add(level: LogLine['level'], text: string): void {
    const line: LogLine = { n: ++this.#last, time: new Date().toISOString(), level, text: text.slice(0, LONGEST) };
    this.#file.append(line);
  }
}
