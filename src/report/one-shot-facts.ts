/** The facts of a finished one-shot run, for the terminal and for the page. */
import type { Interval } from '../math/statistics.js';
import type { OneShotResult, ScratchResult } from '../runs/one-shot/result.js';
import type { Fact } from './run-report.js';
import { count } from './text.js';

/** What is known of the whole space beside what is known of the shrunk one. */
export function spaceFacts(result: OneShotResult): Fact[] {
  const { wholeSize, shrunkSize, accuracy, ranking, controls } = result;
  const facts: Fact[] = [
    { label: 'architectures', whole: count(BigInt(wholeSize)), shrunk: count(shrunkSize) },
    { label: 'pockets', whole: '', shrunk: count(result.pockets) },
    {
      label: 'mean accuracy by the same supernet',
      whole: intervalText(accuracy.whole, 1),
      shrunk: accuracy.shrunk === undefined ? '' : intervalText(accuracy.shrunk, 1),
    },
  ];
  if (ranking === undefined) return facts;
  const control = controls.find((other) => other.ranking !== undefined)?.ranking;
  const whole = control ?? ranking.before;
  const name = control === undefined ? 'before' : 'trained on whole';
  return [
    ...facts,
    {
      label: `Kendall tau with ${ranking.references.length} networks from scratch`,
      whole: `${tauText(whole.tau)} ${name}`,
      shrunk: `${tauText(ranking.after.tau)} after`,
    },
    {
      label: 'their mean accuracy by the supernet',
      whole: percentText(whole.meanAccuracy),
      shrunk: percentText(ranking.after.meanAccuracy),
    },
  ];
}

/** The networks that were trained from scratch, with what each stands for. */
export function scratchNetworks({ found, random, biggest, controls }: OneShotResult): [string, ScratchResult][] {
  return [
    ['found', found],
    ...controls.map((control): [string, ScratchResult] => [`found with ${control.name}`, control.found]),
    ['a random one', random],
    ['the biggest', biggest],
  ];
}

/** One sentence: how the network found compares with a random one and with the biggest. */
export function foundSentence({ found, random, biggest, cost }: OneShotResult): string {
  if (found.accuracy === null) return 'The network found could not be trained from scratch.';
  const against = (name: string, other: ScratchResult) => {
    if (other.accuracy === null) return `${name} could not be trained`;
    const difference = found.accuracy! - other.accuracy;
    return `${Math.abs(difference).toFixed(1)} points ${difference >= 0 ? 'above' : 'below'} ${name}`;
  };
  const share = Math.round((100 * found.cost) / biggest.cost);
  return `The network found is ${against('a random one', random)} and ${against('the biggest', biggest)}, at ${share} % of the biggest one's ${cost.name}.`;
}

/** A Kendall tau with its interval. */
export function tauText(tau: Interval): string {
  return intervalText(tau, 2);
}

/** A test accuracy; a network whose training diverged has none. */
export function testText(accuracy: number | null): string {
  return accuracy === null ? 'diverged' : percentText(accuracy);
}

function intervalText({ mean, low, high }: Interval, digits: number): string {
  if (Number.isNaN(mean)) return 'not known';
  const known = Number.isFinite(low) && Number.isFinite(high);
  return known ? `${mean.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})` : mean.toFixed(digits);
}

function percentText(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(1)} %` : 'not known';
}
