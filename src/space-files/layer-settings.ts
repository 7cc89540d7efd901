/** The settings that layers of a declared network can have: what each may be, fixed or as a choice of a dimension. */
import { z } from 'zod';
import type { ActivationFunction } from '../networks/graph.js';

const ACTIVATIONS = [
  'relu',
  'relu6',
  'swish',
  'hard-swish',
  'sigmoid',
  'hard-sigmoid',
  'none',
] as const satisfies readonly (ActivationFunction | 'none')[];

const number = z.number('must be a number');
const whole = (least: number, most: number) =>
  z
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most.toLocaleString('en')}`);
const oneOf = <const T extends readonly string[]>(words: T) => z.enum(words, `must be one of ${words.join(', ')}`);
const window = whole(1, 1024);
const channels = whole(1, 65_536);
const factor = number.positive('must be above 0').max(1024, 'must be at most 1,024');

/** Settings that a dimension may choose, by name. */
export const chosenSettings = {
  channels,
  width: factor,
  kernel: window,
  stride: window,
  groups: channels,
  expansion: factor,
  reduction: factor,
  squeeze: number.min(0, 'must be at least 0').max(16, 'must be at most 16'),
  activation: oneOf(ACTIVATIONS),
} as const satisfies Record<string, z.ZodType<number | string>>;

/** Settings that are the same in every architecture, by name. */
export const fixedSettings = {
  residual: z.boolean('must be true or false'),
  squeezeOf: oneOf(['hidden', 'input']),
  gate: oneOf(['sigmoid', 'hard-sigmoid']),
  initialScale: z.union([z.literal(0), z.literal(1)], 'must be 0 or 1'),
} as const;

/** The name of a setting that a dimension may choose. */
export type ChosenSetting = keyof typeof chosenSettings;

/** The name of a setting that is the same in every architecture. */
export type FixedSetting = keyof typeof fixedSettings;

/** All settings of one layer of one architecture; what is missing has no value that is usual. */
export type LayerSettings = {
  readonly [Name in ChosenSetting]?: z.infer<(typeof chosenSettings)[Name]>;
} & { readonly [Name in FixedSetting]?: z.infer<(typeof fixedSettings)[Name]> };

/** How many layers of a kind stand one behind the other. */
export const depthSetting = whole(0, 256);

/** Units of a layer, or channels, as `channelsSetting` of the file. */
export const unitsSetting = channels;
