/** Draws a network graph on one page: on the left its blocks in order, beside them every form of block opened. */
import { type Card, type Overview, overviewOf } from './drawing/cards.js';
import { type Family, familyOf, scaled, shapeLabel } from './drawing/labels.js';
import { layeredLayout, type Point } from './drawing/layout.js';
import { openedBlock, type Picture, unitFamily } from './drawing/opened-block.js';
import {
  arrow,
  badge,
  box,
  familyNames,
  group,
  LINE,
  shortened,
  svgDocument,
  swatch,
  text,
  textWidth,
} from './drawing/svg.js';
import { unitText } from './drawing/units.js';
import { flops, parameterCount } from './flops.js';
import type { NetworkGraph } from './graph.js';

// in pixels
const MARGIN = 24;
const HEADER = 64;
const FOOTER = 44;
const GUTTER = 36;
const PAGE = 1160;
const PADDING = 12;
const BADGE = 30;

const LONGEST_NAME = 40; // characters

/** How a drawing may differ. */
export interface DrawOptions {
  /** by default the graph's name */
  readonly title?: string;
}

/**
 * A self-contained SVG document, light or dark as the reader's screen is. Operations with the first two parts of their
 * names in common are one block; blocks that differ only in their channels are opened once, under one letter; three or
 * more equal blocks in a row are one card. FLOPs are multiply-adds.
 */
export function drawNetwork(graph: NetworkGraph, { title = graph.name }: DrawOptions = {}): string {
  const overview = overviewOf(graph);
  const letters = lettersOf(overview.cards);
  const chain = drawCards(overview, letters);
  const left = MARGIN + chain.width + GUTTER;
  const panels = packed(drawForms(overview, letters), PAGE - MARGIN - left);
  const width = Math.max(PAGE, left + panels.width + MARGIN);
  const height = HEADER + Math.max(chain.height, panels.height) + FOOTER;
  const [first] = graph.operations;
  const summary = [
    `${shapeLabel(first!.shape)} → ${shapeLabel(graph.operations.at(-1)!.shape)}`,
    `${scaled(flops(graph))} FLOPs`,
    `${scaled(parameterCount(graph))} parameters`,
    `${graph.operations.length} operations`,
  ].join(' · ');
  const content = [
    text('title', { x: MARGIN, y: 30 }, shortened(title, 100)),
    text('quiet', { x: MARGIN, y: 48 }, summary),
    group({ x: MARGIN, y: HEADER }, chain.content),
    group({ x: left, y: HEADER }, panels.content),
    group({ x: MARGIN, y: height - FOOTER + 20 }, legend(graph)),
  ].join('\n');
  const outline = overview.cards.map(describe).join('; ');
  return svgDocument({ width, height }, title, `${summary}. Blocks in order: ${outline}.`, content);
}

/** A letter for each form that has more than one box, by form. */
function lettersOf(cards: readonly Card[]): ReadonlyMap<string, string> {
  const forms = new Set(cards.filter(({ cutting }) => cutting.units.length > 1).map(({ form }) => form));
  return new Map([...forms].map((form, i) => [form, letterAt(i)]));
}

/** A to Z, then A1 and so on. */
function letterAt(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}

function drawCards({ cards, edges }: Overview, letters: ReadonlyMap<string, string>): Picture {
  const lines = cards.map(cardLines);
  const width = Math.max(
    ...lines.map(([name, ...others]) =>
      Math.max(textWidth('name', name), ...others.map((line) => textWidth('quiet', line))),
    ),
  );
  const sizes = lines.map(({ length }) => ({ width: width + 2 * PADDING + BADGE, height: length * LINE + PADDING }));
  const layout = layeredLayout(sizes, edges, { across: 20, down: 20 });
  const drawn = cards.map((card, i) => {
    const size = sizes[i]!;
    const letter = letters.get(card.form);
    const [name, ...others] = lines[i]!;
    const used = card.cutting.units.some((unit) => unit.used);
    const content = [
      box(size, cardFamily(card), used),
      text('name', { x: PADDING, y: LINE + 2 }, name),
      ...others.map((line, k) => text('quiet', { x: PADDING, y: (k + 2) * LINE + 2 }, line)),
      ...(letter === undefined ? [] : [badge({ x: size.width - BADGE / 2 - 3, y: size.height / 2 }, letter)]),
    ];
    return group(layout.boxes[i]!, content.join(''), card.names.join(', '));
  });
  const arrows = layout.routes.map((route) => arrow(route, route.length > 2));
  return { width: layout.width, height: layout.height, content: [...arrows, ...drawn].join('\n') };
}

