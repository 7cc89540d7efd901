import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isNetworkSpace, type NetworkSpace } from '../costs/network-space.js';
import { createRandom } from '../math/random.js';
import { checkGraph } from '../networks/check.js';
import { flops, parameterCount } from '../networks/flops.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import type { Codes } from '../spaces/space.js';
import { spaceFromYaml } from './space-from-yaml.js';
import { everyBlock, small } from './testing/declared-networks.js';

function networkSpaceOf(text: string): NetworkSpace {
  const space = spaceFromYaml(text, 's.yaml');
  if (!isNetworkSpace(space)) throw new Error('the text declares no network');
  return space;
}

const page = await readFile(fileURLToPath(new URL('../../docs/own-space.md', import.meta.url)), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);
const spokenWords = networkSpaceOf(examples[1]!);

/** Parameters of an architecture's network: shapes by name. */
function parametersOf(space: NetworkSpace, codes: Codes): Map<string, string> {
  const { operations } = space.network(codes, space.input);
  return new Map(operations.flatMap(({ parameters }) => parameters.map(({ name, shape }) => [name, shape.join()])));
}

describe('the page for users', () => {
  it('shows networks that are read, the second one those of NAS-Bench-Macro', () => {
    expect(spokenWords.size).toBe(2n ** 6n * 3n ** 6n * 9n * 12n);
    expect(spokenWords.input).toEqual({ shape: [1, 40, 98], classes: 12 });
    const macro = networkSpaceOf(examples[2]!);
    expect(macro.size).toBe(6561n);
    expect(macro.costs.get('flops_m')!.of(new Uint8Array(8))).toBe(7.71328); // published
  });

  it('tells how parameters are called', () => {
    const architecture = spokenWords.parse('4,2,2,2,2,2,5,3,3,3,3,3,1,2,1,relu,0');
    const names = [...parametersOf(spokenWords, architecture).keys()];
    for (const part of ['s1l0.expansion4_activationrelu_squeeze0.c16to24.', '.kernel5.']) {
      expect(names.some((name) => name.includes(part))).toBe(true);
    }
  });
});

describe('costs', () => {
  it('are those of the networks, where channels, depth, activation and squeeze-excite are chosen', () => {
    const random = createRandom(3);
    for (let i = 0; i < 200; i++) {
      const architecture = spokenWords.sample(random);
      const graph = spokenWords.network(architecture, spokenWords.input);
      expect(spokenWords.costs.get('flops_m')!.of(architecture)).toBe(flops(graph) / 1e6);
      expect(spokenWords.costs.get('params_m')!.of(architecture)).toBe(parameterCount(graph) / 1e6);
    }
  });

  it('stand beside those that the file lists', () => {
    const text = `${small('layers: [{ block: conv, kernel: $k }]')}costs: { ms: { choices: { k: [1, 2] } } }\n`;
    expect([...networkSpaceOf(text).costs.keys()]).toEqual(['flops_m', 'params_m', 'ms']);
    const twice = text.replace('ms:', 'flops_m:');
    expect(() => spaceFromYaml(twice, 's.yaml')).toThrow(
      /^s\.yaml: line 7, column 19: the network itself says what "flops_m" is; give this cost another name$/,
    );
  });

  it('follow a resolution that is chosen, and refuse images of one size', () => {
    const space = networkSpaceOf(`
name: r
dimensions: { resolution: [32, 48], k: [3, 5] }
network:
  input: { shape: [3, $resolution, $resolution], classes: 10 }
  layers: [{ block: conv, channels: 8, stride: 2, kernel: $k }]
`);
    const counted = (codes: Codes) => flops(space.network(codes, space.input)) / 1e6;
    for (const codes of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]) {
      expect(space.costs.get('flops_m')!.of(codes)).toBe(counted(codes));
    }
    expect(space.network([1, 0], space.input).operations[0]!.shape).toEqual([3, 48, 48]);
    expect(counted([1, 0])).toBe((24 * 24 * 8 * 27 + 80) / 1e6);
    expect(() => space.withInput({ shape: [3, 40, 40], classes: 10 })).toThrow(
      /chooses the resolution of its images by itself/,
    );
  });
});

describe('parameters', () => {
  it('of one name have one shape in all architectures', () => {
    const random = createRandom(5);
    const known = new Map<string, string>();
    for (let i = 0; i < 300; i++) {
      for (const [name, shape] of parametersOf(spokenWords, spokenWords.sample(random))) {
        expect(known.get(name) ?? shape, name).toBe(shape);
        known.set(name, shape);
      }
    }
  });

  it('are shared by all of a network but the layer that differs, and by kernels also the convolutions around it', () => {
    const text = (from: string, to: string) => {
      const [a, b] = [from, to].map((codes) => parametersOf(spokenWords, spokenWords.parse(codes)));
      return [...a!.keys()].filter((name) => !b!.has(name));
    };
    const base = '4,4,4,4,4,4,5,5,5,5,5,5,3,3,1,relu,0.25';
    const kernel = text(base, '4,4,4,4,4,4,5,3,5,5,5,5,3,3,1,relu,0.25');
    expect(new Set(kernel.map((name) => name.split('.').slice(0, 1).join()))).toEqual(new Set(['s1l1']));
    expect(kernel.every((name) => name.includes('.kernel5.'))).toBe(true);
    const expansion = text(base, '4,2,4,4,4,4,5,5,5,5,5,5,3,3,1,relu,0.25');
    expect(expansion.every((name) => name.startsWith('s1l1.expansion4'))).toBe(true);
    expect(text('4,4,4,4,4,4,5,5,5,5,5,5,2,3,1,relu,0.25', base)).toEqual([]); // one layer less shares all that it has
  });
});

describe('every block', () => {
  const every = networkSpaceOf(everyBlock);

  it('makes networks that are valid, of the costs that are told', () => {
    let count = 0;
    forEachArchitecture(every, (codes) => {
      const graph = every.network(codes, every.input);
      expect(checkGraph(JSON.parse(JSON.stringify(graph)))).toEqual(graph);
      expect(every.costs.get('flops_m')!.of(codes)).toBe(flops(graph) / 1e6);
      expect(every.costs.get('params_m')!.of(codes)).toBe(parameterCount(graph) / 1e6);
      count++;
    });
    expect(count).toBe(160);
  });

  it('is what the page lists', () => {
    const rows = [
      ...page.matchAll(
        /^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| (?:convolution|a |expand|the same with|two conv|1x1|nothing|no layer)/gm,
      ),
    ];
    const listed = rows.flatMap(([, names]) => [...names!.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name));
    expect(listed.toSorted()).toEqual([...every.dimensions[0]!.choices, 'mbconv'].map(String).toSorted());
  });
});
