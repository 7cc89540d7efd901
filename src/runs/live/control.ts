/** `control.json`: how somebody outside asks a run to stop, by a file. */
import { rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { InputError, LissnasError } from '../../errors.js';
import { liveFiles } from './files.js';
import { readSmallJson, replaceSmallFile } from './small-file.js';

/** The format that this version writes, and the only one it reads. */
export const CONTROL_FORMAT = 'lissnas-control/1';

const LOOK_EVERY_MS = 500;

/** What can be wanted of a run. */
export const wantedWords = ['run', 'pause', 'cancel'] as const;

/** `pause` and `cancel` stop it; both can be resumed, but a cancelled run says that nobody means to. */
export type Wanted = (typeof wantedWords)[number];

const controlSchema = z.object({ format: z.literal(CONTROL_FORMAT), wanted: z.enum(wantedWords) });

/** A run has stopped because the file asked for it. */
export class StoppedByFile extends LissnasError {
  readonly state: 'paused' | 'cancelled';

  constructor(wanted: 'pause' | 'cancel') {
    const state = wanted === 'pause' ? 'paused' : 'cancelled';
    super(state, `the run was ${state}`);
    this.state = state;
  }
}

/** What is wanted of the run in a folder: `run` where nothing else is said. */
export function readWanted(folder: string): Wanted {
  return controlSchema.safeParse(readSmallJson(liveFiles(folder).control)).data?.wanted ?? 'run';
}

/** Says what is wanted of the run in a folder. @throws InputError where the folder cannot be written to */
export function writeWanted(folder: string, wanted: Wanted): void {
  const { control } = liveFiles(folder);
  const text = `${JSON.stringify({ format: CONTROL_FORMAT, wanted })}\n`;
  if (!replaceSmallFile(control, text)) throw new InputError('cannot be written', { file: control });
}

/** Forgets what was wanted before. */
export function forgetWanted(folder: string): void {
  try {
    rmSync(liveFiles(folder).control, { force: true });
  } catch {
    // whoever cannot delete it will be stopped by it again, and sees why
  }
}

/** Looks at the file of a run about twice a second. */
export interface ControlWatch {
  /** aborted with a `StoppedByFile` */
  readonly signal: AbortSignal;
  close(): void;
}

/** Begins to look at the file of the run in a folder. */
export function watchControl(folder: string): ControlWatch {
  const { control } = liveFiles(folder);
  const stop = new AbortController();
  let seen = Number.NaN;
  const look = async () => {
    const { mtimeMs = Number.NaN } = (await stat(control).catch(() => undefined)) ?? {};
    if (Number.isNaN(mtimeMs) || mtimeMs === seen) return;
    seen = mtimeMs;
    const wanted = readWanted(folder);
    if (wanted !== 'run') stop.abort(new StoppedByFile(wanted));
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  return { signal: stop.signal, close: () => clearInterval(timer) };
}
