/** From a name or a file to a space that knows its exact costs. */
import { loadSpace } from '../spaces/index.js';
import type { SearchSpace } from '../spaces/space.js';
import { withCosts } from './built-in.js';

/**
 * A built-in space by its name, or the space that a .yaml, .yml or .json file declares, with its costs.
 * @throws InputError for an unknown name, an unreadable file or a wrong declaration
 */
export async function loadSpaceWithCosts(nameOrFile: string): Promise<SearchSpace> {
  return withCosts(await loadSpace(nameOrFile));
}
