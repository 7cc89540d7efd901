/** `status.json`: how it stands with a run, for whoever looks into its folder. */
import { z } from 'zod';
import { liveFiles } from './files.js';
import { readSmallJson, replaceSmallFile } from './small-file.js';

/** The format that this version writes, and the only one it reads. */
export const STATUS_FORMAT = 'lissnas-status/1';

const number = z.number();
const roundSchema = z.object({
  /** evaluations spent when its predictor was fitted */
  spent: number,
  /** architectures in its space, decimal digits */
  size: z.string(),
  /** lowest predicted mean that was admitted */
  border: number,
  /** mean accuracy of fresh uniform samples with its 95 % interval */
  mean: z.object({ mean: number, low: number, high: number, n: number }).exactOptional(),
});

const statusSchema = z.object({
  format: z.literal(STATUS_FORMAT),
  /** as its process says it; a killed one says nothing more and leaves `running` behind */
  state: z.enum(['running', 'paused', 'cancelled', 'stopped', 'failed', 'ended']),
  /** what is being done, or was done last */
  label: z.string(),
  /** work done, by all processes together: evaluations, or images passed forward in runs that train */
  done: number,
  total: number,
  secondsLeft: number.nullable(),
  /** when the run first began, ISO */
  began: z.string(),
  /** when this was written, ISO */
  updated: z.string(),
  /** one sentence where it has failed */
  problem: z.string().exactOptional(),
  /** best accuracy so far */
  best: number.exactOptional(),
  rounds: z.array(roundSchema).exactOptional(),
});

/** The content of `status.json`. */
export type RunStatus = z.infer<typeof statusSchema>;

/** A round as the status tells it. */
export type StatusRound = z.infer<typeof roundSchema>;

/** The status of a run; undefined where there is none that this version can read. */
export function readStatus(folder: string): RunStatus | undefined {
  return statusSchema.safeParse(readSmallJson(liveFiles(folder).status)).data;
}

/** Replaces the status of a run; where that is not possible, nothing happens. */
export function writeStatus(folder: string, status: RunStatus): void {
  replaceSmallFile(liveFiles(folder).status, `${JSON.stringify(status)}\n`);
}
