/** The report of a run from its folder. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { namesSupernet, readConfig, readConfigDocument } from '../runs/config.js';
import { openRunFolder } from '../runs/folder.js';
import { readStatus } from '../runs/live/status.js';
import { readTrainings } from '../runs/live/training-log.js';
import { readOneShotConfig } from '../runs/one-shot/run.js';
import { namedSpace } from '../runs/space.js';
import { seeRun } from '../runs/state.js';
import { VERSION } from '../runs/version.js';
import { sourceOf, spaceHash } from '../shrink/space-source.js';
import { type Column, REPORT_FORMAT, type RunReport } from './run-report.js';

const none = (type: Column['type']): Column => ({ type, length: 0, data: '' });

/** What the run in a folder has told so far. @throws InputError where it cannot be read */
export async function reportOf(folder: string): Promise<RunReport> {
  const { config: file } = await openRunFolder(folder);
  const kind = namesSupernet(await readConfigDocument(file)) ? 'one-shot' : 'shrink';
  const config = kind === 'shrink' ? await readConfig(file) : await readOneShotConfig(file);
  const { space } = await namedSpace(config.space);
  const { state, status } = await seeRun(folder, kind);
  const rounds = readStatus(folder)?.rounds;
  const lines = readTrainings(folder);
  const trainings = [...new Set(lines.map(({ training }) => training))].map((name) => {
    const own = lines.filter(({ training }) => training === name);
    const [steps, loss] = [own.map(({ step }) => step), own.map((line) => line.loss)];
    return { name, steps, loss, accuracy: own.map(({ accuracy }) => accuracy) };
  });
  return {
    ...{ format: REPORT_FORMAT, version: VERSION, name: basename(folder), kind, state },
    ...(state === 'failed' && status?.problem !== undefined && { problem: status.problem }),
    ...{ story: status?.label ?? '', facts: [], config: await readFile(file, 'utf8') },
    space: {
      ...{ name: space.name, size: String(space.size), hash: spaceHash(space), source: sourceOf(space) },
      dimensions: space.dimensions.map(({ name, choices, ordered }) => ({ name, choices, ordered: ordered ?? false })),
    },
    evaluations: {
      ...{ count: 0, codes: none('uint8'), accuracy: none('float64'), round: none('int32'), costs: {}, failures: [] },
    },
    figures: {
      ...(rounds !== undefined && { rounds: { caption: 'Rounds so far.', rounds } }),
      ...(trainings.length > 0 && { training: { caption: 'Trainings so far.', trainings } }),
    },
  };
}
