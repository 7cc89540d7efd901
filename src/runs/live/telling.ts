/** A run's work, told in its folder while it goes on, and stopped by a file there. */
import { LissnasError } from '../../errors.js';
import { forgetWanted, StoppedByFile, watchControl } from './control.js';
import { FolderTeller, silentTeller, type Teller } from './teller.js';

/** The run that is told of. */
export interface ToldRun {
  readonly folder: string;
  readonly isResumed: boolean;
  /** a run that has ended before is only shown; nothing is told of that */
  readonly hasEnded: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Does the work of a run. What was wanted of it before counts no more.
 * @param work is given a signal that is aborted by the run's own signal and by the file that stops it
 * @throws what the work throws, after its end has been told
 */
export async function telling<T>(
  { folder, isResumed, hasEnded, signal: outer }: ToldRun,
  work: (teller: Teller, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (hasEnded) return work(silentTeller, outer ?? new AbortController().signal);
  forgetWanted(folder);
  const control = watchControl(folder);
  const stop = new AbortController();
  const detach = [outer, control.signal].map((signal) => forward(signal, stop));
  const teller = new FolderTeller(folder);
  teller.log(isResumed ? 'resumed' : 'begun');
  try {
    const finished = await work(teller, stop.signal);
    teller.leave('ended');
    return finished;
  } catch (error) {
    if (!stop.signal.aborted) teller.leave('failed', inOneSentence(error));
    else teller.leave(stop.signal.reason instanceof StoppedByFile ? stop.signal.reason.state : 'stopped');
    throw error;
  } finally {
    control.close();
    for (const end of detach) end();
  }
}

function forward(signal: AbortSignal | undefined, stop: AbortController): () => void {
  const abort = () => stop.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return () => signal?.removeEventListener('abort', abort);
}

function inOneSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return error instanceof LissnasError ? text : `an unexpected error: ${text.split('\n')[0]}`;
}
