/**
 * A YAML space of 30 dimensions with 5 choices each (9e20) and a program as its evaluator: 400 evaluations, 1,000,000 members, in a
 * process of its own, so that its peak memory is known. Prints one JSON document.
 */
import { join } from 'node:path';
import { command } from '../src/evaluators/command.js';
import { createRandom } from '../src/math/random.js';
import { shrink } from '../src/shrink/rounds.js';
import { spaceFromYaml } from '../src/space-files/space-from-yaml.js';
import { problem } from './problem.js';
import { repository } from './repository.js';

const space = spaceFromYaml('name: huge\ndimensions:\n  x: { choices: [0, 1, 2, 3, 4], repeat: 30 }\n', 'huge.yaml');
const { accuracy } = problem(30, 5, 1); // what the program answers, for judging the members
const size = Number(process.argv[2] ?? 1_000_000);
const program = command({
  program: process.execPath,
  args: [join(repository, 'scripts/run.mjs'), join(repository, 'bench/huge-evaluator.ts')],
  space,
});
let evaluatorSeconds = 0;
const evaluator = {
  ...program,
  evaluate: async (...asked: Parameters<typeof program.evaluate>) => {
    const began = performance.now();
    const outcome = await program.evaluate(...asked);
    evaluatorSeconds += (performance.now() - began) / 1000;
    return outcome;
  },
};
const started = performance.now();
const { members, pocketCount, spent, rounds } = await shrink({
  space,
  evaluator,
  evaluations: 400,
  size,
  random: createRandom(1),
});
const seconds = (performance.now() - started) / 1000 - evaluatorSeconds;
await program.close?.();
let sum = 0;
for (let i = 0; i < members.size; i++) sum += accuracy(members.codesAt(i));
const random = createRandom(2);
let wholeSum = 0;
for (let i = 0; i < 10_000; i++) wholeSum += accuracy(space.sample(random));
console.log(
  JSON.stringify({
    size: members.size,
    pockets: pocketCount,
    spent,
    rounds: rounds.length,
    seconds,
    peakGigabytes: process.resourceUsage().maxRSS / 1e6,
    meanAccuracy: sum / members.size,
    wholeMean: wholeSum / 10_000,
  }),
);
