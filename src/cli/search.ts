/** `lissnas search`: the best architecture of a shrunk or a whole space, within limits. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import type { Measurement } from '../measurements/measurement.js';
import { colors } from '../report/colors.js';
import { type FoundSummary, type SearchSummary, summarizeSearch } from '../report/search-summary.js';
import { count, number, table } from '../report/text.js';
import { writeFileAtomic } from '../runs/atomic.js';
import { type BuiltMeasuring, buildMeasuring } from '../runs/build.js';
import type { Config } from '../runs/config.js';
import { openShrunkSpace } from '../runs/open.js';
import { type SearcherName, searchers } from '../search/index.js';
import { membersRegion } from '../search/region.js';
import { search } from '../search/search.js';
import { Region } from '../shrink/region.js';
import type { ShrunkSpace } from '../shrink/shrunk-space.js';
import { remarks, type Telling } from './carry-out.js';
import { needed, oneOf, type Register, wholeNumber } from './options.js';
import { startProgress } from './progress.js';
import { configFrom, splitAtDashes, type TaskOptions, withLimitOptions, withMeasuringOptions } from './task-options.js';
import { interruptSignal, remark, say, sayJson } from './terminal.js';

interface Options extends TaskOptions, Telling {
  readonly searcher: SearcherName;
  readonly evaluations?: number;
  readonly minimize?: string;
  readonly finalists: number;
  readonly queue?: string;
  readonly out?: string;
}

const names = Object.keys(searchers) as SearcherName[];

/** Adds the command. */
export const registerSearch: Register = (program) => {
  const command = program
    .command('search')
    .description('search a shrunk or a whole space for its best architecture, within limits')
    .argument('[run]', 'a run folder or a shrunk-space.json to search in; without it, all of --space')
    .argument('[program...]', 'after --: a program that measures, with its arguments');
  withLimitOptions(withMeasuringOptions(command))
    .option('--truth <column>', 'another column to report beside the measured accuracy; the search never sees it')
    .option(
      '--searcher <name>',
      names.map((name) => `${name}: ${searchers[name].description}`).join('; '),
      oneOf('--searcher', names),
      'regularized-evolution',
    )
    .option('--evaluations <n>', 'evaluations to spend in all', wholeNumber('--evaluations', 1))
    .option('--minimize <cost>', 'also list the Pareto front of accuracy and this cost; nsga2 searches for it')
    .option('--finalists <k>', 'how many of the best to list', wholeNumber('--finalists', 1), 5)
    .option('--queue <url>', 'have the evaluations made by workers, as many at once as --concurrency says')
    .option('--out <file>', 'write the JSON document to a file, whatever else is printed')
    .option('--json', 'print one JSON document on stdout')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .action(async (first: string | undefined, others: string[], options: Options) => {
      const { before, after } = splitAtDashes(first === undefined ? [] : [first, ...others]);
      const [run, surplus] = before;
      if (surplus !== undefined) {
        throw new InputError(`unexpected argument "${surplus}"; a program and its arguments stand after --`);
      }
      const { json, out } = options;
      if (out !== undefined && !existsSync(dirname(out))) {
        throw new InputError('cannot be written because its folder does not exist; choose another place', {
          file: out,
        });
      }
      const summary = await carryOutSearch(run, after, options);
      if (json) sayJson(summary);
      else tell(summary);
      if (out !== undefined) await writeFileAtomic(out, `${JSON.stringify(summary, null, 2)}\n`);
    });
};

