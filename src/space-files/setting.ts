/** A setting of a declared network: fixed, or one value for each choice of a dimension. */
import type { z } from 'zod';
import type { Codes } from '../spaces/space.js';
import type { ChosenDimension, FindDimension } from './dimension-names.js';
import type { SettingEntry } from './network-file.js';
import type { Refuse } from './refuse.js';

/** A setting whose value every architecture knows. */
export interface Setting<T> {
  /** index of the dimension that chooses; none where the value is fixed */
  readonly dimension?: number;
  /** one for each choice, or a single one */
  readonly values: readonly T[];
}

/** The value that a setting has in an architecture. */
export function valueIn<T>({ dimension, values }: Setting<T>, codes: Codes): T {
  return values[dimension === undefined ? 0 : codes[dimension]!]!;
}

/** The dimensions that settings depend on, ascending. */
export function dimensionsOf(settings: readonly (Setting<unknown> | undefined)[]): number[] {
  const chosen = settings.flatMap((setting) => setting?.dimension ?? []);
  return [...new Set(chosen)].sort((a, b) => a - b);
}

/** What reading a setting takes. */
export interface SettingContext {
  /** by what people call it */
  readonly name: string;
  readonly path: readonly PropertyKey[];
  readonly find: FindDimension;
  readonly refuse: Refuse;
}

/** The setting that an entry of the file means. @throws InputError where a dimension is unknown or a choice is no such value */
export function readSetting<T extends number | string>(
  entry: SettingEntry,
  schema: z.ZodType<T>,
  context: SettingContext,
): Setting<T> {
  const { path, find } = context;
  if (typeof entry === 'object') {
    const dimension = find(entry.choose, [...path, 'choose']);
    const options = readOptions(entry.options, dimension, { ...context, path: [...path, 'options'] });
    return { dimension: dimension.index, values: options.map((value) => schema.parse(value)) };
  }
  if (typeof entry !== 'string' || !entry.startsWith('$')) return { values: [schema.parse(entry)] };
  const dimension = find(entry.slice(1), path);
  return {
    dimension: dimension.index,
    values: dimension.choices.map((choice) => chosenValue(choice, dimension, schema, context)),
  };
}

/** One option for each choice of a dimension, in its order. @throws InputError where one is missing or there is no such choice */
export function readOptions<T>(
  options: Readonly<Record<string, T>>,
  { name, choices }: ChosenDimension,
  { path, refuse }: Pick<SettingContext, 'path' | 'refuse'>,
): T[] {
  const labels = choices.map(String);
  const extra = Object.keys(options).find((label) => !labels.includes(label));
  if (extra !== undefined) {
    refuse(`"${extra}" is no choice of dimension "${name}"; its choices are ${labels.join(', ')}`, [...path, extra]);
  }
  const missing = labels.find((label) => !Object.hasOwn(options, label));
  if (missing !== undefined) refuse(`the choice "${missing}" of dimension "${name}" has no option`, path);
  return labels.map((label) => options[label]!);
}

function chosenValue<T>(
  choice: number | string,
  dimension: ChosenDimension,
  schema: z.ZodType<T>,
  { name, path, refuse }: SettingContext,
): T {
  const read = schema.safeParse(choice);
  if (read.success) return read.data;
  const { message } = read.error.issues[0]!;
  return refuse(`${name} ${message}, but dimension "${dimension.name}" has the choice ${JSON.stringify(choice)}`, path);
}
