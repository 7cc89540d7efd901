/** Which blocks of a network become classes, and which of their numbers become parameters of the class. */
import { createHash } from 'node:crypto';
import { LissnasError } from '../errors.js';
import { variableNames } from './pytorch-names.js';
import { leafCode } from './pytorch-operations.js';
import type { Block, Child } from './pytorch-tree.js';

/** A number in the code of a block. */
interface Column {
  /** what it is to its operation, e.g. 'kernel' */
  readonly attribute: string;
  /** path of the child that it belongs to; empty for the channels of the block's own input and output */
  readonly owner: readonly string[];
  readonly value: number;
}

/** A parameter of a class's constructor. */
export interface ClassParameter {
  readonly name: string;
  /** the columns that it stands for */
  readonly columns: readonly number[];
  /** whether it counts the channels of the block's own input or output; those come first and are given by position */
  readonly isOwn: boolean;
  /** a Python literal */
  readonly byDefault: string | undefined;
}

/** A class of blocks that differ in numbers only. */
export interface BlockClass {
  /** in the order of the network */
  readonly instances: readonly [Block, ...Block[]];
  readonly parameters: readonly ClassParameter[];
  /** for every number of the block: a literal, or the name of a parameter */
  readonly texts: readonly string[];
}

/** Numbers that count channels; equal ones are one parameter, whatever they do. */
const CHANNELS = new Set(['inputs', 'outputs', 'channels', 'groups', 'first', 'last']);
/** Alone, these mean the channels of the whole block. */
const OWN_ATTRIBUTES = new Set(['inputs', 'outputs', 'channels']);
const DEFAULTS: Readonly<Record<string, string>> = { stride: '1', padding: '0', dilation: '1', groups: '1' };
/** The first columns of every block: channels of its input and its output. */
const OWN_COLUMNS = 2;

/** More parameters than these, and a class hides more than it explains. */
const MOST_PARAMETERS = 6;

/** Dissolves blocks into those around them where a class would not pay: because they occur once, or differ in too many numbers. */
export function dissolveRare(root: Block): Block {
  const counts = new Map<string, number>();
  const count = (block: Block) => {
    const key = structureOf(block);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const child of block.children) if (child.kind === 'block') count(child);
  };
  count(root);
  const repeated = dissolve(root, (block) => counts.get(structureOf(block)) === 1);
  const classes = classesOf(repeated);
  return dissolve(repeated, (block) => classes.get(structureOf(block))!.parameters.length > MOST_PARAMETERS);
}

function dissolve(block: Block, isWanted: (block: Block) => boolean): Block {
  const children = block.children.flatMap((child): readonly Child[] => {
    if (child.kind === 'leaf') return [child];
    const inner = dissolve(child, isWanted);
    if (!isWanted(child)) return [inner];
    return inner.children.map((part) => ({ ...part, path: [...child.path, ...part.path] }));
  });
  return { ...block, children };
}

/** The classes of a network by the structure of their blocks; what a class uses comes before it, the network itself last. */
export function classesOf(root: Block): ReadonlyMap<string, BlockClass> {
  const instances = new Map<string, [Block, ...Block[]]>();
  const collect = (block: Block) => {
    for (const child of block.children) if (child.kind === 'block') collect(child);
    const key = structureOf(block);
    const known = instances.get(key);
    if (known === undefined) instances.set(key, [block]);
    else known.push(block);
  };
  collect(root);
  const classes = new Map<string, BlockClass>();
  for (const [key, blocks] of instances) classes.set(key, blockClass(blocks, classes));
  return classes;
}

/** What two blocks have in common when one class can stand for both, as a hash. */
export function structureOf(block: Block): string {
  const known = structures.get(block);
  if (known !== undefined) return known;
  const values = new Map(block.inputs.map((input, i) => [input, `input ${i}`]));
  const parts = block.children.map((child, i) => {
    values.set(outputOf(child), `child ${i}`);
    const inputs = child.inputs.map((input) => values.get(input)!);
    return [child.path, child.kind === 'block' ? structureOf(child) : leafCode(child).fixed, inputs];
  });
  const structure = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  structures.set(block, structure);
  return structure;
}

const structures = new WeakMap<Block, string>();

/** The operation whose output is the child's. */
export function outputOf(child: Child): string {
  return child.kind === 'block' ? child.output.name : child.operation.name;
}

