/** How it stands with a run, seen from outside: by its lock, its results, and what it has said itself. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './atomic.js';
import { readWanted } from './live/control.js';
import { type RunStatus, readStatus } from './live/status.js';
import { isFolderInUse } from './lock.js';

/** What a look into a run's folder tells. */
export interface SeenRun {
  /** `stopped` is also what was killed: it has not ended, and nothing works on it */
  readonly state: RunStatus['state'];
  /** what the run has said last; undefined where it has said nothing that can be read */
  readonly status: RunStatus | undefined;
  /** `pause` or `cancel` while a run that goes on has not seen that yet */
  readonly stopping?: 'pause' | 'cancel';
}

/** Looks at the run in a folder. @throws where the folder cannot be read */
export async function seeRun(folder: string, kind: 'shrink' | 'one-shot'): Promise<SeenRun> {
  await stat(folder);
  const status = readStatus(folder);
  const wanted = readWanted(folder);
  if (await isFolderInUse(folder)) {
    return { state: 'running', status, ...(wanted !== 'run' && { stopping: wanted }) };
  }
  if (await exists(join(folder, kind === 'shrink' ? 'shrunk-space.json' : 'result.json'))) {
    return { state: 'ended', status };
  }
  if (wanted === 'cancel') return { state: 'cancelled', status };
  const said = status?.state;
  const hasSaidWhy = said === 'paused' || said === 'cancelled' || said === 'failed';
  return { state: hasSaidWhy ? said : 'stopped', status };
}
