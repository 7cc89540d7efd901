/** Layered layout of boxes and arrows: every arrow points down, long ones pass between boxes (after Sugiyama et al., 1981). */
import type { Edge } from './units.js';

/** A box's size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A point in pixels, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything is; the top left corner of all is (0, 0). */
export interface Layout extends Size {
  /** the upper left corner of every box */
  readonly boxes: readonly Point[];
  /** for every arrow the points it passes, from the lower edge of a box to the upper edge of another */
  readonly routes: readonly (readonly Point[])[];
}

/** Distances between boxes, in pixels. */
export interface Gaps {
  readonly across: number;
  readonly down: number;
}

/** A box, or the place where a long arrow passes a layer. */
interface Item {
  readonly width: number;
  readonly layer: number;
  readonly above: Item[];
  readonly below: Item[];
  centre: number;
}

const PASSAGE = 14; // pixels for an arrow between boxes
const STRAIGHT = 20; // how much more the arrows of a chain want to be straight than others
const SWEEPS = 12; // that order the rows
const MOVES = 60; // that straighten the arrows

/** Lays out a graph of at least one box and without cycles. Its size grows with the longest path; meant for up to a few hundred boxes. */
export function layeredLayout(boxes: readonly Size[], edges: readonly Edge[], gaps: Gaps): Layout {
  const layers = longestPaths(boxes.length, edges);
  const items = boxes.map(({ width }, i): Item => ({ width, layer: layers[i]!, above: [], below: [], centre: 0 }));
  const rows: Item[][] = Array.from({ length: Math.max(-1, ...layers) + 1 }, () => []);
  for (const item of items) rows[item.layer]!.push(item);
  const passages = edges.map(({ from, to }) => connect(items[from]!, items[to]!, rows));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const [order, side]: [Item[][], 'above' | 'below'] =
      sweep % 2 === 0 ? [rows, 'above'] : [rows.toReversed(), 'below'];
    for (const row of order) arrange(row, side, gaps.across);
  }
  for (let move = 0; move < MOVES; move++) {
    for (const row of move % 2 === 0 ? rows : rows.toReversed()) {
      settle(row, (item) => meanCentre(item, [...item.above, ...item.below]), gaps.across);
    }
  }
  return measured({ boxes, edges, items, rows, passages, layers, gaps });
}

/** For every box the length of the longest way to it; boxes to which no way leads stand right above the next. */
function longestPaths(boxes: number, edges: readonly Edge[]): number[] {
  const targets = Array.from({ length: boxes }, (): number[] => []);
  const waitingFor: number[] = new Array(boxes).fill(0);
  for (const { from, to } of edges) {
    targets[from]!.push(to);
    waitingFor[to]!++;
  }
  const layers: number[] = new Array(boxes).fill(0);
  const sources = waitingFor.flatMap((count, i) => (count === 0 ? [i] : []));
  const ready = [...sources];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    for (const target of targets[next]!) {
      layers[target] = Math.max(layers[target]!, layers[next]! + 1);
      if (--waitingFor[target]! === 0) ready.push(target);
    }
  }
  for (const source of sources) {
    if (targets[source]!.length > 0)
      layers[source] = Math.min(...targets[source]!.map((target) => layers[target]! - 1));
  }
  return layers;
}

/** Links two boxes through a passage in every layer between them; returns the passages. */
function connect(from: Item, to: Item, rows: Item[][]): Item[] {
  const passages: Item[] = [];
  let last = from;
  const link = (next: Item) => {
    last.below.push(next);
    next.above.push(last);
    last = next;
  };
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const passage: Item = { width: PASSAGE, layer, above: [], below: [], centre: 0 };
    rows[layer]!.push(passage);
    passages.push(passage);
    link(passage);
  }
  link(to);
  return passages;
}

/** Orders a row by where its neighbours on one side are, and moves it there. */
function arrange(row: Item[], side: 'above' | 'below', gap: number): void {
  const wanted = new Map(row.map((item) => [item, meanCentre(item, item[side])]));
  row.sort((a, b) => wanted.get(a)!.sum / wanted.get(a)!.weight - wanted.get(b)!.sum / wanted.get(b)!.weight);
  settle(row, (item) => wanted.get(item)!, gap);
}

