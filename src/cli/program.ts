/** The table of commands. */
import { Command } from 'commander';
import { VERSION } from '../runs/version.js';
import { registerResume } from './resume.js';
import { registerRun } from './run.js';
import { registerShrink } from './shrink.js';

/** The whole program, ready to parse. */
export function createProgram(): Command {
  const program = new Command('lissnas')
    .description('Shrink a neural architecture search space by locality into pockets of good networks.')
    .version(VERSION)
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for the options)');
  for (const register of [registerRun, registerResume, registerShrink]) register(program);
  const strict = (command: Command): void => {
    command.exitOverride().allowExcessArguments(false);
    command.commands.forEach(strict);
  };
  strict(program);
  return program;
}
