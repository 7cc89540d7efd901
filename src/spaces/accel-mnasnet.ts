/** The MnasNet space of Accel-NASBench: 7 stages of mobile inverted bottleneck layers for ImageNet. */
import { InputError } from '../errors.js';
import { defineSpace } from './define.js';
import { choiceWithLabel } from './notation.js';
import type { Codes, Dimension } from './space.js';

const STAGES = 7;

/**
 * The dimensions of one stage: expansion, kernel, layers, squeeze-excite. They are unordered: the scales have two to
 * four choices, and a step over the middle (expansion 1 to 6) is as real an edit as any.
 */
const stageDimensions = (stage: number) => [
  { name: `b${stage}_e`, choices: [1, 4, 6] },
  { name: `b${stage}_k`, choices: [3, 5] },
  { name: `b${stage}_l`, choices: stage === 5 ? [1, 2, 3, 4] : [1, 2, 3] },
  { name: `b${stage}_se`, choices: [0, 1] },
];

const dimensions: readonly Dimension[] = Array.from({ length: STAGES }, (_, stage) => stageDimensions(stage))
  .flat()
  .map((dimension) => ({ ...dimension, ordered: false }));

/**
 * 36^6 * 48 = 104,485,552,128 networks. No compact notation is published; here each stage is written as its values,
 * `e6k3l1se0` for expansion 6, kernel 3, 1 layer, no squeeze-excite, and the 7 stages are joined by `-`.
 */
export const accelMnasnet = defineSpace({ name: 'accel-mnasnet', dimensions, notation: { format, parse } });

/** What the codes of one stage mean. */
export interface AccelMnasnetStage {
  readonly expansion: number;
  readonly kernel: number;
  readonly layers: number;
  readonly squeezeExcite: boolean;
}

/** The 7 stages of an architecture, in values rather than codes. */
export function accelMnasnetStages(codes: Codes): AccelMnasnetStage[] {
  const value = (d: number) => Number(dimensions[d]!.choices[codes[d]!]);
  return Array.from({ length: STAGES }, (_, stage) => ({
    expansion: value(4 * stage),
    kernel: value(4 * stage + 1),
    layers: value(4 * stage + 2),
    squeezeExcite: value(4 * stage + 3) === 1,
  }));
}

function format(codes: Codes): string {
  return accelMnasnetStages(codes)
    .map((stage) => `e${stage.expansion}k${stage.kernel}l${stage.layers}se${stage.squeezeExcite ? 1 : 0}`)
    .join('-');
}

function parse(text: string): number[] {
  const stages = text.split('-');
  if (stages.length !== STAGES) {
    throw new InputError(
      `"${text}" has ${stages.length} stages joined by "-"; a network has ${STAGES}, each written like e6k3l1se0`,
    );
  }
  return stages.flatMap((stage, index) => {
    const values = /^e(\d+)k(\d+)l(\d+)se(\d+)$/.exec(stage);
    if (values === null) throw new InputError(`stage ${index} is "${stage}", but must be written like e6k3l1se0`);
    return values.slice(1).map((value, i) => {
      const dimension = dimensions[4 * index + i]!;
      const code = choiceWithLabel(dimension, value);
      if (code !== undefined) return code;
      throw new InputError(
        `stage ${index} is "${stage}", but ${dimension.name} cannot be ${value}; allowed are ${dimension.choices.join(', ')}`,
      );
    });
  });
}
