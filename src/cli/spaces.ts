/** `lissnas spaces`: the built-in spaces, or one space described. */

import { isNetworkSpace } from '../costs/network-space.js';
import { type CostRange, rangeOf } from '../costs/range.js';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { colors } from '../report/colors.js';
import { count, number, table } from '../report/text.js';
import { costNotes, readCostFiles } from '../runs/named-costs.js';
import { loadSpace } from '../space-files/load.js';
import { builtInSpaces } from '../spaces/index.js';
import type { SearchSpace } from '../spaces/space.js';
import type { Register } from './options.js';
import { withCostTables } from './task-options.js';
import { remark, say, sayJson } from './terminal.js';

/** Adds the command. */
export const registerSpaces: Register = (program) => {
  withCostTables(
    program
      .command('spaces')
      .description('list the built-in spaces, or describe one: dimensions, exact size, range of costs')
      .argument('[space]', 'a built-in space by name, or a YAML file or module'),
  )
    .option('--json', 'one JSON document')
    .action(async (name: string | undefined, { json, costTable = [] }: { json?: true; costTable?: string[] }) => {
      if (name === undefined) {
        if (costTable.length > 0) throw new InputError(`--cost-table ${costTable[0]} is about one space; name it`);
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
