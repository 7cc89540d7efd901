/** Blocks: units whose names begin alike, e.g. all of b3.mbconv_e6_k5. */
import { type Diagram, type Edge, outputOf, prefixOf, type Unit } from './units.js';

/** Names are alike when this many parts agree. */
const DEPTH = 2;

/** Units of one name prefix, as places in the diagram. */
export interface Block {
  readonly name: string;
  readonly units: readonly number[];
}

/** The blocks of a diagram, and the arrows between them. There is no way from a block through others back to it. */
export function blocksOf({ units, edges }: Diagram): {
  readonly blocks: readonly Block[];
  readonly edges: readonly Edge[];
} {
  const groups: number[][] = [];
  const blockOf: number[] = [];
  const successors: Set<number>[] = [];
  const newest = new Map<string, number>();
  const sources = units.map((): number[] => []);
  for (const { from, to } of edges) sources[to]!.push(from);

  units.forEach((unit, place) => {
    const from = new Set(sources[place]!.map((source) => blockOf[source]!));
    const key = keyOf(unit);
    let block = key === undefined ? undefined : newest.get(key);
    if (block === undefined || leadsToOneOf(block, from, successors)) {
      block = groups.length;
      groups.push([]);
      successors.push(new Set());
      if (key !== undefined) newest.set(key, block);
    }
    groups[block]!.push(place);
    blockOf[place] = block;
    from.delete(block);
    for (const source of from) successors[source]!.add(block);
  });
  return {
    blocks: groups.map((places) => ({ name: nameOf(places.map((place) => units[place]!)), units: places })),
    edges: successors.flatMap((targets, from) => [...targets].map((to) => ({ from, to }))),
  };
}

/** Undefined for a unit that stands alone. */
function keyOf(unit: Unit): string | undefined {
  const prefix = prefixOf(outputOf(unit));
  return prefix === '' ? undefined : prefix.split('.').slice(0, DEPTH).join('.');
}

/** Whether there is a way from the block to another one of `targets`. */
function leadsToOneOf(
  block: number,
  targets: ReadonlySet<number>,
  successors: readonly ReadonlySet<number>[],
): boolean {
  const seen = new Set<number>();
  const waiting = [...successors[block]!];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (targets.has(next)) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...successors[next]!);
  }
  return false;
}

/** What all names have in common, by whole parts. */
function nameOf(units: readonly Unit[]): string {
  const names = units.flatMap(({ operations }) => operations.map(({ name }) => name));
  const [first, ...others] = names.map((name) => name.split('.'));
  const differing = first!.findIndex((part, i) => others.some((parts) => parts[i] !== part));
  if (differing > 0) return first!.slice(0, differing).join('.');
  return differing < 0 ? names[0]! : `${names[0]} … ${names.at(-1)}`;
}
