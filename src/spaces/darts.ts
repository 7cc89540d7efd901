/**
 * The space of DARTS (Liu et al., arXiv 1806.09055), which NAS-Bench-301 (Siems et al., arXiv 2008.09777) measures: a normal and a reduction cell
 * of four nodes, each the sum of two operations on two of the nodes before it.
 */
import { InputError } from '../errors.js';
import { isBefore, permutations } from '../math/orders.js';
import { type DartsCell, type DartsCells, type DartsEdge, dartsOperators } from './darts-cells.js';
import { dartsGenotype, readDartsGenotype } from './darts-genotype.js';
import { defineSpace } from './define.js';
import type { Codes } from './space.js';

const NODES = [2, 3, 4, 5] as const;
const CELLS = ['normal', 'reduce'] as const;

/** By node, the pairs of earlier nodes. */
const pairs = new Map(
  NODES.map((node) => [
    node,
    Array.from({ length: node }, (_, second) =>
      Array.from({ length: second }, (_, first) => [first, second] as const),
    ).flat(),
  ]),
);

const dimensionsOf = (cell: (typeof CELLS)[number]) =>
  NODES.flatMap((node) => {
    const from = pairs.get(node)!.map((pair) => pair.join('+'));
    return [
      ...(from.length > 1 ? [{ name: `${cell}${node}_from`, choices: from }] : []), // node 2 has no choice
      { name: `${cell}${node}_first`, choices: dartsOperators },
      { name: `${cell}${node}_second`, choices: dartsOperators },
    ];
  });

/**
 * (1 * 3 * 6 * 10 * 7^8)^2, about 1.08 * 10^18 pairs of cells, written `Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=..., reduce=...)`.
 * Cells that differ only in the numbers of their nodes have one canonical form.
 */
export const darts = defineSpace({
  name: 'darts',
  dimensions: CELLS.flatMap(dimensionsOf),
  notation: {
    beginning: 'Genotype(',
    format: (codes) => dartsGenotype(dartsCells(codes)),
    parse: (text) => codesOf(readDartsGenotype(text)),
  },
  canonical: (codes) => {
    const { normal, reduce } = dartsCells(codes);
    return codesOf({ normal: canonicalCell(normal), reduce: canonicalCell(reduce) });
  },
});

/** The cells of an architecture. */
export function dartsCells(codes: Codes): DartsCells {
  let d = 0;
  const cell = (): DartsCell =>
    NODES.map((node) => {
      const choices = pairs.get(node)!;
      const [first, second] = choices[choices.length > 1 ? codes[d++]! : 0]!;
      return [
        { operator: dartsOperators[codes[d++]!]!, from: first },
        { operator: dartsOperators[codes[d++]!]!, from: second },
      ];
    });
  return { normal: cell(), reduce: cell() };
}

function codesOf({ normal, reduce }: DartsCells): number[] {
  return [...codesOfCell(normal), ...codesOfCell(reduce)];
}

function codesOfCell(cell: DartsCell): number[] {
  return cell.flatMap(([first, second], i) => {
    const node = NODES[i]!;
    const choices = pairs.get(node)!;
    const pair = choices.findIndex(([a, b]) => a === first.from && b === second.from);
    if (pair < 0) {
      throw new InputError(
        `node ${node} takes nodes ${first.from} and ${second.from}; allowed are two different ones below ${node}`,
      );
    }
    const operators = [first, second].map(({ operator }) => dartsOperators.indexOf(operator));
    return choices.length > 1 ? [pair, ...operators] : operators;
  });
}

/** Of all ways to number the nodes so that each comes after those it takes, the one with the least codes. */
function canonicalCell(cell: DartsCell): DartsCell {
  let least = cell;
  let leastCodes = codesOfCell(cell);
  for (const order of orders) {
    const numbered = renumbered(cell, order);
    if (numbered === undefined) continue;
    const codes = codesOfCell(numbered);
    if (isBefore(codes, leastCodes)) [least, leastCodes] = [numbered, codes];
  }
  return least;
}

/** All orders of the four nodes. */
const orders = permutations([0, 1, 2, 3]);

/** The cell whose node `2 + i` is node `2 + order[i]` of the given one; undefined where a node would take a later one. */
function renumbered(cell: DartsCell, order: readonly number[]): DartsCell | undefined {
  const numberOf = (node: number) => (node < 2 ? node : 2 + order.indexOf(node - 2));
  const nodes = order.map((index) =>
    cell[index]!.map(({ operator, from }) => ({ operator, from: numberOf(from) })).sort((a, b) => a.from - b.from),
  );
  const isOrdered = nodes.every((edges, i) => edges.every(({ from }) => from < 2 + i));
  return isOrdered ? (nodes as [DartsEdge, DartsEdge][]) : undefined;
}
