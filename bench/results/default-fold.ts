/** From the results of default runs, one of each random seed, to what docs/results.md says of them. */
import { type Interval, mean, meanInterval } from '../../src/math/statistics.js';
import type { ControlResult, OneShotResult, Ranking } from '../../src/runs/one-shot/result.js';

/** Three things that are compared; each a 95 % Student t interval over random seeds. */
export interface Outcomes {
  /** test accuracy, percent, of the network found, trained from scratch */
  readonly found: Interval;
  /** Kendall tau-b of the supernet over architectures of the shrunk space that were trained from scratch */
  readonly tau: Interval;
  /** mean accuracy of these with the supernet's weights, percent of the validation images */
  readonly accuracy: Interval;
}

/** A way without LISSNAS at the same budget. */
export interface RivalSummary {
  readonly name: string;
  readonly outcomes: Outcomes;
  /** LISSNAS minus the rival, paired by random seed */
  readonly difference: Outcomes;
}

/** All of it. */
export interface DefaultSummary {
  /** of the first random seed; the others have the same settings */
  readonly example: OneShotResult;
  readonly results: readonly OneShotResult[];
  readonly lissnas: Outcomes;
  readonly rivals: readonly RivalSummary[];
  /** tau-b of the supernet as it was when the space was shrunk, before it was trained inside */
  readonly tauBefore: Interval;
  /** test accuracies from scratch of single networks, and the network found with LISSNAS minus them, paired */
  readonly yardsticks: readonly {
    readonly name: string;
    readonly accuracy: Interval;
    readonly difference: Interval;
  }[];
  /** what shrinking itself has gained: mean test accuracy from scratch of random members of the shrunk space, minus that of the random network of the whole */
  readonly members: { readonly accuracy: Interval; readonly gain: Interval };
}

interface Values {
  readonly found: number | null;
  readonly ranking: Ranking | undefined;
}

/** @param results of the same settings, one of each random seed, at least one */
export function foldDefault(results: readonly OneShotResult[]): DefaultSummary {
  const own = results.map(({ found, ranking }): Values => ({ found: found.accuracy, ranking: ranking?.after }));
  const found = own.map((values) => values.found);
  return {
    example: results[0]!,
    results,
    lissnas: outcomesOf(own),
    rivals: results[0]!.controls.map(({ name }) => {
      const rival = results.map((result) => valuesOf(result.controls.find((control) => control.name === name)!));
      return { name, outcomes: outcomesOf(rival), difference: differenceOf(own, rival) };
    }),
    tauBefore: known(results.map(({ ranking }) => ranking?.before.tau.mean)),
    yardsticks: (['random', 'biggest'] as const).map((name) => {
      const other = results.map((result) => result[name].accuracy);
      return { name, accuracy: known(other), difference: paired(found, other) };
    }),
    members: {
      accuracy: known(results.map(meanOfMembers)),
      gain: paired(
        results.map(meanOfMembers),
        results.map(({ random }) => random.accuracy),
      ),
    },
  };
}

function meanOfMembers({ ranking }: OneShotResult): MaybeKnown {
  const accuracies = (ranking?.references ?? []).map(({ accuracy }) => accuracy).filter(isKnown);
  return accuracies.length === 0 ? undefined : mean(accuracies);
}

function valuesOf({ found, ranking }: ControlResult): Values {
  return { found: found.accuracy, ranking };
}

function outcomesOf(values: readonly Values[]): Outcomes {
  return {
    found: known(values.map(({ found }) => found)),
    tau: known(values.map(({ ranking }) => ranking?.tau.mean)),
    accuracy: known(values.map(({ ranking }) => ranking?.meanAccuracy)),
  };
}

function differenceOf(own: readonly Values[], other: readonly Values[]): Outcomes {
  const pairedBy = (of: (values: Values) => MaybeKnown) => paired(own.map(of), other.map(of));
  return {
    found: pairedBy(({ found }) => found),
    tau: pairedBy(({ ranking }) => ranking?.tau.mean),
    accuracy: pairedBy(({ ranking }) => ranking?.meanAccuracy),
  };
}

/** JSON has null where a training diverged or a tau could not be told. */
type MaybeKnown = number | null | undefined;

function known(values: readonly MaybeKnown[]): Interval {
  return meanInterval(values.filter(isKnown));
}

/** Of the random seeds where both are known. */
function paired(own: readonly MaybeKnown[], other: readonly MaybeKnown[]): Interval {
  const differences = own.flatMap((value, i) => {
    const beside = other[i];
    return isKnown(value) && isKnown(beside) ? [value - beside] : [];
  });
  return meanInterval(differences);
}

function isKnown(value: MaybeKnown): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}
