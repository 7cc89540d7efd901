/** The notation of DARTS: a Python value, read by its own grammar and never run. */
import { InputError } from '../errors.js';
import { type DartsCell, type DartsCells, type DartsEdge, type DartsOperator, dartsOperators } from './darts-cells.js';
import { nearest } from './nearest.js';

const EDGES = 8; // of a cell
const CONCAT = 'range(2, 6)';

/** Writes `Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=range(2, 6), reduce=[...], reduce_concat=range(2, 6))`. */
export function dartsGenotype({ normal, reduce }: DartsCells): string {
  return `Genotype(normal=${written(normal)}, normal_concat=${CONCAT}, reduce=${written(reduce)}, reduce_concat=${CONCAT})`;
}

function written(cell: DartsCell): string {
  return `[${cell.flatMap((edges) => edges.map(({ operator, from }) => `('${operator}', ${from})`)).join(', ')}]`;
}

const LIST = String.raw`\[([^\]]*)\]`;
const WHOLE = String.raw`(?:range\(2, ?6\)|\[2, ?3, ?4, ?5\])`;
const GENOTYPE = new RegExp(
  String.raw`^Genotype\(\s*normal\s*=\s*${LIST}\s*,\s*normal_concat\s*=\s*${WHOLE}\s*,\s*reduce\s*=\s*${LIST}\s*,\s*reduce_concat\s*=\s*${WHOLE}\s*\)$`,
);

/** Reads what `dartsGenotype` writes, with the two edges of a node in any order and the concatenations as ranges or lists. @throws InputError */
export function readDartsGenotype(text: string): DartsCells {
  const match = GENOTYPE.exec(text);
  if (match === null) {
    throw new InputError(
      `"${text.length > 60 ? `${text.slice(0, 59)}…` : text}" is no genotype; it is written Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=${CONCAT}, reduce=[...], reduce_concat=${CONCAT})`,
    );
  }
  return { normal: readCell('normal', match[1]!), reduce: readCell('reduce', match[2]!) };
}

function readCell(name: string, text: string): DartsCell {
  const edges = text
    .split(/\)\s*,?/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => readEdge(name, part));
  if (edges.length !== EDGES) {
    throw new InputError(`the ${name} cell has ${edges.length} edges; it needs ${EDGES}, two for each of four nodes`);
  }
  return Array.from({ length: EDGES / 2 }, (_, node): readonly [DartsEdge, DartsEdge] => {
    const [a, b] = [edges[2 * node]!, edges[2 * node + 1]!];
    return a.from <= b.from ? [a, b] : [b, a];
  });
}

function readEdge(cell: string, text: string): DartsEdge {
  const [, operator, from] = /^\(\s*['"](\w+)['"]\s*,\s*(\d)$/.exec(text) ?? [];
  if (operator === undefined) {
    throw new InputError(`"${text})" in the ${cell} cell is no edge; it is written ('sep_conv_3x3', 0)`);
  }
  if (!isOperator(operator)) {
    throw new InputError(`unknown operation "${operator}" in the ${cell} cell; ${nearest(operator, dartsOperators)}`);
  }
  return { operator, from: Number(from) };
}

function isOperator(name: string): name is DartsOperator {
  return (dartsOperators as readonly string[]).includes(name);
}
