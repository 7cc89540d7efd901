/** Fast predictions of the surrogate: one look-up a term. */
import type { Codes } from '../spaces/space.js';
import type { Ridge } from './surrogate-ridge.js';
import { type Contrasts, contributionTable } from './surrogate-terms.js';

/** Folds the weights into one table of contributions a term; the prediction is their sum. */
export function predictor({ prior, weights }: Ridge, contrasts: Contrasts): (codes: Codes) => number {
  let at = 1;
  const tables = prior.terms.map((term, t) => {
    const table = contributionTable(term, contrasts, weights.subarray(at, at + prior.counts[t]));
    at += prior.counts[t];
    return table;
  });
  const contributions = new Float64Array(tables.reduce((sum, { length }) => sum + length, 0));
  // a term of fewer than three dimensions is padded with one that is always 0
  const none = contrasts.length;
  const plan = new Int32Array(6 * tables.length);
  let start = 0;
  tables.forEach((table, t) => {
    const [first, second = none, third = none] = prior.terms[t];
    const thirdSize = third === none ? 1 : contrasts[third].length;
    const secondSize = second === none ? 1 : contrasts[second].length;
    plan.set([start, first, secondSize * thirdSize, second, thirdSize, third], 6 * t);
    contributions.set(table, start);
    start += table.length;
  });
  const choices = new Int32Array(none + 1);
  return (codes) => {
    for (let d = 0; d < none; d++) choices[d] = codes[d];
    let sum = weights[0];
    for (let p = 0; p < plan.length; p += 6) {
      const entry =
        plan[p] + choices[plan[p + 1]] * plan[p + 2] + choices[plan[p + 3]] * plan[p + 4] + choices[plan[p + 5]];
      sum += contributions[entry];
    }
    return sum;
  };
}
