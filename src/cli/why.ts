/** `lissnas why`: why an architecture was kept or dropped. */
import { openShrunkSpace } from '../runs/open.js';
import { why } from '../shrink/why.js';
import { whySentences } from '../shrink/why-sentence.js';
import type { Register } from './options.js';
import { say, sayJson } from './terminal.js';

/** Adds the command. */
export const registerWhy: Register = (program) => {
  program
    .command('why')
    .description('why an architecture was kept or dropped')
    .argument('<run>', 'a run folder or a shrunk-space.json')
    .argument('<architecture>', "in the space's notation")
    .option('--json', 'one JSON document')
    .action(async (path: string, text: string, { json }: { json?: true }) => {
      const shrunk = await openShrunkSpace(path);
      const explained = why(shrunk, shrunk.space.parse(text));
      const sentences = whySentences(shrunk, explained);
      if (json) sayJson({ ...explained, sentence: sentences.join(' ') });
      else for (const sentence of sentences) say(sentence);
    });
};
