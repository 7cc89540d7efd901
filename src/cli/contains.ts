/** `lissnas contains`: whether architectures were kept. */
import { openShrunkSpace } from '../runs/open.js';
import type { Register } from './options.js';
import { say, sayJson } from './terminal.js';

/** Adds the command. The exit code is 0 where all were kept, 1 where one was not. */
export const registerContains: Register = (program) => {
  program
    .command('contains')
    .description('whether architectures are in the shrunk space; exit code 0 if all are, 1 if one is not')
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
      else for (const { architecture, contained } of answers) say(`${contained ? 'yes' : 'no '}  ${architecture}`);
      if (answers.some(({ contained }) => !contained)) process.exitCode = 1;
    });
};