/** A weighted mean in the making. */
interface Mean {
  readonly sum: number;
  readonly weight: number;
}

/** Where an item would stand straight under or over its neighbours; where it is, without any. */
function meanCentre(item: Item, neighbours: readonly Item[]): Mean {
  if (neighbours.length === 0) return { sum: item.centre, weight: 1 };
  const weights = neighbours.map((other) => (isChain(item, other) ? STRAIGHT : 1));
  return {
    sum: neighbours.reduce((sum, { centre }, i) => sum + centre * weights[i]!, 0),
    weight: weights.reduce((sum, own) => sum + own, 0),
  };
}

/** Whether two neighbours have no other neighbours on the sides that face each other. */
function isChain(a: Item, b: Item): boolean {
  const [upper, lower] = a.layer < b.layer ? [a, b] : [b, a];
  return upper.below.length === 1 && lower.above.length === 1;
}

/**
 * Moves every item of a row as near to where it wants to be as order and gaps allow: the least weighted sum of squared
 * distances, by pooling neighbours that push each other (isotonic regression).
 */
function settle(row: readonly Item[], wanted: (item: Item) => Mean, gap: number): void {
  const offsets: number[] = [];
  const pools: { mean: Mean; count: number }[] = [];
  row.forEach((item, i) => {
    const before = row[i - 1];
    offsets[i] = before === undefined ? 0 : offsets[i - 1]! + (before.width + item.width) / 2 + gap;
    const { sum, weight } = wanted(item);
    let pool = { mean: { sum: sum - offsets[i] * weight, weight }, count: 1 };
    for (let last = pools.at(-1); last !== undefined && isBeyond(last.mean, pool.mean); last = pools.at(-1)) {
      const mean = { sum: pool.mean.sum + last.mean.sum, weight: pool.mean.weight + last.mean.weight };
      pool = { mean, count: pool.count + last.count };
      pools.pop();
    }
    pools.push(pool);
  });
  let i = 0;
  for (const { mean, count } of pools) {
    for (let k = 0; k < count; k++, i++) row[i]!.centre = mean.sum / mean.weight + offsets[i]!;
  }
}

function isBeyond(a: Mean, b: Mean): boolean {
  return a.sum / a.weight > b.sum / b.weight;
}

function measured({
  boxes,
  edges,
  items,
  rows,
  passages,
  layers,
  gaps,
}: {
  boxes: readonly Size[];
  edges: readonly Edge[];
  items: readonly Item[];
  rows: readonly (readonly Item[])[];
  passages: readonly (readonly Item[])[];
  layers: readonly number[];
  gaps: Gaps;
}): Layout {
  const heights = rows.map(() => 0);
  boxes.forEach(({ height }, i) => {
    heights[layers[i]!] = Math.max(heights[layers[i]!]!, height);
  });
  const tops: number[] = [];
  heights.reduce((top, height) => {
    tops.push(top);
    return top + height + gaps.down;
  }, 0);
  const all = rows.flat();
  const left = Math.min(...all.map(({ centre, width }) => centre - width / 2));
  const right = Math.max(...all.map(({ centre, width }) => centre + width / 2));
  const placed = items.map(({ centre, layer, width }, i) => ({
    x: centre - width / 2 - left,
    y: tops[layer]! + (heights[layer]! - boxes[i]!.height) / 2,
  }));
  const end = (i: number, below: boolean): Point => ({
    x: items[i]!.centre - left,
    y: placed[i]!.y + (below ? boxes[i]!.height : 0),
  });
  const routes = edges.map(({ from, to }, i) => [
    end(from, true),
    ...passages[i]!.flatMap(({ centre, layer }) => [
      { x: centre - left, y: tops[layer]! },
      { x: centre - left, y: tops[layer]! + heights[layer]! },
    ]),
    end(to, false),
  ]);
  return { width: right - left, height: (tops.at(-1) ?? 0) + (heights.at(-1) ?? 0), boxes: placed, routes };
}
