/** The table of built-in spaces. */
import { accelMnasnet } from './accel-mnasnet.js';
import { darts } from './darts.js';
import { mobileTiny } from './mobile-tiny.js';
import { mobilenetv3 } from './mobilenetv3.js';
import { nasbenchMacro } from './nasbench-macro.js';
import { nasbench101 } from './nasbench101.js';
import { nasbench201 } from './nasbench201.js';
import { natsSss } from './nats-sss.js';
import { proxyless } from './proxyless.js';
import { shufflenetv2 } from './shufflenetv2.js';
import type { SearchSpace } from './space.js';
import { transnasbench101Macro } from './transnasbench101-macro.js';
import { transnasbench101Micro } from './transnasbench101-micro.js';

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
