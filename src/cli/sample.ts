/** `lissnas sample`: random architectures of the shrunk space. */
import { createRandom } from '../math/random.js';
import { openShrunkSpace } from '../runs/open.js';
import type { ShrunkSpace } from '../shrink/shrunk-space.js';
import type { Part } from '../shrink/shrunk-space-view.js';
import { type Register, wholeNumber } from './options.js';
import { sayPieces } from './stream.js';

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
    .option('--pocket <p>', 'of this pocket only, counted from 0', wholeNumber('--pocket'))
    .option('--cost-bin <b>', 'of this cost bin only, counted from 0', wholeNumber('--cost-bin'))
    .option('--random-seed <k>', 'the same number gives the same architectures', wholeNumber('--random-seed'), 1)
    .option('--json', 'one JSON document')
    .action(async (path: string, { count, pocket, costBin, randomSeed, json }: Options) => {
      const shrunk = await openShrunkSpace(path);
      const part = { ...(pocket !== undefined && { pocket }), ...(costBin !== undefined && { costBin }) };
      shrunk.sizeOf(part); // refuses a part that does not exist before anything is printed
      const drawn = draw(shrunk, count, part, randomSeed);
      await sayPieces(json ? jsonArray(drawn) : lines(drawn));
    });
};

function* draw(shrunk: ShrunkSpace, count: number, part: Part, randomSeed: number): Generator<string> {
  const random = createRandom(randomSeed);
  for (let i = 0; i < count; i++) yield shrunk.space.format(shrunk.sample(random, part));
}

function* lines(texts: Iterable<string>): Generator<string> {
  for (const text of texts) yield `${text}\n`;
}

function* jsonArray(texts: Iterable<string>): Generator<string> {
  let before = '[';
  for (const text of texts) {
    yield `${before}${JSON.stringify(text)}`;
    before = ',';
  }
  yield ']\n';
}
