/** Starting a one-shot run and going on with it. */
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { exists } from '../atomic.js';
import { checkConfig, readConfigDocument, withAbsoluteCostTables, withAbsoluteSpace } from '../config.js';
import type { RunFolder } from '../folder.js';
import { inNewFolder, inRunFolder, removeUnfinished } from '../in-folder.js';
import type { Teller } from '../live/teller.js';
import { telling } from '../live/telling.js';
import { buildOneShot, type OneShot } from './build.js';
import { type OneShotConfig, oneShotSchema } from './config.js';
import { oneShotFiles } from './files.js';
import { carryOutOneShot, type OneShotHooks } from './pipeline.js';
import type { OneShotResult } from './result.js';

/** A one-shot run that has ended. */
export interface FinishedOneShot {
  readonly folder: RunFolder;
  readonly run: OneShot;
  readonly result: OneShotResult;
}

/** What a caller may watch and stop. */
export interface OneShotRunHooks extends OneShotHooks {
  /** called once the inputs are read and the folder stands */
  readonly onStart?: (folder: RunFolder) => void;
}

/**
 * Reads a one-shot configuration; paths in it are relative to the file's own folder.
 * @throws InputError naming file, line, column, value and what was allowed
 */
export async function readOneShotConfig(file: string): Promise<OneShotConfig> {
  const config = checkConfig(await readConfigDocument(file), oneShotSchema);
  const folder = dirname(resolve(file));
  const data = 'path' in config.data ? { ...config.data, path: resolve(folder, config.data.path) } : config.data;
  const costTables = withAbsoluteCostTables(config.costTables, folder);
  return { ...config, data, space: withAbsoluteSpace(config.space, folder), ...costTables };
}

/**
 * Starts a new run in a new or empty folder. Where it fails before anything was trained, nothing stays behind.
 * @throws InputError for bad input; DivergedError; LissnasError where the disk or the engine fail; the signal's reason
 */
export function startOneShot(
  config: OneShotConfig,
  path: string,
  hooks: OneShotRunHooks = {},
): Promise<FinishedOneShot> {
  let begun = false;
  return inNewFolder<OneShot, FinishedOneShot>(path, {
    begin: async () => {
      const run = await buildOneShot(config, hooks.signal);
      return { job: run, text: stringify(run.config) };
    },
    carryOut: (folder, run) => {
      begun = true;
      return telling({ folder: path, isResumed: false, hasEnded: false, signal: hooks.signal }, (teller, signal) =>
        carryOut(folder, run, { ...hooks, signal }, teller),
      );
    },
    isWorthKeeping: () => begun,
  });
}

/** Goes on with the run in a folder, to the same result, bit for bit, as if it had never stopped. @throws as `startOneShot` */
export function resumeOneShot(path: string, hooks: OneShotRunHooks = {}): Promise<FinishedOneShot> {
  return inRunFolder(path, async (folder) => {
    const hasEnded = await exists(oneShotFiles(path).result);
    return telling({ folder: path, isResumed: true, hasEnded, signal: hooks.signal }, async (teller, signal) => {
      const run = await buildOneShot(await readOneShotConfig(folder.config), signal);
      await removeUnfinished(path);
      return carryOut(folder, run, { ...hooks, signal }, teller);
    });
  });
}

async function carryOut(
  folder: RunFolder,
  run: OneShot,
  hooks: OneShotRunHooks,
  teller: Teller,
): Promise<FinishedOneShot> {
  hooks.onStart?.(folder);
  return { folder, run, result: await carryOutOneShot(run, folder, hooks, teller) };
}
