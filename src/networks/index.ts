/** The table of networks: how the architectures of each built-in space become layers. */
import type { BuiltInSpaceName } from '../spaces/index.js';
import type { Codes } from '../spaces/space.js';
import { accelMnasnetNetwork } from './accel-mnasnet-network.js';
import { dartsNetwork } from './darts-network.js';
import type { NetworkGraph, NetworkInput } from './graph.js';
import { mobileTinyNetwork } from './mobile-tiny-network.js';
import { mobilenetv3Network } from './mobilenetv3-network.js';
import { nasbenchMacroNetwork } from './nasbench-macro-network.js';
import { nasbench101Network } from './nasbench101-network.js';
import { nasbench201Network } from './nasbench201-network.js';
import { natsSssNetwork } from './nats-sss-network.js';
import { proxylessNetwork } from './proxyless-network.js';
import { shufflenetv2Network } from './shufflenetv2-network.js';
import { transnasbench101MacroNetwork } from './transnasbench101-macro-network.js';
import { transnasbench101MicroNetwork } from './transnasbench101-micro-network.js';

/** Builds the network of one architecture. */
export type BuildNetwork = (codes: Codes, input: NetworkInput) => NetworkGraph;

/** The networks of the built-in spaces, by the space's name. */
export const networks: Readonly<Record<BuiltInSpaceName, BuildNetwork>> = {
  nasbench101: nasbench101Network,
  nasbench201: nasbench201Network,
  'nats-sss': natsSssNetwork,
  'transnasbench101-micro': transnasbench101MicroNetwork,
  'transnasbench101-macro': transnasbench101MacroNetwork,
  'nasbench-macro': nasbenchMacroNetwork,
  'accel-mnasnet': accelMnasnetNetwork,
  darts: dartsNetwork,
  shufflenetv2: shufflenetv2Network,
  mobilenetv3: mobilenetv3Network,
  proxyless: proxylessNetwork,
  'mobile-tiny': mobileTinyNetwork,
};
