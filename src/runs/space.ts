/** The space that a configuration names. */

import { loadSpace } from '../space-files/load.js';
import { LARGEST_SPACE_FILE, spaceFromYaml } from '../space-files/space-from-yaml.js';
import type { SearchSpace } from '../spaces/space.js';
import { readTextFile } from '../spaces/text-file.js';
import type { Config } from './config.js';

/** A space, and how a configuration names it so that it can be had again without any other file. */
export interface NamedSpace {
  readonly space: SearchSpace;
  readonly named: Config['space'];
}

/** @throws InputError for an unknown name, an unreadable file or a wrong declaration */
export async function namedSpace(space: Config['space']): Promise<NamedSpace> {
  if (typeof space === 'string') return { space: await loadSpace(space), named: space };
  if ('declaration' in space) {
    return { space: spaceFromYaml(space.declaration, "the config's declaration"), named: space };
  }
  const declaration = await readTextFile(space.file, LARGEST_SPACE_FILE, 'a space file');
  return { space: spaceFromYaml(declaration, space.file), named: { declaration } };
}

/** The declaration in a configuration, as `ShrunkSpace.fromResult` takes it. */
export function declarationIn(space: Config['space']): { readonly declaration?: string } {
  return typeof space !== 'string' && 'declaration' in space ? { declaration: space.declaration } : {};
}
