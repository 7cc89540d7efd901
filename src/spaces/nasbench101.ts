/**
 * The space of NAS-Bench-101 (Ying et al., arXiv 1902.09635): cells that are graphs of at most 7 vertices and 9 edges with one of 3 operations on
 * each vertex between input and output. Cells that differ only in the numbers of their vertices are one architecture, and so are those that differ
 * only in what leads nowhere.
 */
import { InputError } from '../errors.js';
import { isBefore } from '../math/orders.js';
import type { Random } from '../math/random.js';
import { defineSpace } from './define.js';
import {
  bitCount,
  type CellGraph,
  cellEdges,
  cellGraphs,
  edgesAmong,
  edgesOf,
  graphOf,
  INTERIOR,
  leastNumberings,
  MOST_EDGES,
  type Numbering,
  OUTPUT,
  renumbered,
  usedVertices,
  VERTICES,
} from './nasbench101-graphs.js';
import { nearest } from './nearest.js';
import type { Codes } from './space.js';

/** The operations by their published names, in the order of the codes. */
export const nasbench101Operations = ['conv3x3-bn-relu', 'conv1x1-bn-relu', 'maxpool3x3'] as const;

/** The name of an operation. */
export type Nasbench101Operation = (typeof nasbench101Operations)[number];

/** A cell as it is published: `matrix[from][to]` is 1 for an edge, and `operations` begin with `input` and end with `output`. */
export interface Nasbench101Cell {
  readonly matrix: readonly (readonly number[])[];
  readonly operations: readonly string[];
}

const NONE = 'none';
const ABSENT = nasbench101Operations.length; // the code of a vertex that is not there

/** The number of unique cells, as published; a test counts them. */
const SIZE = 423_624n;

/**
 * 423,624 cells, written as the operations and then, row by row, the upper triangle of the adjacency matrix:
 * `conv3x3-bn-relu.maxpool3x3/110.01.1` has 4 vertices. Any way to number the vertices is read, one is written. One edit changes an operation or an
 * edge; an edit after which the vertices have to be numbered anew (one edge in seven) is not among those from one architecture to the next.
 */
export const nasbench101 = defineSpace({
  name: 'nasbench101',
  dimensions: [
    ...cellEdges.map(({ from, to }) => ({ name: `e${to}_${from}`, choices: [0, 1] })),
    ...INTERIOR.map((vertex) => ({ name: `v${vertex}`, choices: [...nasbench101Operations, NONE] })),
  ],
  notation: { format: (codes) => written(nasbench101Cell(codes)), parse: (text) => nasbench101Codes(read(text)) },
  validity: { size: SIZE, isValid, complaint, sample },
});

/** The cell of an architecture. */
export function nasbench101Cell(codes: Codes): Nasbench101Cell {
  const { graph, operations } = split(codes);
  const used = operations.filter((operation) => operation !== ABSENT);
  const vertices = [0, ...INTERIOR.slice(0, used.length), OUTPUT];
  const edges = new Set(edgesOf(graph).map(({ from, to }) => `${from} ${to}`));
  return {
    matrix: vertices.map((from) => vertices.map((to) => (edges.has(`${from} ${to}`) ? 1 : 0))),
    operations: ['input', ...used.map((operation) => nasbench101Operations[operation]!), 'output'],
  };
}

/**
 * The codes of a cell, however its vertices are numbered; what leads nowhere is left out, as published.
 * @throws InputError where it is not a cell of the space
 */
export function nasbench101Codes({ matrix, operations }: Nasbench101Cell): number[] {
  checkMatrix(matrix, operations);
  const last = matrix.length - 1;
  const place = (vertex: number) => (vertex === last ? OUTPUT : vertex);
  const all = graphOf(
    matrix.flatMap((row, from) => row.flatMap((edge, to) => (edge ? [{ from: place(from), to: place(to) }] : []))),
  );
  const used = usedVertices(all);
  if (used === undefined) throw new InputError('the cell has no path from its input to its output');
  const graph = graphOf(edgesAmong(all, used));
  if (bitCount(graph) > MOST_EDGES) {
    throw new InputError(`the cell has ${bitCount(graph)} edges; at most ${MOST_EDGES} are allowed`);
  }
  const codes = operations.slice(1, -1).map((name) => nasbench101Operations.indexOf(name as Nasbench101Operation));
  return canonicalCodes(graph, used, (vertex) => codes[vertex - 1]!);
}

function checkMatrix(matrix: Nasbench101Cell['matrix'], operations: readonly string[]): void {
  const size = matrix.length;
  if (size < 2 || size > VERTICES) {
    throw new InputError(`the cell has ${size} vertices; it needs 2 to ${VERTICES}, input and output among them`);
  }
  if (matrix.some((row) => row.length !== size)) throw new InputError('the adjacency matrix of the cell is not square');
  if (matrix.some((row, from) => row.some((edge, to) => !(edge === 0 || (edge === 1 && from < to))))) {
    throw new InputError('the adjacency matrix must hold 0 and 1, and 1 only above its diagonal');
  }
  if (operations.length !== size) {
    throw new InputError(`the cell has ${size} vertices but ${operations.length} operations`);
  }
  for (const name of operations.slice(1, -1)) {
    if (!(nasbench101Operations as readonly string[]).includes(name)) {
      throw new InputError(`unknown operation "${name}"; ${nearest(name, nasbench101Operations)}`);
    }
  }
}

