/** Built-in spaces declared in YAML are the same spaces: size, networks, costs. */
import { describe, expect, it } from 'vitest';
import { withCosts } from '../costs/built-in.js';
import { isNetworkSpace } from '../costs/network-space.js';
import { createRandom } from '../math/random.js';
import { flops, parameterCount } from '../networks/flops.js';
import type { NetworkGraph } from '../networks/graph.js';
import { networks } from '../networks/index.js';
import { builtInSpaces } from '../spaces/index.js';
import { spaceFromYaml } from './space-from-yaml.js';
import { type DeclaredAgain, declaredAgain } from './testing/declared-networks.js';

/** The graph with names replaced by the order in which they first occur. */
function withoutNames({ operations }: NetworkGraph) {
  const numbers = new Map<string, number>();
  const number = (name: string) => numbers.get(name) ?? numbers.set(name, numbers.size).size - 1;
  return operations.map(({ name, inputs, parameters, ...operation }) => ({
    ...operation,
    name: number(name),
    inputs: inputs.map(number),
    parameters: parameters.map((parameter) => ({ shape: parameter.shape, name: number(parameter.name) })),
  }));
}

describe.each(Object.entries<DeclaredAgain>(declaredAgain))('%s', (name, { yaml, codes }) => {
  const builtIn = builtInSpaces[name as keyof typeof declaredAgain];
  const declared = spaceFromYaml(yaml, 'again.yaml');
  if (!isNetworkSpace(declared)) throw new Error('the file declares a network');
  const random = createRandom(1);
  const extremes = [0, 1, 2].map((code) => builtIn.dimensions.map(({ choices }) => Math.min(code, choices.length - 1)));
  const drawn = Array.from({ length: 40 }, () => builtIn.sample(random));
  const architectures = [...extremes, ...drawn];

  it('has as many architectures, and the same input', () => {
    expect(declared.size).toBe(builtIn.size);
    const complete = withCosts(builtIn);
    expect(isNetworkSpace(complete) && complete.input).toEqual(declared.input);
  });

  it('has the same networks up to names, and their FLOPs and parameters as costs', () => {
    for (const architecture of architectures) {
      const expected = networks[name as keyof typeof declaredAgain](architecture, declared.input);
      const own = declared.architecture(codes(architecture));
      const graph = declared.network(own, declared.input);
      expect(withoutNames(graph)).toEqual(withoutNames(expected));
      expect(declared.costs.get('flops_m')!.of(own)).toBe(flops(expected) / 1e6);
      expect(declared.costs.get('params_m')!.of(own)).toBe(parameterCount(expected) / 1e6);
    }
  });

  it('has the costs of the built-in one for other images and classes too', () => {
    const input = { shape: [1, 64, 48], classes: 7 } as const;
    const complete = withCosts(builtIn);
    if (!isNetworkSpace(complete)) throw new Error('built-in spaces have networks');
    const [theirs, ours] = [complete.withInput(input), declared.withInput(input)];
    for (const architecture of architectures) {
      for (const cost of ['flops_m', 'params_m']) {
        expect(ours.costs.get(cost)!.of(codes(architecture))).toBe(theirs.costs.get(cost)!.of(architecture));
      }
    }
  });
});
