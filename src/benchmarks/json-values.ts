/** Checked access to parsed JSON that a stranger wrote. */
import { InputError, type InputPlace } from '../errors.js';

/** A JSON object of unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses JSON that must be an object. @throws InputError */
export function parseObject(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`this is not JSON: ${reason}`, { file }, { cause });
  }
  return asObject(value, 'the file', { file });
}

/** The value as an object. @throws InputError */
export function asObject(value: unknown, what: string, place: InputPlace): JsonObject {
  if (isObject(value)) return value;
  throw new InputError(`${what} is not a JSON object`, place);
}

/** Whether a value is a JSON object, not an array or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a number, NaN where it is null or missing. @throws InputError for anything else */
export function asNumber(value: unknown, what: string, place: InputPlace): number {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === 'number') return value;
  throw new InputError(`${what} is ${JSON.stringify(value)?.slice(0, 60)}, a number or null is needed`, place);
}

/** An object's own entry, so that names such as __proto__ mean nothing. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
