/**
 * The graphs of NAS-Bench-101's cells (Ying et al., arXiv 1902.09635), without operations: at most 7 vertices and 9 edges, from the input to the
 * output, every vertex on a path between the two. A graph is a number of 21 bits, one for each possible edge.
 */

import { permutations } from '../math/orders.js';

/** Vertices, input and output among them: 0 is the input, and what is between is used from 1 on. */
export const VERTICES = 7;
/** The number of the output. */
export const OUTPUT = VERTICES - 1;
/** The vertices that have an operation. */
export const INTERIOR = [1, 2, 3, 4, 5] as const;
/** Edges that a cell may have. */
export const MOST_EDGES = 9;

/** An edge between two vertices, `from` below `to`. */
export interface CellEdge {
  readonly from: number;
  readonly to: number;
}

/**
 * All possible edges, the highest bit first: from input to output, between interior vertices, to the output, from the input. In this order one
 * changed edge mostly leaves the numbers of the vertices as they are: that is how it was chosen among eight orders.
 */
export const cellEdges: readonly CellEdge[] = [
  { from: 0, to: OUTPUT },
  ...INTERIOR.flatMap((to) => INTERIOR.filter((from) => from < to).map((from) => ({ from, to }))).sort(
    (a, b) => b.from - a.from || b.to - a.to,
  ),
  ...INTERIOR.map((from) => ({ from, to: OUTPUT })).reverse(),
  ...INTERIOR.map((to) => ({ from: 0, to })).reverse(),
];

const bitOf = Array.from({ length: VERTICES }, (_, from) =>
  Array.from({ length: VERTICES }, (_, to) => {
    const index = cellEdges.findIndex((edge) => edge.from === from && edge.to === to);
    return index < 0 ? 0 : 1 << (cellEdges.length - 1 - index);
  }),
);

/** The graph of these edges. */
export function graphOf(edges: Iterable<CellEdge>): number {
  let graph = 0;
  for (const { from, to } of edges) graph |= bitOf[from]![to]!;
  return graph;
}

/** Whether a graph has an edge. */
export function hasEdge(graph: number, from: number, to: number): boolean {
  return (graph & bitOf[from]![to]!) !== 0;
}

/** The edges of a graph. */
export function edgesOf(graph: number): CellEdge[] {
  return cellEdges.filter(({ from, to }) => hasEdge(graph, from, to));
}

/** The interior vertices on a path from input to output, as the bits 1 to 5; undefined where there is no such path. */
export function usedVertices(graph: number): number | undefined {
  let reached = 1;
  for (let to = 1; to < VERTICES; to++) {
    for (let from = 0; from < to; from++) {
      if ((reached >> from) & 1 && hasEdge(graph, from, to)) reached |= 1 << to;
    }
  }
  if (((reached >> OUTPUT) & 1) === 0) return undefined;
  let leading = 1 << OUTPUT;
  for (let from = OUTPUT - 1; from >= 0; from--) {
    for (let to = from + 1; to < VERTICES; to++) {
      if ((leading >> to) & 1 && hasEdge(graph, from, to)) leading |= 1 << from;
    }
  }
  return reached & leading & 0b111110;
}

/** New numbers of all vertices, by their old ones. */
export type Numbering = readonly number[];

/** All ways to number the first `used` interior vertices anew; the rest keep theirs. */
const numberings: readonly (readonly Numbering[])[] = Array.from({ length: INTERIOR.length + 1 }, (_, used) =>
  permutations(INTERIOR.slice(0, used)).map((order) => [0, ...order, ...INTERIOR.slice(used), OUTPUT]),
);

/** The graph with other numbers; undefined where an edge would lead backwards. */
export function renumbered(graph: number, numbering: Numbering): number | undefined {
  let other = 0;
  for (const { from, to } of edgesOf(graph)) {
    const bit = bitOf[numbering[from]!]![numbering[to]!]!;
    if (bit === 0) return undefined;
    other |= bit;
  }
  return other;
}

/** The numberings that make the graph the least that it can be. Its used vertices must be the first. */
export function leastNumberings(graph: number, used: number): readonly Numbering[] {
  let least = Number.POSITIVE_INFINITY;
  let found: Numbering[] = [];
  for (const numbering of numberings[used]!) {
    const other = renumbered(graph, numbering);
    if (other === undefined || other > least) continue;
    if (other < least) found = [];
    least = other;
    found.push(numbering);
  }
  return found;
}

/** A graph that stands for all that differ from it in the numbers of their vertices alone. */
export interface CellGraph {
  readonly edges: number;
  /** how many interior vertices there are; they are the first */
  readonly used: number;
  /** the numberings that leave the graph as it is */
  readonly symmetries: readonly Numbering[];
}

/** All graphs that stand for others, by their number; made on first use, in a second. */
export function cellGraphs(): ReadonlyMap<number, CellGraph> {
  known ??= new Map(findGraphs().map((graph) => [graph.edges, graph]));
  return known;
}

let known: ReadonlyMap<number, CellGraph> | undefined;

function findGraphs(): CellGraph[] {
  const found: CellGraph[] = [];
  for (let edges = 0; edges < 2 ** cellEdges.length; edges++) {
    if (bitCount(edges) > MOST_EDGES) continue;
    const used = usedVertices(edges);
    if (used === undefined || graphOf(edgesAmong(edges, used)) !== edges) continue;
    const count = bitCount(used);
    if (used !== 2 ** (count + 1) - 2) continue; // not the first
    const least = numberings[count]!.every((numbering) => (renumbered(edges, numbering) ?? edges) >= edges);
    if (least) found.push({ edges, used: count, symmetries: leastNumberings(edges, count) });
  }
  return found;
}

/** The edges that stay when only these interior vertices do. */
export function edgesAmong(graph: number, used: number): CellEdge[] {
  const stays = used | 1 | (1 << OUTPUT);
  return edgesOf(graph).filter(({ from, to }) => (stays >> from) & 1 && (stays >> to) & 1);
}

/** How many bits are set. */
export function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
