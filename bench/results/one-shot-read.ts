/** The folder in which the one-shot measurements have left their JSON files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../src/errors.js';
import { type OneShotResult, RESULT_FORMAT } from '../../src/runs/one-shot/result.js';
import { MACRO_FORMAT, type MacroResult } from '../one-shot/macro-result.js';

/** What was measured; each list by random seed, and empty where nothing was. */
export interface OneShotMeasurements {
  readonly macro: readonly MacroResult[];
  readonly defaults: readonly OneShotResult[];
}

/**
 * Reads macro-*.json and default-*.json. @throws InputError for a folder without any, a file that is damaged or of another format, and files that
 * were measured with different settings or the same random seed, which are no repeats of each other
 */
export function readOneShot(folder: string): OneShotMeasurements {
  const macro = read<MacroResult>(folder, 'macro-', MACRO_FORMAT, ({ settings, steps, images }) => [
    settings,
    steps,
    images,
  ]);
  const defaults = read<OneShotResult>(folder, 'default-', RESULT_FORMAT, (result) => [
    ...[result.space, result.data, result.shrunkSize, result.controls.map(({ name }) => name)],
    ...[result.ranking?.references.length, result.ranking?.after.step, result.found.evaluations],
  ]);
  if (macro.length + defaults.length === 0) {
    throw new InputError('there is no macro-*.json and no default-*.json here; measure first', { file: folder });
  }
  return { macro, defaults };
}

interface Kept {
  readonly format: string;
  readonly randomSeed: number;
}

function read<Result extends Kept>(
  folder: string,
  prefix: string,
  format: string,
  settingsOf: (result: Result) => unknown,
): Result[] {
  const files = namesIn(folder)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
    .map((name) => join(folder, name));
  const read = files.map((file) => ({ file, result: parse<Result>(file, format) }));
  read.sort((a, b) => a.result.randomSeed - b.result.randomSeed);
  for (const [i, { file, result }] of read.entries()) {
    const before = read[i - 1];
    if (before === undefined) continue;
    if (before.result.randomSeed === result.randomSeed) {
      throw new InputError(`random seed ${result.randomSeed} is in ${before.file} too; keep one of them`, { file });
    }
    if (JSON.stringify(settingsOf(before.result)) !== JSON.stringify(settingsOf(result))) {
      throw new InputError(`measured with other settings than ${before.file}; keep them in separate folders`, { file });
    }
  }
  return read.map(({ result }) => result);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new InputError('this folder cannot be read', { file: folder }, { cause });
  }
}

function parse<Result extends Kept>(file: string, format: string): Result {
  let result: Result;
  try {
    result = JSON.parse(readFileSync(file, 'utf8')) as Result;
  } catch (cause) {
    throw new InputError('this is no sound JSON file', { file }, { cause });
  }
  if (result?.format === format) return result;
  throw new InputError(`the format is ${JSON.stringify(result?.format)}; this version reads ${format}`, { file });
}
