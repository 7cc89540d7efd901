/** `lissnas audit`: LISSNAS beside other shrinkers at equal evaluations and equal size. */
import { InputError } from '../errors.js';
import { auditTable } from '../report/audit-table.js';
import { buildRun } from '../runs/build.js';
import { audit } from '../shrink/audit.js';
import { type ShrinkerName, shrinkers } from '../shrink/index.js';
import { nearest } from '../spaces/nearest.js';
import type { Telling } from './carry-out.js';
import { needed, type Register, wholeNumber } from './options.js';
import { startProgress } from './progress.js';
import { configFrom, type TaskOptions, withLimitOptions, withMeasuringOptions } from './task-options.js';
import { interruptSignal, remark, say, sayJson } from './terminal.js';

interface Options extends TaskOptions, Telling {
  readonly evaluations?: number;
  readonly size?: number;
  readonly repeats: number;
  readonly shrinkers?: ShrinkerName[];
}

/** Adds the command. */
export const registerAudit: Register = (program) => {
  withLimitOptions(
    withMeasuringOptions(
      program
        .command('audit')
        .description('LISSNAS beside other shrinkers at equal evaluations and size, over many random seeds'),
    ),
  )
    .option('--truth <column>', 'the column to judge by; no shrinker sees it')
    .option('--evaluations <n>', 'evaluations that each run may spend', wholeNumber('--evaluations', 1))
    .option('--size <m>', 'architectures that each run keeps', wholeNumber('--size', 1))
    .option('--repeats <r>', 'random seeds, counted up from --random-seed', wholeNumber('--repeats', 1), 10)
    .option(
      '--shrinkers <names>',
      `which of them, the audited one first (default: all): ${Object.keys(shrinkers).join(', ')}`,
      readNames,
    )
    .option('--json', 'one JSON document with every run')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .action(async (options: Options) => {
      if (options.costBins !== undefined) throw new InputError('--cost-bins is not part of an audit');
      const evaluations = needed(options.evaluations, '--evaluations N');
      const size = needed(options.size, '--size M');
      const { repeats, randomSeed, json, verbose } = options;
      const { task, truth, notes } = await buildRun(configFrom(options, [], { evaluations, size }));
      if (truth === undefined) throw new InputError('an audit needs --truth COLUMN, the column to judge by');
      for (const note of notes) remark(note);
      const progress = startProgress(verbose);
      const report = await audit({
        space: task.space,
        evaluator: task.evaluator,
        truth,
        evaluations,
        size,
        repeats,
        randomSeed,
        limits: task.limits ?? [],
        shrinkers: Object.fromEntries(
          (options.shrinkers ?? readNames(Object.keys(shrinkers).join())).map((name) => [name, shrinkers[name]]),
        ),
        onProgress: ({ done, runs, method }) =>
          progress.update(done, runs, `run ${done + 1} of ${runs}: ${method ?? ''}`),
        signal: interruptSignal(),
      }).finally(() => progress.end());
      if (json) sayJson(report);
      else say(auditTable(report).trimEnd());
    });
};

function readNames(text: string): ShrinkerName[] {
  const known = Object.keys(shrinkers);
  return text.split(',').map((name) => {
    if (!Object.hasOwn(shrinkers, name)) {
      throw new InputError(`--shrinkers ${text}: there is no shrinker "${name}"; ${nearest(name, known)}`);
    }
    return name as ShrinkerName;
  });
}
