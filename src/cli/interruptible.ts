/** Work that takes a while, with progress, until it ends or Ctrl-C ends it. */
import type { OneShotHooks } from '../runs/one-shot/pipeline.js';
import { startProgress } from './progress.js';
import { interruptSignal } from './terminal.js';

/** Runs `work` with a signal for Ctrl-C and a line of progress. */
export async function interruptible<T>(work: (hooks: OneShotHooks) => Promise<T>, verbose = false): Promise<T> {
  const progress = startProgress(verbose);
  try {
    return await work({
      signal: interruptSignal(),
      onProgress: ({ done, total, label }) => progress.update(done, total, label),
    });
  } finally {
    progress.end();
  }
}
