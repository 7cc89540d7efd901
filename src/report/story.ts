/** A run in one paragraph: what was asked, what was done, what came of it. */

import { foundSentence, tauText } from './one-shot-facts.js';
import type { RunContent } from './reading/run-content.js';
import { capitalized, count, counted, percent } from './words.js';

/** Says no more than what is known of the run. */
export function storyOf(run: RunContent): string {
  const { shrunk, isSoFar, result, notes } = run;
  const sentences =
    result !== undefined
      ? [...shrunkSentences(run), ...oneShotSentences(run, result)]
      : shrunk === undefined || isSoFar
        ? underWay(run)
        : shrunkSentences(run);
  const missing = notes.map((note) => `Not all could be read for this report: ${note}.`);
  return [...sentences, ...missing].join(' ');
}

/** What a run whose rounds go on has come to. */
function underWay({ space, evaluations, config, status, state, shrunk, summary }: RunContent): string[] {
  const asked = (config.shrink ?? config.oneShot)?.shrink;
  const size = asked?.size === undefined ? '' : ` to ${counted(asked.size, 'architecture')}`;
  const whole =
    space === undefined ? 'A space' : `${capitalized(space.space.name)}, ${counted(space.space.size, 'architecture')},`;
  const limits = (asked?.limits ?? []).map(({ cost, max }) => `${cost} at most ${max}`).join(', ');
  const measured = evaluations.filter(({ accuracy }) => !Number.isNaN(accuracy));
  const best = measured.reduce((most, { accuracy }) => Math.max(most, accuracy), Number.NEGATIVE_INFINITY);
  return [
    `${whole} is to be shrunk${size}${limits === '' ? '' : ` within limits (${limits})`}.`,
    `So far ${count(evaluations.length)} of ${asked === undefined ? 'an unknown number of' : count(asked.evaluations)} evaluations are finished${measured.length === 0 ? '' : `, the best with ${percent(best)}`}.`,
    ...(shrunk === undefined || summary === undefined
      ? []
      : [
          `Its latest round, after ${count(shrunk.data.rounds.at(-1)!.spent)} evaluations, holds ${counted(shrunk.size, 'architecture')} in ${counted(shrunk.pockets.length, 'pocket')} with a predicted mean of ${percent(summary.predictedMean)}; what is shown as kept is that.`,
        ]),
    ...(status === undefined || state === 'damaged' ? [] : [`Last heard: ${status.label}.`]),
  ];
}

function shrunkSentences({ shrunk, summary, judging, config, whole }: RunContent): string[] {
  if (shrunk === undefined || summary === undefined) return [];
  const { data, space } = shrunk;
  const failed = summary.failed === 0 ? '' : ` (${count(summary.failed)} of them failed)`;
  const evaluator = data.provenance.evaluator === undefined ? '' : ` by ${data.provenance.evaluator}`;
  const { truth, wholeMeasuredMean: first } = summary;
  const interval = Number.isFinite(first.low)
    ? ` (95 % interval ${first.low.toFixed(2)} to ${first.high.toFixed(2)})`
    : '';
  const limits = data.limits.map(({ cost, max, unit }) => `${cost} at most ${max}${unit === '' ? '' : ` ${unit}`}`);
  const kept = `${counted(shrunk.size, 'architecture')} in ${counted(shrunk.pockets.length, 'pocket')}`;
  return [
    `${capitalized(space.name)}, ${counted(space.size, 'architecture')}, was shrunk to ${kept} with ${counted(data.spent, 'evaluation')}${failed}${evaluator}; it ended because: ${data.stop}.`,
    ...(limits.length === 0 ? [] : [`${membersKeeping(shrunk)} keep the limits: ${limits.join(', ')}.`]),
    truth === undefined || judging === undefined
      ? `A uniform sample of ${count(first.n)} of the whole space${limits.length === 0 ? '' : ' within the limits'} was measured with a mean accuracy of ${percent(first.mean)}${interval}; the mean of the members is predicted as ${percent(summary.predictedMean)}.`
      : `The true mean accuracy is ${truth.exact ? '' : 'about '}${percent(truth.wholeMean)} in the whole space${limits.length === 0 ? '' : ' within the limits'} and ${percent(truth.shrunkMean)} in the shrunk one${truthSource(config.shrink?.truth)}${
          truth.exact && whole !== undefined
            ? `; of the true top 50, ${Math.round(100 * truth.retentionTop50)} % are kept, and the best kept is ${truth.optimumKept ? 'the optimum' : `${truth.regret.toFixed(2)} below the optimum`}`
            : ''
        }.`,
    `The best measured is ${summary.bestMeasured.architecture} with ${percent(summary.bestMeasured.accuracy)}.`,
    summary.locality.sentence,
  ];
}

function truthSource(column: string | undefined): string {
  return column === undefined ? '' : ` (column ${column}, which the search never saw)`;
}

/** Counted anew, member by member. */
function membersKeeping({ data, size }: NonNullable<RunContent['shrunk']>): string {
  let within = 0;
  for (let i = 0; i < size; i++) {
    if (data.limits.every(({ cost, max }) => data.memberCosts.get(cost)![i]! <= max)) within++;
  }
  return within === size ? `All ${count(size)} members` : `Only ${count(within)} of ${count(size)} members`;
}

function oneShotSentences({ config }: RunContent, result: NonNullable<RunContent['result']>): string[] {
  const { ranking, controls, found, cost } = result;
  const control = controls.find((other) => other.ranking !== undefined);
  const test =
    found.accuracy === null
      ? ''
      : `, ${percent(found.accuracy)} of the test images of ${result.data} when trained from scratch`;
  return [
    ...(ranking === undefined
      ? []
      : [
          `Kendall tau between the supernet and ${counted(ranking.references.length, 'member')} trained from scratch was ${tauText(ranking.before.tau)} before the training inside the shrunk space and ${tauText(ranking.after.tau)} after it${control === undefined ? '' : `; a supernet trained as long with ${control.name} has ${tauText(control.ranking!.tau)}`}.`,
        ]),
    `The search${config.oneShot === undefined ? '' : ` (${config.oneShot.search.searcher})`} found ${found.architecture} with ${cost.name} ${found.cost.toFixed(2)} ${cost.unit}${test}.`,
    foundSentence(result),
  ];
}
