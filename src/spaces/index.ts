/** The table of built-in spaces, and the way from a name or a file to a space. */
import { InputError } from '../errors.js';
import { accelMnasnet } from './accel-mnasnet.js';
import { LARGEST_SPACE_FILE, spaceFromYaml } from './custom.js';
import { darts } from './darts.js';
import { mobileTiny } from './mobile-tiny.js';
import { mobilenetv3 } from './mobilenetv3.js';
import { nasbenchMacro } from './nasbench-macro.js';
import { nasbench101 } from './nasbench101.js';
import { nasbench201 } from './nasbench201.js';
import { natsSss } from './nats-sss.js';
import { nearest } from './nearest.js';
import { proxyless } from './proxyless.js';
import { shufflenetv2 } from './shufflenetv2.js';
import type { SearchSpace } from './space.js';
import { readTextFile } from './text-file.js';
import { transnasbench101Macro } from './transnasbench101-macro.js';
import { transnasbench101Micro } from './transnasbench101-micro.js';

export { spaceFromYaml };

/** The built-in spaces by name. */
export const builtInSpaces = {
  nasbench101,
  nasbench201,
  'nats-sss': natsSss,
  'transnasbench101-micro': transnasbench101Micro,
  'transnasbench101-macro': transnasbench101Macro,
  'nasbench-macro': nasbenchMacro,
  'accel-mnasnet': accelMnasnet,
  darts,
  shufflenetv2,
  mobilenetv3,
  proxyless,
  'mobile-tiny': mobileTiny,
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
  return spaceFromYaml(await readTextFile(nameOrFile, LARGEST_SPACE_FILE, 'a space file'), nameOrFile);
}
