/**
 * A space of 30 dimensions with 5 choices each (9e20): 400 evaluations, 1,000,000 members, in a process of its own,
 * so that its peak memory is known. Prints one JSON document.
 */
import { fromFunction } from '../src/evaluators/from-function.js';
import { createRandom } from '../src/math/random.js';
import { shrink } from '../src/shrink/rounds.js';
import { problem } from './problem.js';

const { space, accuracy } = problem(30, 5, 1);
const size = Number(process.argv[2] ?? 1_000_000);
let evaluatorSeconds = 0;
const evaluator = fromFunction(
  (codes) => {
    const began = performance.now();
    const value = accuracy(codes);
    evaluatorSeconds += (performance.now() - began) / 1000;
    return value;
  },
  { space, name: 'NK landscape' },
);
const started = performance.now();
const { members, pocketCount, spent, rounds } = await shrink({
  space,
  evaluator,
  evaluations: 400,
  size,
  random: createRandom(1),
});
const seconds = (performance.now() - started) / 1000 - evaluatorSeconds;
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
