/** The hypervolume indicator, by which fronts are compared. */
import { type Objectives, sortIntoFronts } from '../pareto.js';

/** Area that the points dominate, down to the accuracy and up to the cost of `reference`; points beyond it add nothing. */
export function hypervolume(points: readonly Objectives[], reference: Objectives): number {
  const [front = []] = sortIntoFronts(
    points.filter(({ accuracy, cost }) => accuracy > reference.accuracy && cost < reference.cost),
  );
  let area = 0;
  let below = reference.accuracy;
  for (const { accuracy, cost } of front) {
    area += (accuracy - below) * (reference.cost - cost);
    below = accuracy;
  }
  return area;
}
