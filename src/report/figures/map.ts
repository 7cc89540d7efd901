/** Architectures in two dimensions: principal coordinates of the edit distance. */
import { principalComponents } from '../../math/principal-components.js';
import type { Codes, SearchSpace } from '../../spaces/space.js';
import type { RunContent } from '../reading/run-content.js';
import type { MapFigure } from '../run-report.js';
import { counted } from '../words.js';

/** More coordinates would take too long. */
const MOST_COORDINATES = 1000;
const FEWEST_POINTS = 3;

/**
 * The members, or while nothing is kept what has been evaluated. Every architecture is a point whose squared distance from another is their edit distance: an unordered dimension has one coordinate a choice, 1 / sqrt 2
 * for the choice taken, an ordered one has one a step, 1 for every step below the choice. The principal components of all points show most of these distances.
 */
export function mapFigure({ space: seen, shrunk, evaluations }: RunContent): MapFigure | undefined {
  if (seen === undefined) return undefined;
  const points: Points = shrunk?.data.members ?? pack(evaluations);
  if (points.size < FEWEST_POINTS) return undefined;
  const coordinates = coordinatesOf(seen.space);
  const n = coordinates.reduce((sum, { width }) => sum + width, 0);
  if (n === 0 || n > MOST_COORDINATES) return undefined;
  const { covariance, means } = momentsOf(points, coordinates, n);
  let variance = 0;
  for (let i = 0; i < n; i++) variance += covariance[i * (n + 1)]!;
  if (!(variance > 0)) return undefined;
  const [first, second] = principalComponents(covariance, n, 2);
  const places = (vector: Float64Array | undefined) =>
    coordinates.map(({ from, points }) =>
      points.map((point) => point.reduce((sum, value, at) => sum + value * (vector?.[from + at] ?? 0), 0)),
    );
  const centre = (vector: Float64Array | undefined) =>
    means.reduce((sum, mean, at) => sum + mean * (vector?.[at] ?? 0), 0);
  const shown = [first!.eigenvalue / variance, (second?.eigenvalue ?? 0) / variance] as const;
  const what =
    shrunk === undefined
      ? counted(points.size, 'evaluated architecture')
      : `${counted(shrunk.size, 'architecture')} in ${counted(shrunk.pockets.length, 'pocket')}`;
  return {
    caption:
      `${what}; what lies close here differs in few edits. ` +
      `The two axes show ${Math.round(100 * (shown[0] + shown[1]))} % of the squared distances, so what seems close may still differ in what they do not show.`,
    x: places(first?.vector),
    y: places(second?.vector),
    centre: [centre(first?.vector), centre(second?.vector)],
    shown,
  };
}

/** The coordinates of one dimension, which begin at `from`: a point for every choice. */
interface Coordinates {
  readonly from: number;
  readonly width: number;
  readonly points: readonly (readonly number[])[];
}

function coordinatesOf({ dimensions }: SearchSpace): Coordinates[] {
  let from = 0;
  return dimensions.map(({ choices, ordered }) => {
    const width = ordered ? choices.length - 1 : choices.length;
    const points = choices.map((_, choice) =>
      Array.from({ length: width }, (__, at) => (ordered ? Number(at < choice) : Number(at === choice) * Math.SQRT1_2)),
    );
    const own = { from, width, points };
    from += width;
    return own;
  });
}

/** The codes of architectures, one after the other. */
interface Points {
  readonly packed: Uint8Array;
  readonly size: number;
}

function pack(architectures: readonly { readonly codes: Codes }[]): Points {
  return {
    packed: Uint8Array.from(architectures.flatMap(({ codes }) => Array.from(codes))),
    size: architectures.length,
  };
}

/** Means and covariances (dividing by the number of points) of the coordinates, from how often pairs of choices occur together. */
function momentsOf({ packed, size }: Points, coordinates: readonly Coordinates[], n: number) {
  const D = coordinates.length;
  const starts = new Int32Array(D);
  let choices = 0;
  coordinates.forEach(({ points }, d) => {
    starts[d] = choices;
    choices += points.length;
  });
  const together = new Float64Array(choices * choices);
  const places = new Int32Array(D);
  for (let point = 0; point < size; point++) {
    for (let d = 0; d < D; d++) places[d] = starts[d]! + packed[point * D + d]!;
    for (let d = 0; d < D; d++) {
      const row = places[d]! * choices;
      for (let e = d; e < D; e++) together[row + places[e]!]!++;
    }
  }
  const means = new Float64Array(n);
  const covariance = new Float64Array(n * n);
  for (let d = 0; d < D; d++) {
    const own = coordinates[d]!;
    own.points.forEach((point, choice) => {
      const place = starts[d]! + choice;
      const share = together[place * (choices + 1)]! / size;
      for (let at = 0; at < own.width; at++) means[own.from + at]! += share * point[at]!;
    });
    for (let e = d; e < D; e++)
      addProducts(
        covariance,
        n,
        [own, coordinates[e]!],
        (a, b) => together[(starts[d]! + a) * choices + starts[e]! + b]! / size,
      );
  }
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const value = covariance[i * n + j]! - means[i]! * means[j]!;
      covariance[i * n + j] = value;
      covariance[j * n + i] = value;
    }
  }
  return { covariance, means };
}

/** Adds the mean products of the coordinates of two dimensions; `share` is that of the points with both choices. */
function addProducts(
  sums: Float64Array,
  n: number,
  [first, second]: readonly [Coordinates, Coordinates],
  share: (a: number, b: number) => number,
): void {
  for (let a = 0; a < first.points.length; a++) {
    for (let b = 0; b < second.points.length; b++) {
      const weight = share(a, b);
      if (weight === 0) continue;
      for (let i = 0; i < first.width; i++) {
        const left = weight * first.points[a]![i]!;
        if (left === 0) continue;
        for (let j = 0; j < second.width; j++)
          sums[(first.from + i) * n + second.from + j]! += left * second.points[b]![j]!;
      }
    }
  }
}
