/** From a name or a file to a space that knows its exact costs. */
import { withCosts } from '../costs/built-in.js';
import { InputError } from '../errors.js';
import { builtInSpaces, isBuiltInSpace } from '../spaces/index.js';
import { nearest } from '../spaces/nearest.js';
import type { SearchSpace } from '../spaces/space.js';
import { readTextFile } from '../spaces/text-file.js';
import { isModule, spaceFromModule } from './module.js';
import { LARGEST_SPACE_FILE, spaceFromYaml } from './space-from-yaml.js';

/**
 * A built-in space by its name, the space that a .yaml, .yml or .json file declares, or the one that a module exports (which runs it: .mjs, .js,
 * .mts, .ts), with its costs, and its networks where they are known.
 * @throws InputError for an unknown name, an unreadable file or a wrong declaration or export
 */
export async function loadSpace(nameOrFile: string): Promise<SearchSpace> {
  if (isBuiltInSpace(nameOrFile)) return withCosts(builtInSpaces[nameOrFile]);
  if (isModule(nameOrFile)) return spaceFromModule(nameOrFile);
  if (!/\.(ya?ml|json)$/i.test(nameOrFile)) {
    throw new InputError(
      `unknown space "${nameOrFile}"; ${nearest(nameOrFile, Object.keys(builtInSpaces))}, or give a .yaml file`,
    );
  }
  return spaceFromYaml(await readTextFile(nameOrFile, LARGEST_SPACE_FILE, 'a space file'), nameOrFile);
}
