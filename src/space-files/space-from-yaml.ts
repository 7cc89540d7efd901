/** A user's own space, declared in YAML (or JSON, which is YAML too). */
import { InputError } from '../errors.js';
import { decimalCost } from '../spaces/additive-cost.js';
import { type DimensionDefinition, defineSpace } from '../spaces/define.js';
import { nearest } from '../spaces/nearest.js';
import { keysAt } from '../spaces/schema-keys.js';
import type { Cost, SearchSpace } from '../spaces/space.js';
import { readYaml, type YamlDocument } from '../spaces/yaml-document.js';
import { describeIssue } from '../spaces/yaml-issue.js';
import { withDeclaredNetwork } from './network-from-yaml.js';
import type { Refuse } from './refuse.js';
import { type SpaceFile, spaceFileSchema } from './space-file.js';

/** Bytes (and characters) beyond which a file is certainly no space. */
export const LARGEST_SPACE_FILE = 1_000_000;

/**
 * The space that a YAML text declares; see docs/own-space.md.
 * @param file where the text came from, for error messages
 * @throws InputError with the file, and with line and column where the fault has a place
 */
export function spaceFromYaml(text: string, file: string): SearchSpace {
  if (text.length > LARGEST_SPACE_FILE) {
    throw new InputError(`the text has ${text.length} characters; a space has at most ${LARGEST_SPACE_FILE}`, { file });
  }
  const document = readYaml(text, file);
  const refuse: Refuse = (message, path) => {
    const { line, column } = document.place(path);
    throw new InputError(`line ${line}, column ${column}: ${message}`, { file });
  };
  const declared = checked(document, refuse);
  const { network } = declared;
  const { space, families } = declaredSpace(declared, file);
  if (network === undefined) return space;
  const derived = ['flops_m', 'params_m'].find((cost) => space.costs.has(cost));
  if (derived !== undefined) {
    refuse(`the network itself says what "${derived}" is; give this cost another name`, ['costs', derived]);
  }
  return withDeclaredNetwork(space, families, network, refuse);
}

function declaredSpace(declared: SpaceFile, file: string): { space: SearchSpace; families: readonly Family[] } {
  try {
    const families = Object.entries(declared.dimensions).map(([name, value]) => expand(name, value));
    const dimensions = families.flatMap(({ members }) => members);
    const space = defineSpace({
      name: declared.name,
      dimensions,
      forbidden: declared.forbidden ?? [],
      costs: Object.entries(declared.costs ?? {}).map(([name, cost]) => readCost(name, cost, families, dimensions)),
    });
    return { space, families };
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.message, { file }, { cause: error });
    throw error;
  }
}

function checked(document: YamlDocument, refuse: Refuse): SpaceFile {
  const result = spaceFileSchema.safeParse(document.value);
  if (result.success) return result.data;
  const keys = (path: readonly PropertyKey[]) => keysAt(spaceFileSchema, path).filter((key) => key !== '$schema');
  const { message, path } = describeIssue(result.error.issues[0]!, document.value, keys);
  return refuse(message, path);
}

/** The dimensions that one entry of the file stands for. */
interface Family {
  readonly name: string;
  readonly members: readonly DimensionDefinition[];
}

function expand(name: string, value: SpaceFile['dimensions'][string]): Family {
  const { choices, ordered, repeat } = Array.isArray(value) ? { choices: value } : value;
  const member = (own: string): DimensionDefinition => ({ name: own, choices, ordered: ordered ?? false });
  const members =
    repeat === undefined ? [member(name)] : Array.from({ length: repeat }, (_, index) => member(`${name}${index}`));
  return { name, members };
}

function readCost(
  name: string,
  { unit, base, choices }: NonNullable<SpaceFile['costs']>[string],
  families: readonly Family[],
  dimensions: readonly DimensionDefinition[],
): Cost {
  const indexOf = new Map(dimensions.map((dimension, index) => [dimension.name, index]));
  const tables = Object.entries(choices).flatMap(([key, values]) => {
    const members = indexOf.has(key)
      ? [key]
      : families.find((family) => family.name === key)?.members.map((m) => m.name);
    if (members === undefined) {
      throw new InputError(
        `cost "${name}" mentions the unknown dimension "${key}"; ${nearest(key, [...indexOf.keys()])}`,
      );
    }
    return members.map((member) => {
      const dimension = indexOf.get(member)!;
      const count = dimensions[dimension]!.choices.length;
      if (values.length !== count) {
        throw new InputError(
          `cost "${name}" gives ${values.length} numbers for dimension "${member}", which has ${count} choices`,
        );
      }
      return { dimensions: [dimension], values };
    });
  });
  const counts = dimensions.map((dimension) => dimension.choices.length);
  const of = decimalCost(counts, [base ?? 0], tables);
  return { name, unit: unit ?? '', of, sum: () => of.sum };
}
