/** `lissnas sample`: random architectures of the shrunk space. */
import { createRandom } from '../math/random.js';
import { openShrunkSpace } from '../runs/open.js';
import { type Register, wholeNumber } from './options.js';
import { say, sayJson } from './terminal.js';

interface Options {
  readonly count: number;
  readonly pocket?: number;
  readonly costBin?: number;
  readonly randomSeed: number;
  readonly json?: true;
}

/** Adds the command. */
export const registerSample: Register = (program) => {
  program
    .command('sample')
    .description('uniformly random architectures of the shrunk space, one per line; the same may come twice')
    .argument('<run>', 'a run folder or a shrunk-space.json')
    .option('-n, --count <n>', 'how many', wholeNumber('--count', 1), 1)
    .option('--pocket <p>', 'of this pocket only', wholeNumber('--pocket'))
    .option('--cost-bin <b>', 'of this cost bin only', wholeNumber('--cost-bin'))
    .option('--random-seed <k>', 'the same number gives the same architectures', wholeNumber('--random-seed'), 1)
    .option('--json', 'one JSON document')
    .action(async (path: string, { count, pocket, costBin, randomSeed, json }: Options) => {
      const shrunk = await openShrunkSpace(path);
      const random = createRandom(randomSeed);
      const part = { ...(pocket !== undefined && { pocket }), ...(costBin !== undefined && { costBin }) };
      const drawn = Array.from({ length: count }, () => shrunk.space.format(shrunk.sample(random, part)));
      if (json) sayJson(drawn);
      else for (const architecture of drawn) say(architecture);
    });
};
