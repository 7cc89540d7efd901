/** The cell-level space of TransNAS-Bench-101 (Duan et al., arXiv 2105.11871): one of 4 operators on each of 6 edges between 4 nodes. */
import { InputError } from '../errors.js';
import { defineSpace } from './define.js';
import { nasbench201Edges } from './nasbench201.js';
import type { Codes } from './space.js';

/** The operators, in the order of the codes and of their published digits. */
export const transnasbench101Operators = ['none', 'skip_connect', 'conv_1x1', 'conv_3x3'] as const;

const SKELETON = '64-41414';

/** 4^6 = 4,096 cells, written `64-41414-1_02_333`: the skeleton, and for nodes 1, 2 and 3 the operator on the edge from each node before. */
export const transnasbench101Micro = defineSpace({
  name: 'transnasbench101-micro',
  dimensions: nasbench201Edges.map(({ from, to }) => ({
    name: `e${to}_${from}`,
    choices: transnasbench101Operators,
  })),
  notation: { format, parse },
});

function format(codes: Codes): string {
  const [a, b, c, d, e, f] = Array.from(codes);
  return `${SKELETON}-${a}_${b}${c}_${d}${e}${f}`;
}

function parse(text: string): number[] {
  const match = /^64-41414-([0-3])_([0-3]{2})_([0-3]{3})$/.exec(text);
  if (match === null) {
    throw new InputError(`"${text}" must be written like ${SKELETON}-1_02_333, with digits from 0 to 3`);
  }
  return Array.from(match.slice(1).join(''), Number);
}
