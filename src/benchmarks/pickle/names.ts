/** The names that a pickle may mention. Every other name is refused, so that nothing can be reached that does anything. */
import { InputError } from '../../errors.js';
import { bytesOfText, NumpyArray, NumpyDtype, numpyScalar, sizesOf } from './numpy.js';
import { type CopyBudget, type PickledName, PickledRecord, PickledStorage, PickledTensor } from './values.js';

type Call = NonNullable<PickledName['call']>;

/** The name, or undefined where it is not allowed. */
export function allowedName(module: string, name: string): PickledName | undefined {
  const full = `${module} ${name}`;
  const known = NAMES.get(full);
  if (known !== undefined) return known;
  if (RESULTS_MODULE.test(module) && RESULTS_CLASSES.includes(name)) {
    return { kind: 'name', name: full, call: () => new PickledRecord(full) };
  }
  if (STORAGES.test(full) || TORCH_TYPES.test(full)) return { kind: 'name', name: full };
  return undefined;
}

/** NAS-Bench-201's and NATS-Bench's own records, under whichever package they were saved. */
const RESULTS_MODULE = /^([\w.]+\.)?(nas_201_api|nas_bench_201_api|nats_bench)(\.\w+)*$/;
const RESULTS_CLASSES = ['ArchResults', 'ResultsCount'];

const STORAGES = /^torch(\.cuda|\.storage)? \w{0,16}Storage$/;
const TORCH_TYPES = /^torch (b?float\d*|double|half|u?int\d+|long|short|bool|complex\d+)$/;

const NAMES: ReadonlyMap<string, PickledName> = new Map(
  [
    ...both('list', ([items], budget) => copied(items, budget)),
    ...both('tuple', ([items], budget) => copied(items, budget)),
    ...both('set', ([items], budget) => new Set(copied(items, budget))),
    ...both('frozenset', ([items], budget) => new Set(copied(items, budget))),
    ...both('dict', ([pairs], budget) => dictOf(pairs, budget)),
    ...both('bytes', (args, budget) => encoded(args, budget)),
    ...both('bytearray', (args, budget) => encoded(args, budget)),
    ...['int', 'float', 'bool', 'str', 'object', 'long', 'unicode'].flatMap((name) => both(name)),
    named('collections OrderedDict', ([pairs], budget) => dictOf(pairs, budget)),
    named('collections defaultdict', ([, pairs], budget) => dictOf(pairs, budget)),
    named('collections Counter', ([pairs], budget) => dictOf(pairs, budget)),
    named('collections deque', ([items], budget) => copied(items, budget)),
    named('_codecs encode', (args, budget) => encoded(args, budget)),
    named('copy_reg _reconstructor', reconstructed),
    named('copyreg _reconstructor', reconstructed),
    named('numpy dtype', ([description]) => new NumpyDtype(description)),
    named('numpy ndarray'),
    ...['numpy.core.multiarray', 'numpy._core.multiarray'].flatMap((module) => [
      named(`${module} scalar`, numpyScalar),
      named(`${module} _reconstruct`, () => new NumpyArray()),
    ]),
    named('numpy.core.numeric _frombuffer', arrayFromBuffer),
    named('numpy._core.numeric _frombuffer', arrayFromBuffer),
    named('torch Size', ([sizes], budget) => copied(sizes, budget)),
    named('torch device', ([name]) => name),
    named('torch.storage _load_from_bytes', () => new PickledStorage('')), // an archive in the pickle: not looked into
    named('torch._utils _rebuild_tensor', tensor),
    named('torch._utils _rebuild_tensor_v2', tensor),
    named('torch._utils _rebuild_parameter', ([inner]) => inner),
  ].map((entry) => [entry.name, entry]),
);

function named(name: string, call?: Call): PickledName {
  return call === undefined ? { kind: 'name', name } : { kind: 'name', name, call };
}

/** A built-in, as Python 2 and Python 3 call its module. */
function both(name: string, call?: Call): PickledName[] {
  return [named(`__builtin__ ${name}`, call), named(`builtins ${name}`, call)];
}

function copied(items: unknown, budget: CopyBudget): unknown[] {
  if (items === undefined) return [];
  if (!Array.isArray(items)) throw new InputError('a container made of what is no list');
  budget.charge(items.length);
  return [...items];
}

function dictOf(pairs: unknown, budget: CopyBudget): Map<unknown, unknown> {
  if (pairs instanceof Map) {
    budget.charge(pairs.size);
    return new Map(pairs);
  }
  const dict = new Map<unknown, unknown>();
  for (const pair of copied(pairs, budget)) {
    if (!Array.isArray(pair) || pair.length !== 2) throw new InputError('a dict made of what are no pairs');
    dict.set(pair[0], pair[1]);
  }
  return dict;
}

/** Bytes written as text: `encode(text, 'latin1')`, `bytearray(text, 'latin-1')`, `bytes()`, `bytearray(bytes)`. */
function encoded([content, encoding]: readonly unknown[], budget: CopyBudget): Uint8Array {
  if (content === undefined) return new Uint8Array(0);
  if (content instanceof Uint8Array) return content;
  if (typeof content === 'string' && (encoding === 'latin1' || encoding === 'latin-1'))
    return bytesOfText(content, budget);
  throw new InputError('bytes in an encoding other than latin1');
}

/** Protocols 0 and 1 make an object by `_reconstructor(class, object, None)`. */
function reconstructed([type]: readonly unknown[], budget: CopyBudget): unknown {
  if (
    typeof type === 'object' &&
    type !== null &&
    'name' in type &&
    'call' in type &&
    typeof type.call === 'function'
  ) {
    return type.call([], budget);
  }
  throw new InputError('an object of no class');
}

function arrayFromBuffer([content, dtype, shape]: readonly unknown[], budget: CopyBudget): NumpyArray {
  const array = new NumpyArray();
  array.setContent(shape, dtype, content, budget);
  return array;
}

/** `(storage, offset, sizes, strides, ...)` */
function tensor([storage, , sizes]: readonly unknown[]): PickledTensor {
  if (!(storage instanceof PickledStorage)) throw new InputError('a tensor without a storage');
  return new PickledTensor(storage.name, sizesOf(sizes, 'a tensor'));
}
