/** One block opened: its units, what comes in and what goes out. */
import type { Block } from './blocks.js';
import { familyOf, operationText, scaled, shapeLabel } from './labels.js';
import { layeredLayout, type Size } from './layout.js';
import { arrow, box, group, LINE, roundSign, shortened, text, textWidth } from './svg.js';
import { type Diagram, type Edge, outputOf, type Unit, unitText } from './units.js';

const ROUND = 24; // pixels
const PADDING = 12; // pixels
const LONGEST = 44; // characters

/** A drawing inside a drawing. */
export interface Picture extends Size {
  readonly content: string;
}

/** A block cut out of its diagram. Places: first the values that come in, then the block's units. */
export interface Cutting {
  readonly incoming: readonly Unit[];
  readonly units: readonly Unit[];
  /** between places */
  readonly edges: readonly Edge[];
  /** places of the units whose output leaves the block or the network */
  readonly outgoing: readonly number[];
}

/** Cuts a block out. */
export function cutOut({ units, edges }: Diagram, block: Block): Cutting {
  const inside = new Set(block.units);
  const incoming = [...new Set(edges.flatMap(({ from, to }) => (inside.has(to) && !inside.has(from) ? [from] : [])))];
  const places = new Map([...incoming, ...block.units].map((unit, place) => [unit, place]));
  const leaving = new Set(edges.flatMap(({ from, to }) => (inside.has(to) ? [] : [from])));
  return {
    incoming: incoming.map((unit) => units[unit]!),
    units: block.units.map((unit) => units[unit]!),
    edges: edges
      .filter(({ to }) => inside.has(to))
      .map(({ from, to }) => ({ from: places.get(from)!, to: places.get(to)! })),
    outgoing: block.units
      .filter((unit) => leaving.has(unit) || unit === units.length - 1)
      .map((unit) => places.get(unit)!),
  };
}

/** Equal for blocks that do the same with other channels: operations, arrows, and the width inside beside that of the input. */
export function formOf({ incoming, units, edges, outgoing }: Cutting): string {
  const from = incoming[0] === undefined ? 1 : outputOf(incoming[0]).shape[0];
  const does = units.map((unit, i) => {
    const width = outgoing.includes(incoming.length + i) ? 0 : outputOf(unit).shape[0] / from;
    return [unitText(unit).replace(/channels \d+ to \d+/, 'channels'), unit.used, width];
  });
  return JSON.stringify([does, edges.map(({ from: a, to: b }) => [a, b]), outgoing]);
}

/** Draws a block with its arrows from top to bottom. */
export function openedBlock(cutting: Cutting, flopsOf: ReadonlyMap<string, number>): Picture {
  const { incoming, units, edges, outgoing } = cutting;
  const count = incoming.length + units.length;
  const ends = outgoing.map((place, i) => ({ from: place, to: count + i }));
  const nodes = [
    ...incoming.map((unit) => port(`in ${shapeLabel(outputOf(unit).shape)}`)),
    ...units.map((unit) => unitPicture(unit, flopsOf)),
    ...outgoing.map((place) => port(`out ${shapeLabel(outputOf(units[place - incoming.length]!).shape)}`)),
  ];
  const all = [...edges, ...ends];
  const { width, height, boxes, routes } = layeredLayout(nodes, all, { across: 16, down: 22 });
  const arrows = routes.map((route) => arrow(route, route.length > 2));
  const drawn = nodes.map(({ content, tip }, i) => group(boxes[i]!, content, tip));
  return { width, height, content: [...arrows, ...drawn].join('\n') };
}

interface Node extends Picture {
  readonly tip: string;
}

function port(label: string): Node {
  const width = textWidth('quiet', label) + 2 * PADDING;
  return { width, height: LINE, content: text('quiet', { x: width / 2, y: LINE - 4 }, label, 'middle'), tip: label };
}

function unitPicture(unit: Unit, flopsOf: ReadonlyMap<string, number>): Node {
  const { operations, used } = unit;
  const output = outputOf(unit);
  const flops = operations.reduce((sum, { name }) => sum + flopsOf.get(name)!, 0);
  const tip = `${operations.map(({ name }) => name).join(', ')}${used ? '' : ' (nothing uses it)'}`;
  const [only, ...others] = operations;
  if (others.length === 0 && (only!.kind === 'add' || only!.kind === 'multiply')) {
    return { width: ROUND, height: ROUND, content: roundSign(ROUND, operationText(only!), used), tip };
  }
  const does = shortened(unitText(unit), LONGEST);
  const result = [
    shapeLabel(output.shape),
    ...(flops === 0 ? [] : [`${scaled(flops)} FLOPs`]),
    ...(used ? [] : ['unused']),
  ];
  const lines = [does, result.join(' · ')] as const;
  const width = Math.max(textWidth('text', lines[0]), textWidth('quiet', lines[1])) + 2 * PADDING;
  const height = 2 * LINE + PADDING;
  const content =
    box({ width, height }, unitFamily(unit), used) +
    text('text', { x: PADDING, y: LINE + 3 }, lines[0]) +
    text('quiet', { x: PADDING, y: 2 * LINE + 3 }, lines[1]);
  return { width, height, content, tip };
}

/** The family of the operation that decides what a unit is. */
export function unitFamily({ operations }: Unit) {
  const families = operations.map(familyOf);
  return families.find((family) => family !== 'plain') ?? 'plain';
}
