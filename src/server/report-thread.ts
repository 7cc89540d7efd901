/** Reports made in a thread of its own: one of 100,000 members takes seconds, in which the server would answer nobody. */
import { Worker } from 'node:worker_threads';
import { LissnasError } from '../errors.js';
import type { RunReport } from '../report/run-report.js';
import type { ReportOf } from './reports.js';

/** What goes to the thread. */
export interface Asked {
  readonly id: number;
  readonly folder: string;
}

/** What comes back: errors lose their class on the way. */
export type Reported =
  | { readonly id: number; readonly report: RunReport }
  | {
      readonly id: number;
      readonly failure: { readonly message: string; readonly code: string; readonly isOurs: boolean };
    };

interface Waiting {
  resolve(report: RunReport): void;
  reject(error: Error): void;
}

const PROGRAM = new URL('./report-program.js', import.meta.url);

/**
 * Begins a thread that makes reports. It keeps no process alive; where it has ended, the next question begins another.
 * @returns what throws as `reportOf`, and LissnasError with code `report` where the thread ends meanwhile
 */
export function reportThread(program = PROGRAM): ReportOf {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let thread: Worker | undefined = begin();

  function begin(): Worker {
    const own = new Worker(program, { name: 'lissnas reports' });
    let cause: Error | undefined;
    own.on('message', settle);
    own.on('error', (error: Error) => {
      cause = error;
    });
    own.on('exit', () => {
      thread = undefined;
      const why = `the report could not be made: ${cause?.message ?? 'its thread has ended'}`;
      for (const { reject } of waiting.values()) reject(new LissnasError('report', why, { cause }));
      waiting.clear();
    });
    own.unref(); // last: to listen holds it again
    return own;
  }

  function settle(answer: Reported): void {
    const own = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('report' in answer) own?.resolve(answer.report);
    else own?.reject(errorOf(answer.failure));
  }

  return (folder) =>
    new Promise((resolve, reject) => {
      const id = asked++;
      waiting.set(id, { resolve, reject });
      thread ??= begin();
      thread.postMessage({ id, folder } satisfies Asked);
    });
}

function errorOf({ message, code, isOurs }: { message: string; code: string; isOurs: boolean }): Error {
  return isOurs ? new LissnasError(code, message) : Object.assign(new Error(message), { code });
}
