/** The cell space of NAS-Bench-201 (Dong and Yang, arXiv 2001.00326): one of 5 operators on each of 6 edges between 4 nodes. */
import { InputError } from '../errors.js';
import { defineSpace } from './define.js';
import type { Codes } from './space.js';

/** The operators, in the order of the codes. */
export const nasbench201Operators = ['none', 'skip_connect', 'nor_conv_1x1', 'nor_conv_3x3', 'avg_pool_3x3'] as const;

/** The edges in the order of the dimensions; dimension `e2_1` is the operator from node 1 to node 2. */
export const nasbench201Edges = [
  { from: 0, to: 1 },
  { from: 0, to: 2 },
  { from: 1, to: 2 },
  { from: 0, to: 3 },
  { from: 1, to: 3 },
  { from: 2, to: 3 },
] as const;

const NODES = [1, 2, 3] as const; // node 0 is the cell's input

/** 5^6 = 15,625 cells, written `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`, in 6,466 classes of equal canonical form. */
export const nasbench201 = defineSpace({
  name: 'nasbench201',
  dimensions: nasbench201Edges.map(({ from, to }) => ({ name: `e${to}_${from}`, choices: nasbench201Operators })),
  notation: { format, parse },
  canonical: (codes) => representatives()[indexOf(codes)]!,
});

function format(codes: Codes): string {
  return NODES.map((node) => {
    const edges = nasbench201Edges.map(({ from, to }, d) =>
      to === node ? `|${nasbench201Operators[codes[d]!]}~${from}` : '',
    );
    return `${edges.join('')}|`;
  }).join('+');
}

function parse(text: string): number[] {
  const nodes = text.split('+');
  if (nodes.length !== NODES.length) {
    throw new InputError(
      `"${text}" has ${nodes.length} nodes joined by "+"; a cell is written |op~0|+|op~0|op~1|+|op~0|op~1|op~2|`,
    );
  }
  return nodes.flatMap((part, i) => {
    const edges = part.split('|');
    if (edges.length !== i + 3 || edges[0] !== '' || edges.at(-1) !== '') {
      throw new InputError(`node ${i + 1} is "${part}", but needs ${i + 1} edges, each in the form |op~from|`);
    }
    return edges.slice(1, -1).map((edge, from) => parseEdge(edge, from, i + 1));
  });
}

function parseEdge(edge: string, from: number, to: number): number {
  const [operator, source, ...rest] = edge.split('~');
  const code = nasbench201Operators.map(String).indexOf(operator ?? '');
  if (code < 0) {
    throw new InputError(
      `edge "${edge}" of node ${to} has an unknown operator; allowed are ${nasbench201Operators.join(', ')}`,
    );
  }
  if (source !== String(from) || rest.length > 0) {
    throw new InputError(`edge "${edge}" of node ${to} must come from node ${from}: "${operator}~${from}"`);
  }
  return code;
}

/**
 * What the cell computes, as a text: equal texts are equal functions. This is the published notion with 6,466 classes:
 * an edge without operator is `#`, whatever is applied to a lone `#` is `#`, skipping writes the source's own terms,
 * and the terms of a node are sorted by the operators' names. It does not see every equality (a `#` stays a term, and
 * terms joined through a skip are not sorted anew), so that classes may compute the same, but never does one class differ.
 */
export function nasbench201Function(codes: Codes): string {
  const terms = ['0'];
  for (const node of NODES) {
    const incoming: string[] = [];
    nasbench201Edges.forEach(({ from, to }, d) => {
      if (to === node) incoming.push(applied(codes[d]!, terms[from]!));
    });
    terms[node] = incoming.sort().join('+');
  }
  return terms[3]!;
}

function applied(code: number, source: string): string {
  if (code === 0 || source === '#') return '#';
  return code === 1 ? source : `(${source})@${nasbench201Operators[code]}`;
}

/** For every cell, in lexicographic order of codes, the first cell of its class; made on first use. */
function representatives(): readonly Codes[] {
  if (known === undefined) {
    const first = new Map<string, Codes>();
    known = Array.from({ length: nasbench201Operators.length ** nasbench201Edges.length }, (_, index) => {
      const codes = codesAt(index);
      const text = nasbench201Function(codes);
      const representative = first.get(text) ?? codes;
      if (representative === codes) first.set(text, codes);
      return representative;
    });
  }
  return known;
}

let known: readonly Codes[] | undefined;

function indexOf(codes: Codes): number {
  let index = 0;
  for (let d = 0; d < codes.length; d++) index = index * nasbench201Operators.length + codes[d]!;
  return index;
}

function codesAt(index: number): number[] {
  const base = nasbench201Operators.length;
  return nasbench201Edges.map((_, d) => Math.floor(index / base ** (nasbench201Edges.length - 1 - d)) % base);
}
