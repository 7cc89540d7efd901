import { describe, expect, it } from 'vitest';
import { isNetworkSpace } from '../costs/network-space.js';
import { InputError } from '../errors.js';
import { spaceFromYaml } from './space-from-yaml.js';
import { small } from './testing/declared-networks.js';

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
    const space = spaceFromYaml(
      layersOf('{ block: max-pool, kernel: 4, stride: $k }, { block: max-pool, kernel: 4 }', '{ k: [1, 4] }').replace(
        '[3, 8, 8]',
        '[3, 32, 32]',
      ),
      's.yaml',
    );
    if (!isNetworkSpace(space)) throw new Error('the file declares a network');
    expect(() => space.withInput({ shape: [3, 3, 3], classes: 4 })).toThrow(
      /layer "s1" of architecture 4: .*shape 8 x 0 x 0/,
    );
    expect(space.withInput({ shape: [1, 16, 16], classes: 2 }).input.classes).toBe(2);
  });
});
