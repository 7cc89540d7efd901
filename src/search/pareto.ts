/** Two objectives at once: larger accuracy and smaller cost. */
import type { Measurement } from '../measurements/measurement.js';

/** The cost of a measured architecture: exact, or measured with it. Smaller is better; NaN where it is not known. */
export type CostOf = (measurement: Measurement) => number;

/** What a point is judged by; no number is NaN. */
export interface Objectives {
  readonly accuracy: number;
  readonly cost: number;
}

/** Whether `a` is no worse than `b` in both and better in one. */
export function dominates(a: Objectives, b: Objectives): boolean {
  return a.accuracy >= b.accuracy && a.cost <= b.cost && (a.accuracy > b.accuracy || a.cost < b.cost);
}

/**
 * Non-dominated sorting: the points that no other dominates, then those that only they dominate, and so on. Each front from cheap to costly,
 * equal points in the order given. O(n log n + n fronts): in the order of cost, a point belongs to the first front whose most
 * accurate point so far does not dominate it.
 */
export function sortIntoFronts<Point extends Objectives>(points: readonly Point[]): Point[][] {
  const fronts: Point[][] = [];
  for (const point of [...points].sort((a, b) => a.cost - b.cost || b.accuracy - a.accuracy)) {
    const front = fronts.find((own) => !dominates(own.at(-1)!, point));
    if (front === undefined) fronts.push([point]);
    else front.push(point);
  }
  return fronts;
}

/**
 * Crowding distance of every point of one front, from cheap to costly (Deb et al. 2002): half the perimeter of the box between its
 * neighbours, each objective as a share of its range over the front; infinite at both ends.
 */
export function crowdingDistances(front: readonly Objectives[]): number[] {
  const first = front[0];
  const last = front.at(-1);
  if (first === undefined || last === undefined) return [];
  const costRange = last.cost - first.cost || 1;
  const accuracyRange = last.accuracy - first.accuracy || 1;
  return front.map((_, i) => {
    const below = front[i - 1];
    const above = front[i + 1];
    if (below === undefined || above === undefined) return Number.POSITIVE_INFINITY;
    return (above.cost - below.cost) / costRange + (above.accuracy - below.accuracy) / accuracyRange;
  });
}
