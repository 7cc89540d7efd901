/** `lissnas evaluate`: architectures as the supernet of a finished run judges them. */
import { table } from '../report/text.js';
import { judgeArchitectures } from '../runs/one-shot/use.js';
import { interruptible } from './interruptible.js';
import type { Register } from './options.js';
import { say, sayJson } from './terminal.js';

/** Adds the command. */
export const registerEvaluate: Register = (program) => {
  program
    .command('evaluate')
    .description('how the supernet of a finished run judges architectures: accuracy on the validation images')
    .argument('<run>', 'the folder of a run that trained a supernet')
    .argument('<architecture...>', "in the space's notation")
    .option('--json', 'one JSON document')
    .action(async (path: string, texts: string[], { json }: { json?: true }) => {
      const judged = await interruptible((hooks) => judgeArchitectures(path, texts, hooks));
      if (json) return sayJson(judged);
      const rows = judged.map(({ architecture, isMember, cost, accuracy }) => [
        ...[architecture, accuracy === null ? 'not finite' : `${accuracy.toFixed(2)} %`, cost.toFixed(3)],
        isMember ? 'yes' : 'no',
      ]);
      say(table(['architecture', 'accuracy by the supernet', 'cost', 'in the shrunk space'], rows, [1, 2]));
    });
};
