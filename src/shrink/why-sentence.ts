/** The explanation of one architecture in words. */
import type { SearchSpace } from '../spaces/space.js';
import type { ShrunkSpaceView } from './shrunk-space-view.js';
import { isByRadius, type OperationalVerdict, type Why, type WhyDropped, type WhyKept } from './why.js';

/** Says what `why` found, in a few sentences. Rounds count from 1 here, as people count. */
export function whySentence(shrunk: ShrunkSpaceView, explained: Why): string {
  return whySentences(shrunk, explained).join(' ');
}

/** The same, sentence by sentence. */
export function whySentences(shrunk: ShrunkSpaceView, explained: Why): string[] {
  const { space } = shrunk;
  const story = explained.outcome === 'kept' ? keptSentences(shrunk, explained) : droppedSentences(shrunk, explained);
  return [...story, pruningSentence(space, explained.operationalPruning)];
}

const SHOWN_OPERATORS = 3;

function keptSentences({ size, space }: ShrunkSpaceView, found: WhyKept): string[] {
  const { text, pocket, pocketSize, seed, rank, lineage } = found;
  const origin =
    seed === undefined
      ? ''
      : seed.distance === 0
        ? ', of which it is itself a seed'
        : `, grown from the seed ${space.format(seed.architecture)} (measured ${show(seed.measured)}), ${edits(seed.distance)} away`;
  return [
    `${text} was kept: it is in pocket ${pocket} (${networks(pocketSize)})${origin}.`,
    `Line of descent: ${descent(lineage)}.`,
    `${predictionOf(found)}, number ${rank} of the ${size} kept${measurementOf(found)}.`,
  ];
}

/** Rounds in a row with the same pockets are told together. */
function descent(lineage: WhyKept['lineage']): string {
  const stretches: { what: string; last: number; first: number }[] = [];
  for (const { round, pockets } of lineage) {
    const what = names('pocket', pockets);
    const open = stretches.at(-1);
    if (open?.what === what) open.first = round + 1;
    else stretches.push({ what, last: round + 1, first: round + 1 });
  }
  return stretches
    .map(({ what, last, first }) => `${what} of ${last === first ? `round ${last}` : `rounds ${last} to ${first}`}`)
    .join(', from ');
}

function droppedSentences(shrunk: ShrunkSpaceView, found: WhyDropped): string[] {
  const { space } = shrunk;
  const { text, reason, nearest, standings, decided, broken, unknownCosts } = found;
  const last = standings.at(-1);
  const near =
    nearest === undefined
      ? []
      : [
          `The nearest kept one is ${space.format(nearest.architecture)} in pocket ${nearest.pocket}, ${edits(nearest.distance)} away.`,
        ];
  const knowledge = `${predictionOf(found)}${measurementOf(found)}.`;
  const unknown =
    unknownCosts.length === 0
      ? []
      : [`Its ${unknownCosts.join(' and ')} is not recorded here, so it may also break that limit.`];
  switch (reason) {
    case 'invalid':
      return [`${text} is not in space "${space.name}": its choices are a forbidden combination.`, ...near];
    case 'over limit': {
      const limits = broken.map(({ cost, unit, max, value }) =>
        Number.isNaN(value)
          ? `its ${cost} is not known, and the limit is ${amount(max, unit)}`
          : `its ${cost} is ${amount(value, unit)}, ${amount(value - max, unit)} over the limit of ${amount(max, unit)}`,
      );
      return [`${text} was never allowed: ${limits.join('; ')}.`, knowledge, ...near];
    }
    case 'below border': {
      const { predicted, border } = standings[decided!]!;
      const later = decided === standings.length - 1 ? '' : ', and it stayed below in every later round';
      return [
        `${text} was dropped in round ${decided! + 1} of ${standings.length}: predicted ${show(predicted)}, where ${show(border)} was the lowest admitted${later}.`,
        knowledge,
        ...unknown,
        ...near,
      ];
    }
    case 'never reached':
      return [
        isByRadius(shrunk)
          ? `${text} is outside the neighbourhoods that were kept.`
          : `${text} was never reached: predicted ${show(last!.predicted)}, above the border of ${show(last!.border)}, but no chain of single edits among admitted networks led from a seed to it.`,
        knowledge,
        ...unknown,
        ...near,
      ];
  }
}

function predictionOf({ predicted }: Why | WhyKept | WhyDropped): string {
  return predicted === undefined
    ? 'There is no prediction for it'
    : `The last predictor expects ${show(predicted.mean)} with a deviation of ${show(predicted.deviation)}`;
}

function measurementOf({ measured, failed }: WhyKept | WhyDropped): string {
  if (measured !== undefined) return `; measured ${show(measured)}`;
  return failed === undefined ? '; not measured' : `; its measurement failed (${failed})`;
}

function pruningSentence({ dimensions }: SearchSpace, { keeps, deleted, deletedInAll }: OperationalVerdict): string {
  if (keeps) return 'Operational pruning on the same measurements would have left all its choices.';
  const operators = deleted.map(({ dimension, choice, meanAccuracy, order }) => {
    const { name, choices } = dimensions[dimension]!;
    const mean = Number.isNaN(meanAccuracy) ? 'never measured' : `mean accuracy ${show(meanAccuracy)}`;
    return `${name}=${choices[choice]} (${mean}, deletion ${order + 1} of ${deletedInAll})`;
  });
  const shown = operators.slice(0, SHOWN_OPERATORS).join(', ');
  const more =
    operators.length > SHOWN_OPERATORS ? ` and ${operators.length - SHOWN_OPERATORS} more of its choices` : '';
  return `Operational pruning on the same measurements would have deleted it with ${shown}${more}.`;
}

function show(value: number): string {
  return String(Number(value.toPrecision(5)));
}

function amount(value: number, unit: string): string {
  return unit === '' ? show(value) : `${show(value)} ${unit}`;
}

function edits(count: number): string {
  return count === 1 ? '1 edit' : `${count} edits`;
}

function networks(count: number): string {
  return count === 1 ? '1 network' : `${count} networks`;
}

function names(what: string, indices: readonly number[]): string {
  return indices.length === 1 ? `${what} ${indices[0]}` : `${what}s ${indices.join(' and ')}`;
}
