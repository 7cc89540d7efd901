#!/usr/bin/env node
/** The command line: `lissnas COMMAND`. */
import { CommanderError } from 'commander';
import { LissnasError } from '../errors.js';
import { createProgram } from './program.js';
import { Advised, endQuietlyOnClosedPipe, exitCodeOf, Interrupted, remark } from './terminal.js';

async function main(): Promise<void> {
  endQuietlyOnClosedPipe();
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2; // commander has said what is wrong
      return;
    }
    process.exitCode = exitCodeOf(error);
    complain(error);
  }
}

function complain(error: unknown): void {
  if (error instanceof Advised) {
    complain(error.cause);
    remark(error.advice);
  } else if (error instanceof LissnasError) {
    if (!(error instanceof Interrupted)) remark(`lissnas: ${error.message}`);
  } else {
    remark(error instanceof Error && error.stack !== undefined ? error.stack : String(error));
  }
}

await main();
