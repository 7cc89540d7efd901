import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isNetworkSpace, type NetworkSpace } from '../costs/network-space.js';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { checkGraph } from '../networks/check.js';
import { flops, parameterCount } from '../networks/flops.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import type { Codes } from '../spaces/space.js';
import { spaceFromYaml } from './space-from-yaml.js';
import { everyBlock } from './testing/declared-networks.js';

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

/** A space with one dimension, k, and a network with a stem and what else is given. */
function small(network: string): string {
  return `name: s
dimensions: { k: [3, 5] }
network:
  input: { shape: [3, 8, 8], classes: 4 }
  stem: { block: conv, channels: 8 }
  ${network}
`;
}

/** The same with more dimensions, and with these layers. */
const layersOf = (
  layer: string,
  dimensions = '{ k: [3, 5], w: [thin, wide], n: [0, 1], r: { choices: [1, 2], repeat: 2 } }',
) => small(`layers: [${layer}]`).replace('{ k: [3, 5] }', dimensions);

describe('bad input is refused with one sentence that says where', () => {
  const cases: [string, string, RegExp][] = [
    [
      'an unknown block',
      layersOf('{ block: convv }'),
      /line 6, column 21: network\.layers\[0\]\.block must be one of conv, separable, .* but is "convv"/,
    ],
    [
      'an unknown dimension',
      layersOf('{ block: conv, kernel: $kk }'),
      /line 6, column 35: layer "s0" mentions the unknown dimension "kk"; did you mean "k"\?/,
    ],
    [
      'a choice that gives no number',
      layersOf('{ block: conv, kernel: $w }'),
      /line 6, column 35: kernel must be a whole number, but dimension "w" has the choice "thin"/,
    ],
    [
      'a choice out of range',
      layersOf('{ block: conv, channels: $n }'),
      /channels must be at least 1, but dimension "n" has the choice 0/,
    ],
    [
      'zero channels',
      layersOf('{ block: conv, channels: 0 }'),
      /line 6, column 37: network\.layers\[0\]\.channels must be at least 1, but is 0/,
    ],
    [
      'a word for a number',
      layersOf('{ block: conv, kernel: big }'),
      /network\.layers\[0\]\.kernel must be a value of its kind, or \$ and the name of a dimension, but is "big"/,
    ],
    [
      'an unknown activation',
      layersOf('{ block: conv, activation: sweesh }'),
      /activation must be one of relu, .*, but is "sweesh"/,
    ],
    [
      'an unknown setting',
      layersOf('{ block: conv, kernal: 3 }'),
      /line 6, column 35: unknown key "kernal" in network\.layers\[0\]; allowed are name, block, choose, options, depth, channels/,
    ],
    [
      'a setting of another block',
      layersOf('{ block: conv, expansion: 3 }'),
      /line 6, column 38: the block conv has no setting "expansion"/,
    ],
    ['a missing expansion', layersOf('{ block: mbconv }'), /the block mbconv needs the setting "expansion"/],
    ['neither block nor choose', layersOf('{ kernel: 3 }'), /must have either block or choose/],
    ['both block and choose', layersOf('{ block: conv, choose: w, options: {} }'), /must have either block or choose/],
    ['choose without options', layersOf('{ choose: w }'), /must have options with choose/],
    [
      'a choice without an option',
      layersOf('{ choose: w, options: { thin: { block: conv } } }'),
      /line 6, column 34: the choice "wide" of dimension "w" has no option/,
    ],
    [
      'an option for no choice',
      layersOf('{ choose: w, options: { thin: { block: conv }, wide: { block: conv }, widest: { block: conv } } }'),
      /line 6, column \d+: "widest" is no choice of dimension "w"; its choices are thin, wide/,
    ],
    [
      'an unknown block of an option',
      layersOf('{ choose: w, options: { thin: { block: conv }, wide: { block: x } } }'),
      /options\.wide\.block must be one of conv/,
    ],
    [
      'choices that are no blocks',
      layersOf('{ block: $w }'),
      /block must be one of conv, .*, but dimension "w" has the choice "thin"/,
    ],
    [
      'a repeated dimension that is used up',
      layersOf(
        '{ block: conv, kernel: $k, stride: $n }, { block: conv, groups: $r, depth: 3 }'.replace(', stride: $n', ''),
      ),
      /layer "s1l2" needs another "r", but the 2 of them are used up before it/,
    ],
    [
      'an unused dimension',
      layersOf('{ block: conv, kernel: $k }'),
      /line 2, column 29: the dimension "w" is used nowhere in the network/,
    ],
    [
      'an unused member',
      layersOf('{ block: conv, kernel: $k, groups: $r }', '{ k: [3, 5], r: { choices: [1, 2], repeat: 2 } }'),
      /the dimension "r1" is used nowhere/,
    ],
    [
      'two layers of a name',
      layersOf('{ block: conv, name: stem }', '{ k: [1] }'),
      /line 6, column 12: two layers are called "stem"/,
    ],
    [
      'a reserved name',
      layersOf('{ block: conv, name: classifier }', '{ k: [1] }'),
      /a layer cannot be called "classifier"/,
    ],
    [
      'shapes that do not meet',
      layersOf('{ block: mbconv, expansion: 2, kernel: $k }', '{ k: [3, 4] }'),
      /^s\.yaml: line 6, column 12: layer "s0" of architecture 4: operation "s0\.add": cannot add "s0\.project\.bn" \(8 x 9 x 9\) to "input" \(8 x 8 x 8\)$/,
    ],
    [
      'a stride that leaves no image',
      layersOf(
        '{ block: max-pool, kernel: 2, stride: 2, depth: 1 }, { block: average-pool, kernel: 4, stride: $k, name: p }, { block: max-pool, kernel: 2 }',
        '{ k: [1, 8] }',
      ),
      /line 6, column \d+: layer "s2" of architecture 8: operation "s2": the output would have the shape 8 x 0 x 0/,
    ],
    [
      'groups that do not divide',
      layersOf('{ block: conv, channels: 9, groups: $k }', '{ k: [1, 3] }'),
      /layer "s0" of architecture 3: operation "s0\.groups3\.conv": 8 input and 9 output channels cannot be split into 3 groups/,
    ],
    [
      'an odd shuffle',
      layersOf('{ block: shuffle, kernel: $k, channels: 9, stride: 2 }', '{ k: [3] }'),
      /a shuffle block has an even number of channels, not 9/,
    ],
    [
      'a shuffle that changes channels',
      layersOf('{ block: shuffle, kernel: $k, channels: 16 }', '{ k: [3] }'),
      /a shuffle block of stride 1 has as many channels as come in, 8, not 16/,
    ],
    [
      'half a hidden channel',
      layersOf('{ block: mbconv, expansion: 0.3, kernel: $k }', '{ k: [3] }'),
      /architecture 3: operation "s0": 8 channels times the expansion 0\.3 would be 2\.4 hidden channels/,
    ],
    [
      'an input without an image',
      small('layers: []').replace('[3, 8, 8]', '[3, 0, 8]'),
      /network\.input\.shape\[1\] must be at least 1, but is 0/,
    ],
    [
      'an input of two sizes',
      small('layers: []').replace('[3, 8, 8]', '[3, 8]'),
      /network\.input\.shape must be \[channels, height, width\]/,
    ],
    [
      'no input',
      'name: s\ndimensions: { k: [3] }\nnetwork: { layers: [] }\n',
      /network\.input must be a map with shape and classes, but is missing/,
    ],
    ['a depth below 0', layersOf('{ block: conv, depth: -1 }'), /depth must be at least 0, but is -1/],
    [
      'too many layers',
      layersOf(Array(5).fill('{ block: conv, depth: 256 }').join(', '), '{ k: [1] }'),
      /more than 1000 layers/,
    ],
    [
      'an activation of a classifier without units',
      small('classifier: { activation: relu }\n  layers: [{ block: conv, kernel: $k }]'),
      /line 6, column 29: the classifier has an activation, but no hidden units/,
    ],
    [
      'a repeated choice of dimensions that multiply',
      layersOf(
        '{ block: conv, kernel: $a, groups: $b, channels: $c }',
        `{ ${['a', 'b', 'c'].map((d) => `${d}: [${Array.from({ length: 64 }, (_, i) => i + 1)}]`).join(', ')} }`,
      ),
      /layer "s0" depends on 3 dimensions, with 262144 combinations of choices; at most 65536/,
    ],
  ];
  it.each(cases)('%s', (_, text, reason) => {
    let message = '';
    try {
      spaceFromYaml(text, 's.yaml');
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      message = (error as InputError).message;
    }
    expect(message).toMatch(reason);
    expect(message).toMatch(/^s\.yaml: line \d+, column \d+: /);
    expect(message).not.toMatch(/\n/);
  });

  it('an architecture that is forbidden is no reason to refuse', () => {
    const text = layersOf('{ block: mbconv, expansion: $e, kernel: $k }', '{ k: [3, 4], e: [1, 2] }');
    expect(() => spaceFromYaml(text, 's.yaml')).toThrow(/architecture 4,1/);
    expect(spaceFromYaml(`${text}forbidden: [{ k: 4 }]\n`, 's.yaml').size).toBe(2n);
  });

  it('images that are too small for some architecture, before anything is trained', () => {
    const space = networkSpaceOf(
      layersOf('{ block: max-pool, kernel: 4, stride: $k }, { block: max-pool, kernel: 4 }', '{ k: [1, 4] }').replace(
        '[3, 8, 8]',
        '[3, 32, 32]',
      ),
    );
    expect(() => space.withInput({ shape: [3, 3, 3], classes: 4 })).toThrow(
      /layer "s1" of architecture 4: .*shape 8 x 0 x 0/,
    );
    expect(space.withInput({ shape: [1, 16, 16], classes: 2 }).input.classes).toBe(2);
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
