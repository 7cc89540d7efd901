/** The form of the key `network` of a space file; docs/own-space.md explains it. */
import { z } from 'zod';
import { blockNames } from './blocks.js';
import { chosenSettings, depthSetting, fixedSettings, unitsSetting } from './layer-settings.js';

const text = z.string('must be text');
const name = text.regex(/^[\p{L}_][\p{L}\p{N}_]*$/u, 'must begin with a letter and have only letters, digits and "_"');
const size = z.int('must be a whole number').min(1, 'must be at least 1').max(65_536, 'must be at most 65,536');
const dimension = text.min(1, 'must be the name of a dimension');

const reference = text
  .regex(/^\$./, { abort: true, error: 'must be a value of its kind, or $ and the name of a dimension' })
  .describe('$ and the name of a dimension: its choice is the value.');

/** A value, or how a dimension chooses it. */
function setting<T extends z.ZodType<number | string>>(value: T) {
  const chosen = z.strictObject(
    { choose: dimension, options: z.record(text, value, 'must be a map of choices to values') },
    'must be a value, $ and the name of a dimension, or a map with choose and options',
  );
  return z.union(
    [value, reference, chosen],
    'must be a value, $ and the name of a dimension, or a map with choose and options',
  );
}

function settingsOf<T extends Record<string, z.ZodType<number | string>>>(values: T) {
  const entries = Object.entries(values).map(([key, value]) => [key, setting(value).meta({ id: key }).optional()]);
  return Object.fromEntries(entries) as { [Key in keyof T]: z.ZodOptional<ReturnType<typeof setting<T[Key]>>> };
}

const fixed = {
  residual: fixedSettings.residual.optional(),
  squeezeOf: fixedSettings.squeezeOf.optional(),
  gate: fixedSettings.gate.optional(),
  initialScale: fixedSettings.initialScale.optional(),
};
const settings = { ...settingsOf(chosenSettings), ...fixed };
const fixedBlock = z.enum(blockNames, `must be one of ${blockNames.join(', ')}`);

const option = z.strictObject({ block: fixedBlock, ...settings }, 'must be a map with block').meta({ id: 'option' });

const layer = z
  .strictObject(
    {
      name: name.max(40, 'must have at most 40 characters').optional(),
      block: z.union([fixedBlock, reference], `must be one of ${blockNames.join(', ')}`).optional(),
      choose: dimension.optional().describe('A dimension whose choices stand for whole layers.'),
      options: z
        .record(text, option, 'must be a map of choices to layers')
        .optional()
        .describe('The layer that each choice stands for.'),
      depth: setting(depthSetting).optional().describe('Layers one behind the other; 1 when missing.'),
      ...settings,
    },
    'must be a map with block, or with choose and options',
  )
  .refine(({ block, choose }) => (block === undefined) !== (choose === undefined), 'must have either block or choose')
  .refine(({ choose, options }) => (choose === undefined) === (options === undefined), 'must have options with choose')
  .meta({ id: 'layer' });

const layers = z.array(layer, 'must be a list of layers').max(500, 'must have at most 500 entries');
const layerOrLayers = z.union([layer, layers], 'must be a layer or a list of layers');

/** The whole key. */
export const networkFileSchema = z
  .strictObject(
    {
      input: z.strictObject(
        {
          shape: z.tuple([size, setting(size), setting(size)], 'must be [channels, height, width]'),
          classes: size,
        },
        'must be a map with shape and classes',
      ),
      activation: settings.activation,
      width: settings.width,
      stem: layerOrLayers.optional(),
      layers,
      head: layerOrLayers.optional(),
      classifier: z
        .strictObject(
          {
            hidden: setting(unitsSetting).optional(),
            activation: settings.activation,
            dropout: z.number('must be a number').min(0, 'must be at least 0').lt(1, 'must be below 1').optional(),
            bias: z.boolean('must be true or false').optional(),
          },
          'must be a map',
        )
        .optional(),
    },
    'must be a map with input and layers',
  )
  .describe('The layers that an architecture stands for.');

/** What a valid key holds. */
export type NetworkFile = z.infer<typeof networkFileSchema>;

/** One entry of a list of layers. */
export type LayerEntry = z.infer<typeof layer>;

/** One option of an entry. */
export type LayerOption = z.infer<typeof option>;

/** A setting as the file has it. */
export type SettingEntry =
  | number
  | string
  | { readonly choose: string; readonly options: Readonly<Record<string, number | string>> };