async function carryOutSearch(run: string | undefined, program: string[], options: Options): Promise<SearchSummary> {
  if (options.costBins !== undefined) throw new InputError('--cost-bins is not part of a search');
  if (run !== undefined && options.space !== undefined) {
    throw new InputError(`${run} and --space exclude each other: search in a shrunk space, or in a whole one`);
  }
  const evaluations = needed(options.evaluations, '--evaluations N');
  if (options.searcher === 'nsga2') needed(options.minimize, '--minimize COST, which nsga2 needs,');
  const signal = interruptSignal();
  const shrunk = run === undefined ? undefined : await openShrunkSpace(run);
  const space =
    shrunk?.space.name ??
    needed(options.space, 'where to search (a run folder, a shrunk-space.json, or --space SPACE)');
  const { queue, concurrency = 1 } = options;
  const own = configFrom({ ...options, space }, program, { evaluations });
  const config: Config = { ...own, ...(queue !== undefined && { queue }) };
  const given = shrunk && { space: shrunk.space, costs: shrunk.recordedCosts };
  const measuring = await buildMeasuring(config, given, remark);
  const { evaluator, limits, truth } = measuring;
  const progress = startProgress(options.verbose);
  try {
    for (const line of remarks(measuring)) remark(line);
    const minimized = options.minimize === undefined ? undefined : costToMinimize(options.minimize, measuring, config);
    const random = createRandom(options.randomSeed);
    const region =
      shrunk === undefined
        ? new Region(measuring.space, limits)
        : membersRegion(shrunk.space, shrunk.data.members, limits);
    region.sample(random.split('check')); // refuses limits that nothing satisfies
    const known = shrunk === undefined ? [] : knownBy(shrunk, measuring);
    const result = await search({
      region,
      searcher: searchers[options.searcher].make(minimized?.of),
      evaluator,
      evaluations,
      ...(queue !== undefined && { batch: concurrency }), // what is found depends on it, and not on who measures
      random,
      known,
      signal,
      onProgress: ({ spent, best }) =>
        progress.update(
          spent,
          evaluations,
          `measured ${spent} of ${evaluations}${best === undefined ? '' : `, best ${number(best)}`}`,
        ),
      ...(minimized === undefined ? {} : { cost: minimized.of }),
    });
    if (minimized !== undefined && result.front.length === 0) {
      remark(`nothing that was measured has a cost "${minimized.name}"`);
    }
    return summarizeSearch(result, {
      space: measuring.space,
      evaluations,
      limits,
      finalists: options.finalists,
      ...(truth === undefined ? {} : { truth }),
      ...(minimized === undefined ? {} : { minimized }),
    });
  } finally {
    progress.end();
    await evaluator.close?.();
  }
}

/** A cost that is known beforehand; where a program measures, also one that it reports. */
function costToMinimize(name: string, { knowsCost, costNamed }: BuiltMeasuring, { evaluator }: Config) {
  if (evaluator.kind === 'command' && !knowsCost(name)) {
    return { name, of: ({ costs }: Measurement) => costs[name] ?? Number.NaN };
  }
  const cost = costNamed(name);
  return { name, of: ({ architecture }: Measurement) => cost.of(architecture) };
}

/** What the shrink measured, where the same evaluator measured it. */
function knownBy({ data }: ShrunkSpace, { evaluator, table }: BuiltMeasuring): readonly Measurement[] {
  const { provenance, measurements } = data;
  const isSame = provenance.evaluator === evaluator.name && provenance.table?.sha256 === table?.sha256;
  return isSame ? measurements : [];
}

function tell(summary: SearchSummary): void {
  const { best, pareto, failed, spent, evaluations, known } = summary;
  say(`Best of ${summary.space}, found by ${summary.searcher}:  ${colors.bold(best.architecture)}`);
  say(
    [
      `accuracy ${number(best.accuracy)}`,
      ...(best.truth === undefined ? [] : [`in truth ${number(best.truth)}`]),
      ...Object.entries(best.costs).map(([name, value]) => `${name} ${number(value)}`),
    ].join(', '),
  );
  const failures = failed > 0 ? ` (${failed} failed)` : '';
  const left = spent < evaluations ? ` of ${evaluations}: nothing new was left to measure` : '';
  say(`Evaluations spent: ${count(spent)}${failures}${left}.${known > 0 ? ` Known before: ${count(known)}.` : ''}`);
  say();
  const head = ['accuracy', ...(best.truth === undefined ? [] : ['in truth']), 'architecture'];
  const row = ({ accuracy, truth, architecture }: FoundSummary) => [
    number(accuracy),
    ...(truth === undefined ? [] : [number(truth)]),
    architecture,
  ];
  say(table(head, summary.finalists.map(row), [0, head.length - 2]));
  say(colors.dim('Where measuring is noisy, the best is so partly by luck: measure these again before you choose.'));
  if (pareto === undefined) return;
  say();
  say(`Pareto front of accuracy and ${pareto.cost}`);
  say(
    table(
      [pareto.cost, ...head],
      pareto.front.map((own) => [number(own.cost), ...row(own)]),
      [0, 1, head.length - 1],
    ),
  );
}
