/** Spending a few evaluations where they say most about locality. */
import { InputError } from '../errors.js';
import type { Random } from '../math/random.js';
import { evaluateAll } from '../measurements/evaluate-all.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Failure, Measurement } from '../measurements/measurement.js';
import { diameter, forEachEdit } from '../spaces/edits.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { codesKey, type Evidence } from './evidence.js';

/** How much to spend, and how. */
export interface ProbeOptions {
  /** evaluations to spend; fewer are when the space holds no more that can be measured */
  readonly evaluations: number;
  readonly random: Random;
  readonly signal?: AbortSignal;
  /** called after every evaluation spent */
  readonly onProgress?: (spent: number, evaluations: number) => void;
  /** draws the first of a chain; a uniform sample of the space unless told */
  readonly sample?: (random: Random) => Architecture;
}

/** What a probe measured: evidence for `localityVerdict`, and measurements that a shrink can use again. */
export interface LocalityProbe extends Evidence {
  readonly architectures: readonly Architecture[];
  readonly accuracies: Float64Array;
  /** which chain each row belongs to */
  readonly groups: Int32Array;
  readonly measurements: readonly Measurement[];
  readonly failures: readonly Failure[];
  readonly spent: number;
}

/**
 * Measures short chains: a uniformly random start, then architectures a growing number of edits away from it, every edit
 * leading further from the start. Random pairs of a large space are all far apart; a chain holds pairs at 1, 2, 3 ..
 * edits, and every member is by itself as random as the start, so that the measurements serve as a sample of the space too.
 * The same stream plans the same chains whatever the evaluator's speed.
 * @throws InputError when `evaluations` is below 2 or no architecture can be measured
 */
export async function probeLocality(
  space: SearchSpace,
  evaluator: Evaluator,
  options: ProbeOptions,
): Promise<LocalityProbe> {
  const { evaluations, random, signal, onProgress, sample = (stream) => space.sample(stream) } = options;
  if (!(Number.isInteger(evaluations) && evaluations >= 2)) {
    throw new InputError(`a probe needs a whole number of at least 2 evaluations, not ${evaluations}`);
  }
  const offsets = chainOffsets(diameter(space));
  const planned = new Set<string>();
  const rows: { measurement: Measurement; chain: number }[] = [];
  const failures: Failure[] = [];
  let spent = 0;
  let chain = 0;
  const chainLimit = 1000 + 20 * evaluations;

  while (spent < evaluations && chain < chainLimit) {
    const batch: { architecture: Architecture; chain: number }[] = [];
    while (spent + batch.length < evaluations && chain < chainLimit) {
      for (const architecture of growChain(space, evaluator, sample, offsets, random.split('chain').split(chain))) {
        const key = codesKey(architecture);
        if (planned.has(key) || spent + batch.length >= evaluations) continue;
        planned.add(key);
        batch.push({ architecture, chain });
      }
      chain++;
    }
    const outcomes = await evaluateAll(
      evaluator,
      batch.map(({ architecture }) => architecture),
      {
        ...(signal === undefined ? {} : { signal }),
        onOutcome: ({ kind }) => {
          if (kind === 'unavailable') return;
          spent++;
          onProgress?.(spent, evaluations);
        },
      },
    );
    outcomes.forEach((outcome, i) => {
      if (outcome.kind === 'measured') rows.push({ measurement: outcome, chain: batch[i].chain });
      if (outcome.kind === 'failed') failures.push(outcome);
    });
  }
  if (spent === 0)
    throw new InputError(`no random architecture of space ${space.name} can be measured by ${evaluator.name}`);

  const measurements = rows.map(({ measurement }) => measurement);
  return {
    architectures: measurements.map(({ architecture }) => architecture),
    accuracies: Float64Array.from(measurements, ({ accuracy }) => accuracy),
    groups: Int32Array.from(rows, (row) => row.chain),
    measurements,
    failures,
    spent,
  };
}

/**
 * How many edits from its start each member of a chain lies: 0, 1, 2, 3, and in large spaces, where correlation may reach
 * further, doubling from there up to half the diameter.
 */
export function chainOffsets(furthest: number): number[] {
  const offsets = [0, 1, 2, 3].filter((offset) => offset <= furthest);
  for (let offset = 6; offset <= furthest / 2; offset *= 2) offsets.push(offset);
  return offsets;
}

/** One chain; shorter where no edit leads on or the evaluator is known not to measure a member. */
function growChain(
  space: SearchSpace,
  evaluator: Evaluator,
  sample: (random: Random) => Architecture,
  offsets: readonly number[],
  random: Random,
): Architecture[] {
  const start = sample(random);
  if (evaluator.canMeasure?.(start) === false) return [];
  const chain = [start];
  const codes = Array.from(start);
  for (let member = 1; member < offsets.length; member++) {
    const before = [...codes];
    const found = firstMeasurable(() => {
      codes.splice(0, codes.length, ...before);
      for (let edit = offsets[member - 1]; edit < offsets[member]; edit++) {
        if (!editAway(space, start, codes, random)) return undefined;
      }
      const architecture = space.architecture(codes);
      return evaluator.canMeasure?.(architecture) === false ? undefined : architecture;
    });
    if (!found) break;
    chain.push(found);
  }
  return chain;
}

function firstMeasurable(propose: () => Architecture | undefined): Architecture | undefined {
  for (let tried = 0; tried < 20; tried++) {
    const architecture = propose();
    if (architecture) return architecture;
  }
  return undefined;
}

/**
 * Changes `codes` by one edit that leads further from `start`; false where there is none. All dimensions that allow one are
 * equally likely, then all edits within it, so that members stay as uniform as the start.
 */
function editAway(space: SearchSpace, start: Architecture, codes: number[], random: Random): boolean {
  const edits: number[][] = [];
  forEachEdit(space, codes, (d, choice) => {
    edits[d] ??= [];
    edits[d].push(choice);
  });
  const open = edits.flatMap((choices, d) => {
    const away = choices.filter((choice) => leadsAway(space.dimensions[d].ordered, start[d], codes[d], choice));
    return away.length > 0 ? [{ d, away }] : [];
  });
  if (open.length === 0) return false;
  const { d, away } = open[random.integer(open.length)];
  codes[d] = away[random.integer(away.length)];
  return true;
}

function leadsAway(ordered: boolean, start: number, now: number, next: number): boolean {
  return ordered ? Math.abs(next - start) > Math.abs(now - start) : now === start;
}
