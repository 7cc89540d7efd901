/** What the commands say: results on stdout, everything else on stderr. */
import { InputError, LissnasError } from '../errors.js';
import { withoutPasswords } from '../queue/address.js';
import { StoppedByFile } from '../runs/live/control.js';

/** Exit codes: 1 for a failure, 2 for bad input, 130 where it was stopped: by Ctrl-C or by a file. */
export function exitCodeOf(error: unknown): 1 | 2 | 130 {
  if (error instanceof Advised) return exitCodeOf(error.cause);
  if (error instanceof Interrupted || error instanceof StoppedByFile) return 130;
  return error instanceof InputError ? 2 : 1;
}

/** The user pressed Ctrl-C (or the process was asked to end). */
export class Interrupted extends LissnasError {
  constructor() {
    super('interrupted', 'stopped');
  }
}

/** A failure, and what the user can do now. */
export class Advised extends Error {
  readonly advice: string;

  constructor(advice: string, cause: unknown) {
    super(advice, { cause });
    this.advice = advice;
  }
}

/** Writes a result line to stdout. */
export function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Writes the one JSON document of a command to stdout. */
export function sayJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, (_, value) => (typeof value === 'bigint' ? `${value}` : value))}\n`);
}

/** Writes a remark to stderr. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The command line as one would type it into a shell, without passwords. */
export function commandLine(): string {
  const words = process.argv
    .slice(2)
    .map(withoutPasswords)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ['lissnas', ...words].join(' ');
}

/** A reader that closes its end (`| head`) ends the program quietly. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
}

/** A signal that is aborted by Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(new Interrupted());
    });
  }
  return controller.signal;
}
