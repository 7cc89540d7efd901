/** A space made in code as the YAML that would declare it. */
import { stringify } from 'yaml';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import type { SearchSpace } from '../spaces/space.js';
import { spaceFromYaml } from './space-from-yaml.js';

/** The declaration of a space's dimensions and forbidden combinations; none where a file cannot say the same, as with a notation of the space's own. */
export function declarationOf(space: SearchSpace): string | undefined {
  const dimensions = space.dimensions.map(({ name, choices, ordered }) => [name, { choices: [...choices], ordered }]);
  const forbidden = space.forbidden.map((rule) =>
    Object.fromEntries(rule instanceof Map ? rule : Object.entries(rule)),
  );
  const text = stringify(
    { name: space.name, dimensions: Object.fromEntries(dimensions), forbidden },
    { aliasDuplicateObjects: false },
  );
  try {
    return isSame(spaceFromYaml(text, 'the declaration'), space) ? text : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function isSame(declared: SearchSpace, space: SearchSpace): boolean {
  const facts = ({ name, size, dimensions }: SearchSpace) => JSON.stringify([name, String(size), dimensions]);
  const drawn = space.sample(createRandom(0));
  return facts(declared) === facts(space) && declared.format(drawn) === space.format(drawn);
}
