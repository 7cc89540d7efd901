/** How every command of this folder ends that can meet bad input. */
import { InputError } from '../src/errors.js';

/** Runs it: bad input is one sentence and exit code 2, any other fault its stack and 1. */
export function carryOut(command: () => Promise<void>): void {
  command().catch((error: unknown) => {
    const text = error instanceof InputError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = error instanceof InputError ? 2 : 1;
  });
}
