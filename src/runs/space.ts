/** The space that a configuration names. */

import { createHash } from 'node:crypto';
import { InputError } from '../errors.js';
import { loadSpace } from '../space-files/load.js';
import { isModule, spaceFromModule } from '../space-files/module.js';
import { LARGEST_SPACE_FILE, spaceFromYaml } from '../space-files/space-from-yaml.js';
import type { SearchSpace } from '../spaces/space.js';
import { readTextFile } from '../spaces/text-file.js';
import type { Config } from './config.js';

const LARGEST_MODULE = 10_000_000; // bytes

/** A space, and how a configuration names it so that it is the same again: by its text, or where it comes from a module, by the module's hash. */
export interface NamedSpace {
  readonly space: SearchSpace;
  readonly named: Config['space'];
}

/** @throws InputError for an unknown name, an unreadable file, a wrong declaration or export, or a module that is not the one of the hash */
export async function namedSpace(space: Config['space']): Promise<NamedSpace> {
  if (typeof space === 'string') return { space: await loadSpace(space), named: space };
  if ('declaration' in space) {
    return { space: spaceFromYaml(space.declaration, "the config's declaration"), named: space };
  }
  if (isModule(space.file)) return moduleSpace(space);
  const declaration = await readTextFile(space.file, LARGEST_SPACE_FILE, 'a space file');
  return { space: spaceFromYaml(declaration, space.file), named: { declaration } };
}

async function moduleSpace({
  file,
  sha256: known,
}: {
  readonly file: string;
  readonly sha256?: string;
}): Promise<NamedSpace> {
  const text = await readTextFile(file, LARGEST_MODULE, 'a module');
  const sha256 = createHash('sha256').update(text).digest('hex');
  if (known !== undefined && known !== sha256) {
    throw new InputError('has changed since this run began; restore it, or start a new run', { file });
  }
  return { space: await spaceFromModule(file), named: { file, sha256 } };
}

/** The declaration in a configuration, as `ShrunkSpace.fromResult` takes it. */
export function declarationIn(space: Config['space']): { readonly declaration?: string } {
  return typeof space !== 'string' && 'declaration' in space ? { declaration: space.declaration } : {};
}
