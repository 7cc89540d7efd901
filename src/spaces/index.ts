/** The table of built-in spaces, and the way from a name or a file to a space. */
import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../errors.js';
import { accelMnasnet } from './accel-mnasnet.js';
import { LARGEST_SPACE_FILE, spaceFromYaml } from './custom.js';
import { nasbenchMacro } from './nasbench-macro.js';
import { nasbench201 } from './nasbench201.js';
import { nearest } from './nearest.js';
import type { SearchSpace } from './space.js';

export { spaceFromYaml };

/** The built-in spaces by name. */
export const builtInSpaces = {
  nasbench201,
  'nasbench-macro': nasbenchMacro,
  'accel-mnasnet': accelMnasnet,
} as const satisfies Record<string, SearchSpace>;

/** The name of a built-in space. */
export type BuiltInSpaceName = keyof typeof builtInSpaces;

/** Whether a space of this name is built in. */
export function isBuiltInSpace(name: string): name is BuiltInSpaceName {
  return Object.hasOwn(builtInSpaces, name);
}

/**
 * A built-in space by its name, or the space that a .yaml, .yml or .json file declares.
 * @throws InputError for an unknown name, an unreadable file or a wrong declaration
 */
export async function loadSpace(nameOrFile: string): Promise<SearchSpace> {
  if (isBuiltInSpace(nameOrFile)) return builtInSpaces[nameOrFile];
  if (!/\.(ya?ml|json)$/i.test(nameOrFile)) {
    throw new InputError(
      `unknown space "${nameOrFile}"; ${nearest(nameOrFile, Object.keys(builtInSpaces))}, or give a .yaml file`,
    );
  }
  return spaceFromYaml(await readSpaceFile(nameOrFile), nameOrFile);
}

async function readSpaceFile(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST_SPACE_FILE) {
      throw new InputError(`the file has ${size} bytes; a space file has at most ${LARGEST_SPACE_FILE}`, { file });
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(unreadable(error), { file }, { cause: error });
  }
}

function unreadable(error: unknown): string {
  if (error instanceof TypeError) return 'the file is not UTF-8 text';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'this is a folder, not a file';
  return `the file cannot be read (${String(code ?? error)})`;
}
