/** What pickles are read into, beside what JavaScript has itself: tuples and lists are arrays, dicts are Maps, sets are Sets, long integers bigints. */
import { InputError } from '../../errors.js';

/** A class or function that a pickle names. Nothing is ever imported or run: `call` and `blank` are this reader's own. */
export interface PickledName {
  readonly kind: 'name';
  /** module and name */
  readonly name: string;
  /** what calling it gives; absent where it may only be named */
  readonly call?: (args: readonly unknown[], machine: CopyBudget) => unknown;
}

/** Charged for entries that are copied without being in the file once more. */
export interface CopyBudget {
  /** @throws InputError where a pickle copies more than it has bytes */
  charge(entries: number): void;
}

/** An object of a class that is allowed by name: its attributes, and nothing of its behaviour. */
export class PickledRecord {
  readonly className: string;
  readonly attributes = new Map<unknown, unknown>();

  constructor(className: string) {
    this.className = className;
  }
}

/** A tensor by its description; its numbers stay in the file. */
export class PickledTensor {
  /** name of its storage in the archive */
  readonly storage: string;
  readonly shape: readonly number[];

  constructor(storage: string, shape: readonly number[]) {
    this.storage = storage;
    this.shape = shape;
  }
}

/** A storage of an archive by its name; no byte of it is read. */
export class PickledStorage {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Whether a value is a name that a pickle mentions. */
export function isName(value: unknown): value is PickledName {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'name';
}

/** The entries of a dict, or the attributes of a record. @throws InputError for anything else */
export function entriesOf(value: unknown, what: string, file?: string): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value;
  if (value instanceof PickledRecord) return value.attributes;
  throw new InputError(`${what} is ${described(value)}, a dict is needed`, file === undefined ? {} : { file });
}

/** What a value is, for messages: never its content but of numbers and short texts. */
export function described(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'None';
  if (typeof value === 'string') return JSON.stringify(value.length <= 40 ? value : `${value.slice(0, 39)}…`);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof PickledTensor) return 'a tensor';
  if (value instanceof PickledRecord) return `an object of ${value.className}`;
  return isName(value) ? `the name ${value.name}` : 'of another kind';
}
