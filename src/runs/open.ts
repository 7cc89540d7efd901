/** From a run folder or a file to the shrunk space in it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withCosts } from '../costs/built-in.js';
import { InputError } from '../errors.js';
import { ShrunkSpace } from '../shrink/shrunk-space.js';
import type { SearchSpace } from '../spaces/space.js';
import { writeFileAtomic } from './atomic.js';

/**
 * Opens a shrunk space, with all costs that its space knows.
 * @param path a run folder, or a shrunk-space.json
 * @param space the search space, needed only where a program made it with rules of its own
 * @throws InputError where there is none, the run has not ended yet, or the file is damaged
 */
export async function openShrunkSpace(path: string, space?: SearchSpace): Promise<ShrunkSpace> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new InputError('there is no such file or folder', { file: path });
  if (!found.isDirectory()) return withKnownCosts(await ShrunkSpace.fromFile(path, space));
  const file = join(path, 'shrunk-space.json');
  const isThere = await stat(file).catch(() => undefined);
  if (isThere !== undefined) return withKnownCosts(await ShrunkSpace.fromFile(file, space));
  const isRun = await stat(join(path, 'config.yaml')).catch(() => undefined);
  throw new InputError(
    isRun === undefined
      ? 'holds no shrunk-space.json'
      : `holds a run that has not ended; continue it with \`lissnas resume ${path}\``,
    { file: path },
  );
}

/** The shrunk space with all costs that its space knows. */
export function withKnownCosts({ data }: ShrunkSpace): ShrunkSpace {
  const space = withCosts(data.space);
  return new ShrunkSpace({ ...data, space, costs: new Map([...space.costs, ...data.costs]) });
}

/** Writes a shrunk space to a file, whole or not at all. @throws InputError where the place cannot be written to */
export async function saveShrunkSpace(shrunk: ShrunkSpace, file: string): Promise<void> {
  await writeFileAtomic(file, shrunk.pieces());
}
