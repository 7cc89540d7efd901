/** The facts of a finished shrink, line by line, for the terminal and for the page. */
import type { Fact } from './run-report.js';
import type { RunSummary } from './run-summary.js';
import { count } from './text.js';

/** What the facts are about beside the summary. */
export interface FactContext {
  /** whether the truth is that of a surrogate */
  readonly isSurrogate: boolean;
  /** evaluations that could have been spent */
  readonly evaluations: number;
}

/** The whole space beside the shrunk one. */
export function runFacts(summary: RunSummary, { isSurrogate, evaluations }: FactContext): Fact[] {
  const { truth, wholeMeasuredMean: whole } = summary;
  const facts: Fact[] = [];
  const add = (label: string, own: string, shrunk: string) => facts.push({ label, whole: own, shrunk });
  add('architectures', count(BigInt(summary.wholeSize)), count(summary.size));
  const interval = Number.isFinite(whole.low) ? ` (${number(whole.low)} to ${number(whole.high)})` : '';
  add('mean accuracy, as measured or predicted', `${number(whole.mean)}${interval}`, number(summary.predictedMean));
  if (truth !== undefined) {
    const what = isSurrogate ? 'mean accuracy by the surrogate' : 'true mean accuracy';
    add(what, `${truth.exact ? '' : 'about '}${number(truth.wholeMean)}`, number(truth.shrunkMean));
    if (truth.exact) {
      const top = isSurrogate ? 'top (by the surrogate)' : 'true top';
      add(`of the ${top} 10`, '100 %', share(truth.retentionTop10));
      add(`of the ${top} 50`, '100 %', share(truth.retentionTop50));
      add(`of the ${top} 1 %`, '100 %', share(truth.retentionTop1Percent));
      add('regret', number(0), `${number(truth.regret)}${truth.optimumKept ? ', the optimum is kept' : ''}`);
      add('shrink index (0 to 1)', '0', truth.shrinkIndex.toFixed(3));
    } else {
      add('best, above the best of a random sample by', '', number(-truth.regret));
    }
  }
  add('pockets', '', count(summary.pockets.length));
  add('diversity (0 to 1)', '', summary.diversity.toFixed(3));
  for (const { cost, max } of summary.limits) add(`${cost}, at most`, '', String(max));
  add('evaluations spent', '', spentOf(summary, evaluations));
  add('stopped because', '', summary.stop);
  return facts;
}

/** What was spent, and what was not and why. */
function spentOf({ spent, failed, stop }: RunSummary, evaluations: number): string {
  const failures = failed > 0 ? ` (${failed} failed)` : '';
  if (spent >= evaluations) return `${spent}${failures}`;
  const why = stop === 'no improvement' ? 'no more were needed' : 'nothing new was left to measure';
  return `${spent}${failures} of ${evaluations}: ${why}`;
}

function number(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '';
}

/** A share of 0 .. 1 in percent. */
export function share(value: number): string {
  return value > 0 && value < 0.005 ? '<1 %' : `${Math.round(100 * value)} %`;
}
