/** `lissnas spaces`: the built-in spaces, or one space described. */

import { isNetworkSpace } from '../costs/network-space.js';
import { createRandom } from '../math/random.js';
import { colors } from '../report/colors.js';
import { count, number, table } from '../report/text.js';
import { loadSpace } from '../space-files/load.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import { builtInSpaces } from '../spaces/index.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';
import type { Register } from './options.js';
import { say, sayJson } from './terminal.js';

const LIST_LIMIT = 200_000n;
const SAMPLE = 20_000;

/** What a cost ranges over. */
interface CostRange {
  readonly cost: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  /** false where the range is that of a random sample */
  readonly exact: boolean;
}

/** Adds the command. */
export const registerSpaces: Register = (program) => {
  program
    .command('spaces')
    .description('list the built-in spaces, or describe one: dimensions, exact size, range of costs')
    .argument('[space]', 'a built-in space by name, or a YAML file or module')
    .option('--json', 'one JSON document')
    .action(async (name: string | undefined, { json }: { json?: true }) => {
      if (name === undefined) {
        const spaces = await Promise.all(Object.keys(builtInSpaces).map(loadSpace));
        if (json)
          sayJson(
            spaces.map((space) => ({
              name: space.name,
              size: String(space.size),
              dimensions: space.dimensions.length,
              costs: [...space.costs.keys()],
            })),
          );
        else listSpaces(spaces);
        return;
      }
      const space = await loadSpace(name);
      const example = space.format(space.sample(createRandom(1)));
      const costs = costRanges(space);
      if (json)
        sayJson({
          name: space.name,
          size: String(space.size),
          unconstrained: space.unconstrained,
          dimensions: space.dimensions,
          costs,
          ...(isNetworkSpace(space) && { input: space.input }),
          example,
        });
      else describe(space, costs, example);
    });
};

function listSpaces(spaces: readonly SearchSpace[]): void {
  say(
    table(
      ['space', 'architectures', 'dimensions', 'costs'],
      spaces.map((space) => [
        space.name,
        count(space.size),
        String(space.dimensions.length),
        [...space.costs.keys()].join(', '),
      ]),
    ),
  );
  say();
  say('`lissnas spaces NAME` describes one. A space of your own is a YAML file or a module: docs/own-space.md.');
}

function describe(space: SearchSpace, costs: readonly CostRange[], example: string): void {
  const constrained = space.unconstrained ? '' : ' (forbidden combinations left out)';
  say(`${colors.bold(space.name)}: ${count(space.size)} architectures${constrained}`);
  say();
  say(
    table(
      ['dimension', 'choices', ''],
      space.dimensions.map(({ name, choices, ordered }) => [name, choices.join(', '), ordered ? 'ordered' : '']),
    ),
  );
  if (costs.length > 0) {
    say();
    say(
      table(
        ['cost', 'least', 'most', ''],
        costs.map(({ cost, unit, least, most, exact }) => [
          cost,
          `${number(least)} ${unit}`.trim(),
          `${number(most)} ${unit}`.trim(),
          exact ? 'exact' : 'found from random starts',
        ]),
      ),
    );
  }
  if (isNetworkSpace(space)) {
    const { shape, classes } = space.input;
    say();
    say(`Its networks are known; these costs are for images of ${shape.join(' x ')} and ${classes} classes.`);
  }
  say();
  say(`An architecture is written like this: ${example}`);
}

function costRanges(space: SearchSpace): CostRange[] {
  const costs = [...space.costs.values()];
  const exact = space.size <= LIST_LIMIT;
  const ranges = costs.map(() => ({ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY }));
  const see = (codes: Codes) =>
    costs.forEach((cost, i) => {
      const value = cost.of(codes);
      ranges[i]!.least = Math.min(ranges[i]!.least, value);
      ranges[i]!.most = Math.max(ranges[i]!.most, value);
    });
  if (exact) {
    forEachArchitecture(space, see);
  } else if (costs.length > 0) {
    const random = createRandom(1);
    let lowest = costs.map(() => space.sample(random));
    let highest = lowest;
    for (let i = 0; i < SAMPLE; i++) {
      const codes = space.sample(random);
      see(codes);
      lowest = costs.map((cost, c) => (cost.of(codes) < cost.of(lowest[c]!) ? codes : lowest[c]!));
      highest = costs.map((cost, c) => (cost.of(codes) > cost.of(highest[c]!) ? codes : highest[c]!));
    }
    costs.forEach((cost, c) => {
      see(furthest(space, lowest[c]!, cost, -1));
      see(furthest(space, highest[c]!, cost, 1));
    });
  }
  return costs.map(({ name, unit }, i) => ({ cost: name, unit, ...ranges[i]!, exact }));
}

/** Climbs (or descends) in the cost by whole dimensions until none helps. */
function furthest(space: SearchSpace, start: Codes, cost: Cost, direction: 1 | -1): Codes {
  const best = Array.from(start);
  for (let improved = true; improved; ) {
    improved = false;
    for (const [d, { choices }] of space.dimensions.entries()) {
      for (let choice = 0; choice < choices.length; choice++) {
        const own = best[d]!;
        const before = cost.of(best);
        best[d] = choice;
        if (space.isValid(best) && direction * (cost.of(best) - before) > 0) improved = true;
        else best[d] = own;
      }
    }
  }
  return best;
}
