/**
 * Shrinks a huge space with a program as its evaluator and 400 evaluations, in a process of its own, so that its peak memory is known: arguments are
 * the space, the members to keep, and where there is one the limited cost and its limit. Prints one JSON document.
 */
import { join } from 'node:path';
import { command } from '../src/evaluators/command.js';
import { createRandom } from '../src/math/random.js';
import { Region } from '../src/shrink/region.js';
import { shrink } from '../src/shrink/rounds.js';
import { hugeProblem } from './huge-problem.js';
import { repository } from './repository.js';

const [name, count, costName, max] = process.argv.slice(2) as [string, string, string?, string?];
const { space, accuracy } = hugeProblem(name);
const limits = costName === undefined ? [] : [{ cost: space.costs.get(costName)!, max: Number(max) }];
const program = command({
  program: process.execPath,
  args: [join(repository, 'scripts/run.mjs'), join(repository, 'bench/huge-evaluator.ts'), name],
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
for (const { cost } of limits) cost.of(space.sample(createRandom(3))); // the look-up is made before the clock starts
const started = performance.now();
const { members, pocketCount, spent, rounds } = await shrink({
  ...{ space, evaluator, limits, evaluations: 400, size: Number(count), random: createRandom(1) },
});
const seconds = (performance.now() - started) / 1000 - evaluatorSeconds;
await program.close?.();
const peakGigabytes = process.resourceUsage().maxRSS / 1e6;
let sum = 0;
let overLimit = 0;
for (let i = 0; i < members.size; i++) {
  const codes = members.codesAt(i);
  sum += accuracy(codes);
  if (limits.some(({ cost, max }) => !(cost.of(codes) <= max))) overLimit++;
}
const region = new Region(space, limits);
const random = createRandom(2);
const WHOLE = 10_000;
let wholeSum = 0;
for (let i = 0; i < WHOLE; i++) wholeSum += accuracy(region.sample(random));
console.log(
  JSON.stringify({
    name,
    architectures: String(space.size),
    ...(costName !== undefined && { limit: { cost: costName, max: Number(max) } }),
    size: members.size,
    pockets: pocketCount,
    spent,
    rounds: rounds.length,
    seconds,
    peakGigabytes,
    overLimit,
    meanAccuracy: sum / members.size,
    wholeMean: wholeSum / WHOLE,
  }),
);
