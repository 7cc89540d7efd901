/** Which paths a step trains. Every sampler is a function of the random stream's origin and the step alone, so training resumes anywhere. */
import { InputError } from '../errors.js';
import { type Random, sampleInPlace } from '../math/random.js';
import type { Architecture, Cost } from '../spaces/space.js';
import { fairPaths } from './fair-paths.js';
import type { PathRegion } from './path-region.js';

/** The paths that step number `step` (from 0) trains together. */
export type PathSampler = (step: number) => readonly Architecture[];

/** Settings of samplers. */
export interface SamplingOptions {
  /** paths a step; 1 by default. Fair sampling decides it by itself */
  readonly paths?: number;
  /** what `cost-balanced` balances */
  readonly cost?: Cost;
  /** intervals of the cost; 8 by default */
  readonly costBins?: number;
  /** before step `steps` this path trains alone, so that all others begin with features that are of use */
  readonly lead?: { readonly steps: number; readonly path: Architecture };
}

interface SamplerEntry {
  /** one line for people */
  readonly summary: string;
  make(region: PathRegion, random: Random, options: SamplingOptions): PathSampler;
}

/** Samplers by the names that configurations use. */
export const pathSamplers = {
  uniform: { summary: 'uniform over the members', make: uniform },
  pockets: { summary: 'every pocket equally often, uniform inside it', make: everyPocket },
  fair: {
    summary: 'every choice of every dimension equally often, as many paths a step as the largest has',
    make: fair,
  },
  'cost-balanced': { summary: 'cheap, middling and costly members equally often', make: costBalanced },
} as const satisfies Record<string, SamplerEntry>;

/** A name in the table of samplers. */
export type PathSamplerName = keyof typeof pathSamplers;

/** The sampler of this name. @throws InputError where an option is missing or out of range */
export function createPathSampler(
  name: PathSamplerName,
  region: PathRegion,
  random: Random,
  options: SamplingOptions = {},
): PathSampler {
  const { paths = 1, costBins = 8 } = options;
  if (!(Number.isInteger(paths) && paths >= 1))
    throw new InputError(`${paths} paths a step are not possible; give at least 1`);
  if (!(Number.isInteger(costBins) && costBins >= 1))
    throw new InputError(`${costBins} cost bins are not possible; give at least 1`);
  const sampler = pathSamplers[name].make(region, random, options);
  const { lead } = options;
  return lead === undefined ? sampler : (step) => (step < lead.steps ? [lead.path] : sampler(step));
}

function uniform(region: PathRegion, random: Random, { paths = 1 }: SamplingOptions): PathSampler {
  return eachPath(paths, random, (_, own) => region.sample(own));
}

/** In every run of as many paths as there are pockets, counted from the first step, each pocket comes once. */
function everyPocket(region: PathRegion, random: Random, { paths = 1 }: SamplingOptions): PathSampler {
  const pocketOf = inTurn(region.pocketCount, random.split('turns'));
  return eachPath(paths, random, (index, own) => region.sample(own, pocketOf(index)));
}

function fair(region: PathRegion, random: Random): PathSampler {
  return fairPaths(region, random);
}

/** Members from which the bins are made, and draws from the region after which a member of a bin is taken from these instead. */
const POOL = 4000;
const BIN_TRIES = 1000;

/**
 * Bins of equal width between the least and the greatest cost of 4,000 members; those that hold none of them are left out. In every run of as
 * many paths as there are bins, each bin comes once; inside it paths are uniform, or, where 1,000 draws do not meet it, uniform over those of the 4,000.
 */
function costBalanced(
  region: PathRegion,
  random: Random,
  { paths = 1, cost, costBins = 8 }: SamplingOptions,
): PathSampler {
  if (cost === undefined) throw new InputError('cost-balanced sampling needs the cost to balance');
  const drawing = random.split('pool');
  const pool = Array.from({ length: POOL }, () => region.sample(drawing)).filter((a) => Number.isFinite(cost.of(a)));
  if (pool.length === 0) throw new InputError(`no cost "${cost.name}" is known of any path, so it cannot be balanced`);
  const costs = pool.map((architecture) => cost.of(architecture));
  const least = costs.reduce((a, b) => Math.min(a, b));
  const width = (costs.reduce((a, b) => Math.max(a, b)) - least) / costBins;
  // paths below the pool's least or above its greatest cost belong to the outer bins; an unknown cost to none
  const binOf = (value: number) =>
    width === 0 ? 0 : Math.max(0, Math.min(costBins - 1, Math.floor((value - least) / width)));
  const bins = [...new Set(costs.map(binOf))].sort((a, b) => a - b);
  const members = new Map(bins.map((bin) => [bin, pool.filter((_, i) => binOf(costs[i]!) === bin)]));
  const turn = inTurn(bins.length, random.split('turns'));
  return eachPath(paths, random, (index, own) => {
    const bin = bins[turn(index)]!;
    for (let tries = 0; tries < BIN_TRIES; tries++) {
      const path = region.sample(own);
      if (binOf(cost.of(path)) === bin) return path;
    }
    const known = members.get(bin)!;
    return known[own.integer(known.length)]!;
  });
}

/** A sampler that draws each path by itself; `index` counts the paths of all steps, `own` is the path's random stream. */
function eachPath(paths: number, random: Random, draw: (index: number, own: Random) => Architecture): PathSampler {
  return (step) =>
    Array.from({ length: paths }, (_, i) => {
      const index = step * paths + i;
      return draw(index, random.split(`path ${index}`));
    });
}

/** 0 .. count - 1 in a random order, then again in another one, and so on. */
function inTurn(count: number, random: Random): (index: number) => number {
  const made = { round: -1, order: [] as number[] };
  return (index) => {
    const round = Math.floor(index / count);
    if (made.round !== round) {
      const numbers = Array.from({ length: count }, (_, i) => i);
      made.order = sampleInPlace(numbers, count, random.split(`round ${round}`));
      made.round = round;
    }
    return made.order[index % count]!;
  };
}
