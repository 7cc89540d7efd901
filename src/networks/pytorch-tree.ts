/** From a list of operations back to the blocks it was built of: operations whose names share a prefix, where they can stand alone. */
import type { NetworkGraph, Operation, Shape } from './graph.js';

/** One operation of a block. */
export interface Leaf {
  readonly kind: 'leaf';
  /** its name from the block on, split at the dots */
  readonly path: readonly string[];
  readonly operation: Operation;
  /** names of operations; zeros, which need the size of the batch, get one as well */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  /** whether the network ends here */
  readonly isOutput: boolean;
}

/** Consecutive operations of a common prefix, of which one alone is used elsewhere: the last. */
export interface Block {
  readonly kind: 'block';
  readonly path: readonly string[];
  readonly children: readonly Child[];
  /** names of operations outside, in the order of first use */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  readonly output: Operation;
}

/** What a block is made of. */
export type Child = Leaf | Block;

interface Member extends Omit<Leaf, 'kind' | 'path'> {
  readonly segments: readonly string[];
}

interface Names {
  /** names of the operations that use an operation */
  readonly users: ReadonlyMap<string, readonly string[]>;
  /** number of operations below a prefix */
  readonly sizes: ReadonlyMap<string, number>;
}

/** The whole network as one block, whose only input is the images. Every operation but the input must be needed by the last one. */
export function blockTree({ operations }: NetworkGraph): Block {
  const shapes = new Map(operations.map(({ name, shape }) => [name, shape]));
  const last = operations.at(-1)!;
  const members = operations
    .filter(({ kind }) => kind !== 'input')
    .map((operation): Member => {
      const inputs = operation.kind === 'zeros' ? [batchReference(operation, operations)] : operation.inputs;
      return {
        segments: operation.name.split('.'),
        operation,
        inputs,
        inputShapes: inputs.map((input) => shapes.get(input)!),
        isOutput: operation === last,
      };
    });
  const names: Names = { users: usersOf(members), sizes: prefixSizes(members) };
  return block([], members, childrenOf(members, 0, 0, names));
}

/** Whom zeros ask for the size of the batch: an input of the innermost block around them that has one, else the images. */
function batchReference({ name }: Operation, operations: readonly Operation[]): string {
  const index = operations.findIndex((operation) => operation.name === name);
  const earlier = new Set(operations.slice(0, index).map((operation) => operation.name));
  const segments = name.split('.');
  for (let depth = segments.length - 1; depth > 0; depth--) {
    const prefix = `${segments.slice(0, depth).join('.')}.`;
    const inside = operations.filter((operation) => operation.name.startsWith(prefix));
    const outer = inside
      .flatMap(({ inputs }) => inputs)
      .find((input) => !input.startsWith(prefix) && earlier.has(input));
    if (outer !== undefined) return outer;
  }
  return operations[0]!.name;
}

/** Groups members whose names agree in the first `depth` segments. Paths begin at segment `base`. */
function childrenOf(members: readonly Member[], depth: number, base: number, names: Names): Child[] {
  const children: Child[] = [];
  for (let start = 0, end = 0; start < members.length; start = end) {
    const first = members[start]!;
    const isBelow = ({ segments }: Member) => segments.length > depth + 1 && segments[depth] === first.segments[depth];
    end = start + 1;
    if (!isBelow(first)) {
      const { segments, ...rest } = first;
      children.push({ kind: 'leaf', path: segments.slice(base), ...rest });
      continue;
    }
    while (end < members.length && isBelow(members[end]!)) end++;
    const run = members.slice(start, end);
    if (!canStandAlone(run, depth + 1, names)) {
      children.push(...childrenOf(run, depth + 1, base, names));
      continue;
    }
    const path = first.segments.slice(base, depth + 1);
    const inner = childrenOf(run, depth + 1, depth + 1, names);
    const [only] = inner;
    children.push(inner.length === 1 ? { ...only!, path: [...path, ...only!.path] } : block(path, run, inner));
  }
  return children;
}

/** Whether these are all operations of their prefix and only one of them is used elsewhere. */
function canStandAlone(run: readonly Member[], depth: number, { users, sizes }: Names): boolean {
  if (run.length !== sizes.get(prefixOf(run[0]!, depth))) return false;
  const inside = new Set(run.map(({ operation }) => operation.name));
  const outputs = run.filter(
    ({ operation, isOutput }) => isOutput || users.get(operation.name)?.some((user) => !inside.has(user)),
  );
  return outputs.length === 1;
}

function block(path: readonly string[], members: readonly Member[], children: readonly Child[]): Block {
  const inside = new Set(members.map(({ operation }) => operation.name));
  const inputs = new Map<string, Shape>();
  for (const member of members) {
    member.inputs.forEach((input, i) => {
      if (!inside.has(input)) inputs.set(input, member.inputShapes[i]!);
    });
  }
  return {
    kind: 'block',
    path,
    children,
    inputs: [...inputs.keys()],
    inputShapes: [...inputs.values()],
    output: members.at(-1)!.operation,
  };
}

function usersOf(members: readonly Member[]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { operation, inputs } of members) {
    for (const input of inputs) users.set(input, [...(users.get(input) ?? []), operation.name]);
  }
  return users;
}

function prefixSizes(members: readonly Member[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const member of members) {
    for (let depth = 1; depth < member.segments.length; depth++) {
      const prefix = prefixOf(member, depth);
      sizes.set(prefix, (sizes.get(prefix) ?? 0) + 1);
    }
  }
  return sizes;
}

function prefixOf({ segments }: Member, depth: number): string {
  return segments.slice(0, depth).join('.');
}
