/** The table of commands. */
import { Command } from 'commander';
import { VERSION } from '../runs/version.js';
import { registerAudit } from './audit.js';
import { registerCompare } from './compare.js';
import { registerContains } from './contains.js';
import { registerEvaluate } from './evaluate.js';
import { registerExport, registerTrain } from './export.js';
import { registerLocality } from './locality.js';
import { registerMembers } from './members.js';
import { registerReport } from './report.js';
import { registerResume } from './resume.js';
import { registerRun } from './run.js';
import { registerSample } from './sample.js';
import { registerSearch } from './search.js';
import { registerServe } from './serve.js';
import { registerShrink } from './shrink.js';
import { registerSpaces } from './spaces.js';
import { registerWhy } from './why.js';
import { registerWorker } from './worker.js';
import { registerWorkers } from './workers.js';

const commands = [
  registerRun,
  registerResume,
  registerEvaluate,
  registerTrain,
  registerExport,
  registerSpaces,
  registerLocality,
  registerShrink,
  registerMembers,
  registerContains,
  registerWhy,
  registerSample,
  registerSearch,
  registerAudit,
  registerWorker,
  registerWorkers,
  registerReport,
  registerCompare,
  registerServe,
];

/** The whole program, ready to parse. */
export function createProgram(): Command {
  const program = new Command('lissnas')
    .description('Shrink a neural architecture search space by locality into pockets of good networks.')
    .version(VERSION)
    .showSuggestionAfterError()
    .configureOutput({
      outputError: (text, write) =>
        write(text.replace(/^error: /, 'lissnas: ').replace(/\n\(Did you mean (.*)\?\)/, '; did you mean $1?')),
    });
  for (const register of commands) register(program);
  const strict = (command: Command): void => {
    command.exitOverride().allowExcessArguments(false);
    command.commands.forEach(strict);
  };
  strict(program);
  return program;
}