/** The least codes of a graph whose vertices are all used, over all ways to number them. */
function canonicalCodes(graph: number, used: number, operationOf: (vertex: number) => number): number[] {
  const vertices = INTERIOR.filter((vertex) => (used >> vertex) & 1);
  // the used vertices become the first; the others have no edges, so their numbers do not matter
  const closed = [0, ...INTERIOR.map((vertex) => 1 + vertices.indexOf(vertex)), OUTPUT];
  const first = renumbered(graph, closed)!;
  const operations = vertices.map(operationOf);
  const choices = leastNumberings(first, vertices.length).map((numbering) => ({
    graph: renumbered(first, numbering)!,
    operations: moved(operations, numbering),
  }));
  const least = choices.reduce((a, b) => (isBefore(b.operations, a.operations) ? b : a));
  return joined(least.graph, least.operations);
}

/** Operations of the first vertices under new numbers. */
function moved(operations: readonly number[], numbering: Numbering): number[] {
  const result = [...operations];
  operations.forEach((operation, i) => {
    result[numbering[i + 1]! - 1] = operation;
  });
  return result;
}

function joined(graph: number, operations: readonly number[]): number[] {
  const edges = cellEdges.map((_, index) => (graph >> (cellEdges.length - 1 - index)) & 1);
  return [...edges, ...INTERIOR.map((_, i) => operations[i] ?? ABSENT)];
}

function split(codes: Codes): { readonly graph: number; readonly operations: readonly number[] } {
  let graph = 0;
  for (let d = 0; d < cellEdges.length; d++) graph = (graph << 1) | codes[d]!;
  return { graph, operations: INTERIOR.map((_, i) => codes[cellEdges.length + i]!) };
}

function isValid(codes: Codes): boolean {
  const { graph, operations } = split(codes);
  const known = cellGraphs().get(graph);
  return known !== undefined && isLeast(known, operations);
}

/** Whether the vertices that are there have operations, those that are not have none, and no symmetry of the graph gives lesser ones. */
function isLeast({ used, symmetries }: CellGraph, operations: readonly number[]): boolean {
  if (operations.some((operation, i) => (operation === ABSENT) === i < used)) return false;
  const own = operations.slice(0, used);
  return symmetries.every((numbering) => !isBefore(moved(own, numbering), own));
}

function complaint(codes: Codes): string {
  const { graph } = split(codes);
  if (bitCount(graph) > MOST_EDGES) return `it has ${bitCount(graph)} edges; at most ${MOST_EDGES} are allowed`;
  if (usedVertices(graph) === undefined) return 'it has no path from its input to its output';
  return 'it has a vertex that leads nowhere or lacks its operation, or its vertices are numbered otherwise than in the codes that stand for it';
}

/** The graphs, and of each the number of cells up to its last. */
function cellCounts(): { readonly graphs: readonly CellGraph[]; readonly ends: Float64Array } {
  if (counted === undefined) {
    const graphs = [...cellGraphs().values()];
    let end = 0;
    const ends = Float64Array.from(graphs, (graph) => {
      end += graph.symmetries.length === 1 ? combinations(graph) : labellings(graph).length;
      return end;
    });
    counted = { graphs, ends };
  }
  return counted;
}

let counted: ReturnType<typeof cellCounts> | undefined;

const combinations = ({ used }: CellGraph) => nasbench101Operations.length ** used;

/** Number `index` of all combinations of operations. */
function combination({ used }: CellGraph, index: number): number[] {
  const base = nasbench101Operations.length;
  return INTERIOR.map((_, i) => (i < used ? Math.floor(index / base ** i) % base : ABSENT));
}

/** All combinations of operations that are not the same under a symmetry, each once. */
function labellings(graph: CellGraph): number[][] {
  const all = Array.from({ length: combinations(graph) }, (_, index) => combination(graph, index));
  return graph.symmetries.length === 1 ? all : all.filter((operations) => isLeast(graph, operations));
}

function sample(random: Random): number[] {
  const { graphs, ends } = cellCounts();
  const draw = random.integer(Number(SIZE));
  const place = firstAbove(ends, draw);
  const graph = graphs[place]!;
  const index = draw - (ends[place - 1] ?? 0);
  const operations = graph.symmetries.length === 1 ? combination(graph, index) : labellings(graph)[index]!;
  return joined(graph.edges, operations);
}

/** The first place whose number is above `value`; the numbers rise. */
function firstAbove(numbers: Float64Array, value: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Visits the codes of every cell. */
export function forEachNasbench101Cell(visit: (codes: number[]) => void): void {
  for (const graph of cellGraphs().values()) {
    for (const operations of labellings(graph)) visit(joined(graph.edges, operations));
  }
}

function written({ matrix, operations }: Nasbench101Cell): string {
  const rows = matrix.slice(0, -1).map((row, from) => row.slice(from + 1).join(''));
  return `${operations.slice(1, -1).join('.')}/${rows.join('.')}`;
}

function read(text: string): Nasbench101Cell {
  const [names, triangle, ...rest] = text.split('/');
  const rows = triangle?.split('.') ?? [];
  const size = rows.length + 1;
  const isTriangle = rows.every((row, from) => /^[01]+$/.test(row) && row.length === size - 1 - from);
  if (names === undefined || !isTriangle || rest.length > 0 || triangle === undefined) {
    throw new InputError(
      `"${text}" must be written like conv3x3-bn-relu.maxpool3x3/110.01.1: the operations, and the upper triangle of the adjacency matrix row by row`,
    );
  }
  return {
    matrix: Array.from({ length: size }, (_, from) =>
      Array.from({ length: size }, (_, to) => Number(rows[from]?.[to - from - 1] ?? 0)),
    ),
    operations: ['input', ...names.split('.').filter((name) => name !== ''), 'output'],
  };
}
