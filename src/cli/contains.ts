/** `lissnas contains`: whether architectures were kept. */
import { openShrunkSpace } from '../runs/open.js';
import type { Register } from './options.js';
import { say, sayJson } from './terminal.js';
import { table } from './text.js';

/** Adds the command. */
export const registerContains: Register = (program) => {
  program
    .command('contains')
    .description('whether architectures are in the shrunk space')
    .argument('<run>', 'a run folder or a shrunk-space.json')
    .argument('<architecture...>', "in the space's notation")
    .option('--json', 'one JSON document')
    .action(async (path: string, texts: string[], { json }: { json?: true }) => {
      const shrunk = await openShrunkSpace(path);
      const answers = texts.map((text) => {
        const architecture = shrunk.space.parse(text);
        const pocket = shrunk.pocketOf(architecture);
        return {
          architecture: shrunk.space.format(architecture),
          contained: pocket !== undefined,
          pocket: pocket ?? null,
        };
      });
      if (json) sayJson(answers);
      else {
        say(
          table(
            ['architecture', 'kept'],
            answers.map((answer) => [answer.architecture, answer.contained ? `yes, in pocket ${answer.pocket}` : 'no']),
          ),
        );
      }
    });
};
