/** Made-up results of one-shot measurements, small enough to be folded by hand. */
import { MACRO_FORMAT, type MacroResult, type Reference } from '../bench/one-shot/macro-result.js';
import { macroSettings } from '../bench/one-shot/macro-settings.js';
import { type OneShotResult, RESULT_FORMAT } from '../src/runs/one-shot/result.js';

/** Subnets whose truths are 1, 2, 3 and so on, and what two supernets make of them. */
export function references(whole: readonly (number | null)[], inside: readonly (number | null)[]): Reference[] {
  return whole.map((own, i) => ({
    ...{ architecture: `${i}`, truth: i + 1 },
    accuracies: { whole: own, inside: inside[i]! },
  }));
}

/** Found by the supernet of the whole space, and by the one inside. */
export function macroResult(
  randomSeed: number,
  inside: readonly Reference[],
  found: readonly [number, number],
): MacroResult {
  const of = (truth: number, rank: number) => ({ architecture: 'x', truth, rank });
  return {
    format: MACRO_FORMAT,
    ...{ version: '0', randomSeed, settings: macroSettings({ epochs: 5, batch: 128 }), steps: 1758 },
    images: { name: 'CIFAR-10', training: 45_000, validation: 5000 },
    whole: { size: 6561, meanTruth: 90, bestTruth: 93.127, meanFlops: 55.5 },
    shrunk: { size: 150, meanTruth: 92.5 + 0.1 * randomSeed, bestTruth: 93.1, meanFlops: 80.25, pockets: 2 },
    bestMeasured: of(93, 5),
    agreement: 1 / 3,
    references: { inside, whole: references([3, 2, 1], []) },
    found: [
      { ...of(found[0], 100), supernet: 'whole', searched: 'whole' },
      { ...of(found[1], 10 * randomSeed), supernet: 'inside', searched: 'shrunk' },
    ],
  };
}

/** @param taus of LISSNAS and of the control */
export function defaultResult(
  randomSeed: number,
  own: number | null,
  control: number,
  taus: readonly [number, number],
): OneShotResult {
  const ranking = (tau: number, meanAccuracy: number) => ({
    ...{ step: 2400, meanAccuracy },
    tau: { mean: tau, low: -1, high: 1, n: 6 },
  });
  const scratch = (accuracy: number | null) => ({ architecture: '00', cost: 1, accuracy });
  const found = (accuracy: number | null) => ({ ...scratch(accuracy), supernetAccuracy: 50, evaluations: 220 });
  return {
    format: RESULT_FORMAT,
    ...{ version: '0', space: 'mobile-tiny', data: 'shapes', randomSeed, cost: { name: 'flops_m', unit: 'M' } },
    ...{ wholeSize: '390625', shrunkSize: 2000, pockets: 3 },
    accuracy: { whole: { mean: 40, low: 39, high: 41, n: 20 } },
    ranking: {
      references: [{ ...scratch(80), before: 50, after: 60 }],
      before: ranking(0.1, 50),
      after: ranking(taus[0], 60),
    },
    found: found(own),
    random: scratch(70),
    biggest: scratch(82),
    controls: [{ name: 'no shrinking', size: '390625', ranking: ranking(taus[1], 45), found: found(control) }],
  };
}