function cardLines(card: Card): [name: string, ...others: string[]] {
  const [unit, ...more] = card.cutting.units;
  const does = more.length === 0 && unit!.operations[0]!.kind !== 'input' ? [unitText(unit!)] : [];
  return [cardName(card), ...does, countsOf(card)];
}

function cardName({ names }: Card): string {
  if (names.length === 1) return shortened(names[0]!, LONGEST_NAME);
  const half = LONGEST_NAME / 2 - 2;
  return `${shortened(names[0]!, half)} … ${shortened(names.at(-1)!, half)}`;
}

function countsOf({ names, output, flops: own, parameters }: Card): string {
  const times = names.length === 1 ? '' : `${names.length} × `;
  return [
    shapeLabel(output.shape),
    ...(own === 0 ? [] : [`${times}${scaled(own)} FLOPs`]),
    ...(parameters === 0 ? [] : [`${times}${scaled(parameters)} params`]),
  ].join(' · ');
}

function describe(card: Card): string {
  return `${card.names.length === 1 ? '' : `${card.names.length} blocks `}${cardName(card)} (${countsOf(card)})`;
}

/** The family of what costs most, or of the first unit that has one. */
function cardFamily({ cutting: { units } }: Card): Family {
  const families = units.map(unitFamily);
  return families.find((family) => family !== 'plain' && family !== 'channels') ?? families[0]!;
}

function drawForms({ cards, flopsOf }: Overview, letters: ReadonlyMap<string, string>): Picture[] {
  return [...letters].map(([form, letter]) => {
    const alike = cards.filter((card) => card.form === form);
    const [shown] = alike;
    const count = alike.reduce((sum, { names }) => sum + names.length, 0);
    const picture = openedBlock(shown!.cutting, flopsOf);
    const name = shortened(shown!.names[0]!, LONGEST_NAME);
    const others = count === 1 ? '' : `and ${count - 1} more of this form, with their own channels`;
    const width = Math.max(picture.width, BADGE + textWidth('name', name), BADGE + textWidth('quiet', others));
    const header = 40;
    const content = [
      badge({ x: 9, y: 12 }, letter),
      text('name', { x: BADGE, y: 11 }, name),
      text('quiet', { x: BADGE, y: 26 }, others),
      group({ x: 0, y: header }, picture.content),
    ].join('\n');
    return { width, height: header + picture.height, content };
  });
}

/** Puts every picture as high as it can stand beside and below the earlier ones, within this width where it fits. */
function packed(pictures: readonly Picture[], most: number): Picture {
  const placed: (Picture & Point)[] = [];
  for (const picture of pictures) {
    const columns = [0, ...placed.map(({ x, width }) => x + width + GUTTER)];
    const places = columns
      .filter((x) => x === 0 || x + picture.width <= most)
      .map((x): Point => {
        const above = placed.filter(
          (other) => other.x < x + picture.width + GUTTER && x < other.x + other.width + GUTTER,
        );
        return { x, y: Math.max(0, ...above.map(({ y, height }) => y + height + GUTTER)) };
      });
    const highest = places.reduce((best, place) => (place.y < best.y ? place : best));
    placed.push({ ...picture, ...highest });
  }
  return {
    width: Math.max(0, ...placed.map(({ x, width }) => x + width)),
    height: Math.max(0, ...placed.map(({ y, height }) => y + height)),
    content: placed.map(({ x, y, content }) => group({ x, y }, content)).join('\n'),
  };
}

function legend({ operations }: NetworkGraph): string {
  const present = new Set<Family>(operations.map(familyOf));
  let x = 0;
  const parts: string[] = [];
  for (const [family, name] of Object.entries(familyNames) as [Family, string][]) {
    if (!present.has(family)) continue;
    parts.push(group({ x, y: 0 }, swatch(family) + text('quiet', { x: 18, y: 10 }, name)));
    x += 18 + textWidth('quiet', name) + 20;
  }
  return parts.join('');
}
