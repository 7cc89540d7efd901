/** Tries every layer of a chain with each shape that can come in and each choice, before an architecture that cannot be built is met by chance. */
import { createRandom } from '../math/random.js';
import { LayerError } from '../networks/chain.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import type { ChainTables } from './chain-costs.js';

/** Steps that are tried at most, so that a large file cannot take long. */
const MOST_STEPS = 100_000;
const COMPLETIONS = 64;
const OPEN = -1;

/** A way to come to a layer: the shape that comes in, and the choices that were made before; -1 for those that were not. */
interface Way {
  readonly shape: number;
  readonly codes: readonly number[];
}

/**
 * One way to each shape is followed for every combination of those choices that a later layer depends on as well.
 * @throws LayerError for the first layer that cannot be built in some architecture of the space
 */
export function tryChain(tables: ChainTables, space: SearchSpace): void {
  const { layers, images } = tables.chain;
  const open: number[] = new Array(space.dimensions.length).fill(OPEN);
  let steps = 0;
  let ways: readonly Way[] = combinations(space, open, images.dimensions).map((codes) => ({
    shape: tables.start(closed(codes)),
    codes,
  }));
  layers.forEach(({ dimensions }, layer) => {
    const later = new Set(layers.slice(layer + 1).flatMap((next) => next.dimensions));
    const found = new Map<string, Way>();
    for (const way of ways) {
      for (const codes of combinations(space, way.codes, dimensions)) {
        if (++steps > MOST_STEPS) return;
        const shape = stepOrRefuse(tables, space, layer, { shape: way.shape, codes });
        const key = [shape, ...codes.filter((_, d) => later.has(d))].join();
        if (shape !== undefined && !found.has(key)) found.set(key, { shape, codes });
      }
    }
    ways = [...found.values()];
  });
}

/** The next shape; undefined where the layer cannot be built, but no architecture of the space seems to have it. */
function stepOrRefuse(tables: ChainTables, space: SearchSpace, layer: number, { shape, codes }: Way) {
  try {
    return tables.step(layer, shape, closed(codes));
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    const architecture = completed(space, codes);
    if (architecture === undefined) return undefined;
    tables.step(layer, shape, architecture); // throws the same, naming an architecture of the space
    throw error;
  }
}

/** All ways to make the open choices of these dimensions. */
function combinations({ dimensions }: SearchSpace, codes: readonly number[], chosen: readonly number[]): number[][] {
  return chosen
    .filter((d) => codes[d] === OPEN)
    .reduce<number[][]>(
      (partial, d) => partial.flatMap((own) => dimensions[d]!.choices.map((_, choice) => own.with(d, choice))),
      [[...codes]],
    );
}

function closed(codes: readonly number[]): number[] {
  return codes.map((code) => Math.max(0, code));
}

/** An architecture with these choices, where one is found. */
function completed(space: SearchSpace, codes: readonly number[]): Codes | undefined {
  const random = createRandom(0);
  const candidates = [closed(codes)];
  for (let i = 0; i < COMPLETIONS; i++) {
    const drawn = space.sample(random);
    candidates.push(codes.map((code, d) => (code === OPEN ? drawn[d]! : code)));
  }
  return candidates.find((candidate) => space.isValid(candidate));
}
