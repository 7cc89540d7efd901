/** `lissnas spaces`: the built-in spaces, or one space described. */

import { loadSpaceWithCosts } from '../costs/load.js';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { colors } from '../report/colors.js';
import { count, number, table } from '../report/text.js';
import { costNotes, readCostFiles } from '../runs/named-costs.js';
import { forEachArchitecture, isListable } from '../spaces/enumerate.js';
import { builtInSpaces } from '../spaces/index.js';
import { rangeOfSum } from '../spaces/limit-counting.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';
import type { Register } from './options.js';
import { withCostTables } from './task-options.js';
import { remark, say, sayJson } from './terminal.js';

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
  withCostTables(
    program
      .command('spaces')
      .description('list the built-in spaces, or describe one: dimensions, exact size, range of costs')
      .argument('[space]', 'a built-in space by name, or a YAML file'),
  )
    .option('--json', 'one JSON document')
    .action(async (name: string | undefined, { json, costTable = [] }: { json?: true; costTable?: string[] }) => {
      if (name === undefined) {
        if (costTable.length > 0) throw new InputError(`--cost-table ${costTable[0]} is about one space; name it`);
        const spaces = await Promise.all(Object.keys(builtInSpaces).map(loadSpaceWithCosts));
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
      const space = await loadSpaceWithCosts(name);
      const example = space.format(space.sample(createRandom(1)));
      const files = await readCostFiles(costTable, space);
      const tabled = files.flatMap(({ names, cost }) => names.map(cost));
      for (const note of costNotes(
        tabled.map((cost) => cost.name),
        { space, files, evaluator: 'command' },
      ))
        remark(note);
      const costs = [...space.costs.values(), ...tabled].map((cost) => rangeOf(space, cost));
      if (json)
        sayJson({
          name: space.name,
          size: String(space.size),
          unconstrained: space.unconstrained,
          dimensions: space.dimensions,
          costs,
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
  say('`lissnas spaces NAME` describes one. A space of your own is a YAML file: docs/own-space.md.');
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
  say();
  say(`An architecture is written like this: ${example}`);
}

function rangeOf(space: SearchSpace, cost: Cost): CostRange {
  const { name, unit } = cost;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const see = (codes: Codes) => {
    const value = cost.of(codes);
    if (value < least) least = value;
    if (value > most) most = value;
  };
  const sum = isListable(space) ? undefined : cost.sum?.();
  const exact = sum && rangeOfSum(space, sum);
  if (isListable(space)) forEachArchitecture(space, see);
  else if (cost.known !== undefined) for (const codes of cost.known()) see(codes);
  else if (exact !== undefined) ({ least, most } = exact);
  else {
    seeSample(space, cost, see);
    return { cost: name, unit, least, most, exact: false };
  }
  return { cost: name, unit, least, most, exact: true };
}

/** Random architectures, and where climbing from the extreme ones leads. */
function seeSample(space: SearchSpace, cost: Cost, see: (codes: Codes) => void): void {
  const random = createRandom(1);
  let lowest: Codes = space.sample(random);
  let highest = lowest;
  for (let i = 0; i < SAMPLE; i++) {
    const codes = space.sample(random);
    see(codes);
    if (cost.of(codes) < cost.of(lowest)) lowest = codes;
    if (cost.of(codes) > cost.of(highest)) highest = codes;
  }
  see(furthest(space, lowest, cost, -1));
  see(furthest(space, highest, cost, 1));
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