/** The place of each child's first number among those of the block. */
export function columnStarts(block: Block): readonly number[] {
  let next = OWN_COLUMNS;
  return block.children.map((child) => {
    const start = next;
    next += columnsOf(child).length;
    return start;
  });
}

/** The child's numbers by name, as the class of its block writes them; `start` is where its columns begin. */
export function leafTexts(child: Child & { kind: 'leaf' }, texts: readonly string[], start: number) {
  return Object.fromEntries(Object.keys(leafCode(child).numbers).map((name, i) => [name, texts[start + i]!]));
}

/** A number as Python writes it. @throws LissnasError with code `export` for what is no finite number */
export function literal(value: number): string {
  if (!Number.isFinite(value)) throw new LissnasError('export', `a network with the number ${value} cannot be written`);
  return String(value);
}

function columnsOf(child: Child): readonly Column[] {
  if (child.kind === 'leaf') {
    const numbers = Object.entries(leafCode(child).numbers);
    return numbers.map(([attribute, value]) => ({ attribute, owner: child.path, value }));
  }
  const own = (attribute: string, [channels]: readonly number[]) => ({ attribute, owner: [], value: channels! });
  return [
    own('inputs', child.inputShapes[0]!),
    own('outputs', child.output.shape),
    ...child.children.flatMap((part) =>
      columnsOf(part).map((column) => ({
        ...column,
        owner: part.kind === 'block' ? [...part.path, ...column.owner] : column.owner,
      })),
    ),
  ];
}

function blockClass(instances: readonly [Block, ...Block[]], classes: ReadonlyMap<string, BlockClass>): BlockClass {
  const table = instances.map(columnsOf);
  const [columns] = table as [readonly Column[]];
  const used = usedColumns(instances[0], classes);
  const groups = new Map<string, number[]>();
  columns.forEach(({ attribute, value }, c) => {
    const values = table.map((row) => row[c]!.value);
    if (values.every((other) => other === value)) return;
    const key = `${CHANNELS.has(attribute) ? 'channels' : attribute} ${values.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), c]);
  });
  const needed = [...groups.values()].filter((group) => group.some((c) => used.has(c)));
  const names = parameterNames(needed, columns);
  const texts = columns.map(({ value }) => literal(value));
  const parameters = needed.map((group, i): ClassParameter => {
    const { attribute } = columns[group[0]!]!;
    const byDefault = DEFAULTS[attribute];
    const occurs = table.some((row) => literal(row[group[0]!]!.value) === byDefault);
    for (const c of group) texts[c] = names[i]!;
    return {
      name: names[i]!,
      columns: group,
      isOwn: group[0]! < OWN_COLUMNS,
      byDefault: occurs ? byDefault : undefined,
    };
  });
  parameters.sort((a, b) => Number(a.byDefault !== undefined) - Number(b.byDefault !== undefined));
  return { instances, parameters, texts };
}

/** The numbers that the code of a block mentions: those of its operations and those that its inner blocks ask for. */
function usedColumns(block: Block, classes: ReadonlyMap<string, BlockClass>): ReadonlySet<number> {
  const starts = columnStarts(block);
  const used = block.children.flatMap((child, i) => {
    if (child.kind === 'leaf') return columnsOf(child).map((_, c) => starts[i]! + c);
    const { parameters } = classes.get(structureOf(child))!;
    return parameters.flatMap(({ columns }) => columns.map((c) => starts[i]! + c));
  });
  return new Set(used);
}

/** What each group of columns is called: the block's own channels first; then by attribute, with the owner in front where that is not clear. */
function parameterNames(groups: readonly (readonly number[])[], columns: readonly Column[]): string[] {
  const attributes = groups.map(([first]) => columns[first!]!.attribute);
  const unique = variableNames(['x']);
  return groups.map(([first, second]) => {
    const { attribute, owner } = columns[first!]!;
    if (first === 0) return unique(second === 1 ? 'channels' : 'inputs');
    if (first === 1) return unique('outputs');
    const isClear = !OWN_ATTRIBUTES.has(attribute) && attributes.filter((other) => other === attribute).length === 1;
    return unique(isClear ? attribute : [...owner, attribute === 'outputs' ? 'channels' : attribute].join('_'));
  });
}
