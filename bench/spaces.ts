/**
 * npm run spaces -- FOLDER [--out DIR]: regenerates docs/spaces.md and the pictures of networks in docs/figures/spaces/. Locality is measured by
 * the published tables in FOLDER, which is laid out as for `npm run results`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readTable } from '../src/benchmarks/read-table.js';
import { withCosts } from '../src/costs/built-in.js';
import { costRanges } from '../src/costs/range.js';
import { InputError } from '../src/errors.js';
import { localityReport } from '../src/locality/report.js';
import { createRandom } from '../src/math/random.js';
import { drawNetwork } from '../src/networks/draw.js';
import { networks } from '../src/networks/index.js';
import { type BuiltInSpaceName, builtInSpaces } from '../src/spaces/index.js';
import type { SearchSpace } from '../src/spaces/space.js';
import { carryOut } from './carry-out.js';
import { repository } from './repository.js';
import { type SpaceFacts, type SpaceTable, spaceFacts } from './spaces/facts.js';
import { type SpaceEntry, type SpaceLocality, spacesPage } from './spaces/page.js';

const FIGURES = 'figures/spaces';
const SHOWN = 3; // edit distances
const ENOUGH_PAIRS = 100;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: join(repository, 'docs') } },
});

async function main(): Promise<void> {
  const [folder] = positionals;
  if (folder === undefined) throw new InputError('give the folder of the published tables: npm run spaces -- FOLDER');
  const figures = join(values.out, FIGURES);
  mkdirSync(figures, { recursive: true });
  const entries: SpaceEntry[] = [];
  for (const name of Object.keys(builtInSpaces) as BuiltInSpaceName[]) {
    process.stderr.write(`${name}\n`);
    const space = withCosts(builtInSpaces[name]);
    const facts = spaceFacts[name];
    writeFileSync(join(figures, `${name}.svg`), picture(name, facts));
    const locality: SpaceLocality[] = [];
    for (const table of facts.tables ?? []) locality.push(await localityOf(space, table, resolve(folder)));
    entries.push({ space, facts, ranges: costRanges(space), locality });
  }
  writeFileSync(join(values.out, 'spaces.md'), spacesPage(entries, FIGURES));
}

function picture(name: BuiltInSpaceName, { drawn, input }: SpaceFacts): string {
  return drawNetwork(networks[name](builtInSpaces[name].parse(drawn.text), input), { title: name });
}

async function localityOf(
  space: SearchSpace,
  { data, file, accuracy }: SpaceTable,
  folder: string,
): Promise<SpaceLocality> {
  const table = await readTable(join(folder, file), space);
  const evidence = { architectures: [...table.architectures()], accuracies: [...table.column(accuracy).values] };
  const { measured, complete, byDistance } = localityReport(space, evidence, { random: createRandom(1) });
  const points = byDistance.points.filter(({ pairs }) => pairs >= ENOUGH_PAIRS).slice(0, SHOWN);
  return { data, measured, complete, points };
}

carryOut(main);
