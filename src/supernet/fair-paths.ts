/**
 * Fair sampling: every choice of every dimension is trained equally often. Strict fairness is FairNAS's (Chu, Zhang, Xu, arXiv 1907.01845):
 * as many paths a step as there are choices, each choice in exactly one of them. Everything for dimensions of unequal size, and for regions
 * that are no product, is ours.
 */
import { type Random, sampleInPlace } from '../math/random.js';
import type { Architecture } from '../spaces/space.js';
import type { PathRegion } from './path-region.js';

/**
 * As many paths a step as the largest dimension has choices.
 *
 * In a product: within a step the choices of a dimension occur equally often, exactly where their number divides that of the paths, and otherwise
 * differ by one; over any number of steps from 0 they differ by at most one, and after every n steps, n being the dimension's choices, they are
 * equal. Which choices of different dimensions meet is random.
 *
 * Elsewhere every path is a member, and nothing exact is promised: of 16 uniform members, that one is taken whose choices have occurred least
 * in the current run of 32 steps.
 */
export function fairPaths(region: PathRegion, random: Random): (step: number) => readonly Architecture[] {
  return region.isProduct ? strictlyFair(region, random) : leastUsed(region, random);
}

function strictlyFair({ space, choices }: PathRegion, random: Random): (step: number) => Architecture[] {
  const paths = pathCount(choices);
  return (step) => {
    const columns = choices.map((alive, d) => column(alive, paths, step, random.split(`dimension ${d}`)));
    return Array.from({ length: paths }, (_, i) => space.architecture(columns.map((own) => own[i]!)));
  };
}

/** What one dimension gives to the paths of a step. */
function column(alive: readonly number[], paths: number, step: number, random: Random): number[] {
  const count = alive.length;
  const whole = Math.floor(paths / count);
  const extra = paths % count;
  const cycle = sampleInPlace([...alive], count, random.split(`cycle ${Math.floor(step / count)}`));
  const first = (step % count) * extra; // the extras go round the cycle, so that after `count` steps each choice has been one equally often
  const given = Array.from({ length: paths }, (_, i) =>
    i < whole * count ? alive[i % count]! : cycle[(first + i - whole * count) % count]!,
  );
  return sampleInPlace(given, paths, random.split(`step ${step}`));
}

/** Steps after which counting begins anew, and members to choose each path from. */
const RUN = 32;
const CANDIDATES = 16;

function leastUsed(region: PathRegion, random: Random): (step: number) => Architecture[] {
  const paths = pathCount(region.choices);
  const made = { run: -1, paths: [] as Architecture[] };
  return (step) => {
    const run = Math.floor(step / RUN);
    if (made.run !== run) {
      made.paths = runOfPaths(region, RUN * paths, random.split(`run ${run}`));
      made.run = run;
    }
    return made.paths.slice((step % RUN) * paths, ((step % RUN) + 1) * paths);
  };
}

function runOfPaths(region: PathRegion, count: number, random: Random): Architecture[] {
  const { dimensions } = region.space;
  const used = dimensions.map(({ choices }) => new Uint32Array(choices.length));
  // a fair share of dimension d is 1 in choices[d].length, so uses weigh that much
  const usage = (path: Architecture) =>
    path.reduce((sum, choice, d) => sum + used[d]![choice]! * region.choices[d]!.length, 0);
  return Array.from({ length: count }, () => {
    let best = region.sample(random);
    for (let i = 1; i < CANDIDATES; i++) {
      const other = region.sample(random);
      if (usage(other) < usage(best)) best = other;
    }
    for (const [d, choice] of best.entries()) used[d]![choice]!++;
    return best;
  });
}

function pathCount(choices: readonly (readonly number[])[]): number {
  return Math.max(...choices.map(({ length }) => length));
}
