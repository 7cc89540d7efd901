/** What each dimension is worth and which choices survive, beside operational pruning on the same measurements. */
import { sensitivity } from '../../locality/sensitivity.js';
import { choiceCounts } from '../../shrink/measures.js';
import { pruneOperators } from '../../shrink/operational-pruning.js';
import type { RunContent } from '../reading/run-content.js';
import type { ChoicesFigure } from '../run-report.js';
import { count, counted } from '../words.js';

/** Fewer pairs that differ in one dimension only do not tell what it is worth. */
const FEWEST_PAIRS = 10;

/**
 * The worth of a dimension is a Sobol index (Sensitivity.total): exact by the truth where all of the space is known, otherwise estimated from
 * what was measured.
 */
export function choicesFigure(run: RunContent): ChoicesFigure | undefined {
  const { shrunk, whole } = run;
  if (shrunk === undefined) return undefined;
  const { space, data } = shrunk;
  const shares = choiceCounts(space, data.members);
  const evidence = {
    architectures: data.measurements.map(({ architecture }) => architecture),
    accuracies: data.measurements.map(({ accuracy }) => accuracy),
  };
  const measured = sensitivity(space, evidence).dimensions;
  const exact = whole?.exact && space.unconstrained && BigInt(whole.truth.accuracies.length) === space.size;
  const known = exact
    ? sensitivity(space, {
        architectures: Array.from({ length: whole.truth.architectures.size }, (_, i) =>
          whole.truth.architectures.codesAt(i),
        ),
        accuracies: whole.truth.accuracies,
      })
    : undefined;
  const { dropped } = pruneOperators(space, data.measurements, data.members.size);
  const pruned = new Map(dropped.map(({ dimension, choice, order }) => [`${dimension} ${choice}`, order + 1]));
  const dimensions = space.dimensions.map(({ name, choices }, d): ChoicesFigure['dimensions'][number] => {
    const worth = known?.exact
      ? known.dimensions[d]!.total
      : measured[d]!.pairs >= FEWEST_PAIRS
        ? measured[d]!.total
        : Number.NaN;
    return {
      name,
      worth: Number.isNaN(worth) ? null : worth,
      choices: choices.map((choice, c) => {
        const { mean, measured: own } = measured[d]!.choices[c]!;
        const prunedAs = pruned.get(`${d} ${c}`);
        const share = data.members.size === 0 ? 0 : shares[d]![c]! / data.members.size;
        return {
          choice,
          share,
          mean: own === 0 ? null : mean,
          measured: own,
          ...(prunedAs !== undefined && { prunedAs }),
        };
      }),
    };
  });
  return { caption: captionOf(dimensions, known?.exact === true, data.measurements.length), dimensions };
}

function captionOf(dimensions: ChoicesFigure['dimensions'], isExact: boolean, measurements: number): string {
  const all = dimensions.flatMap(({ choices }) => choices);
  const alive = all.filter(({ share }) => share > 0);
  const deleted = all.filter(({ prunedAs }) => prunedAs !== undefined);
  const saved = deleted.filter(({ share }) => share > 0).length;
  const worthiest = dimensions.reduce((best, own) => ((own.worth ?? -1) > (best.worth ?? -1) ? own : best));
  const basis = isExact ? 'by the truth of the whole space' : `estimated from ${count(measurements)} measurements`;
  const worth =
    worthiest.worth === null
      ? ''
      : ` Most hangs on ${worthiest.name}: ${Math.round(100 * worthiest.worth)} % of the variance of the accuracy (${basis}).`;
  return (
    `${count(alive.length)} of ${counted(all.length, 'choice')} are still in use. Operational pruning on the same measurements, to the same size, would ` +
    `delete ${count(deleted.length)} of them altogether; ${count(saved)} of those live on here in good combinations.${worth}`
  );
}
