/** Accuracy against cost, with the members that no other beats in both. */
import type { RunContent } from '../reading/run-content.js';
import type { CostFigure } from '../run-report.js';
import { count, counted, percent } from '../words.js';

/** Of equal members the one admitted first stands for all. */
export function costFigure({ judging, shrunk, whole, evaluations }: RunContent): CostFigure | undefined {
  const cost = judging?.costs[0];
  if (cost === undefined || (shrunk === undefined && evaluations.length === 0)) return undefined;
  const limit = judging!.limits.find((own) => own.cost === cost.name);
  const members = whole === undefined ? 'predicted' : 'truth';
  const kept = shrunk?.data.members;
  const accuracyOf = (i: number) =>
    whole === undefined ? shrunk!.data.predicted[i]! : judging!.truth!(kept!.codesAt(i));
  const points = Array.from({ length: kept?.size ?? 0 }, (_, index) => {
    const codes = kept!.codesAt(index);
    return {
      index,
      accuracy: accuracyOf(index),
      cost: shrunk!.data.memberCosts.get(cost.name)?.[index] ?? cost.of(codes),
    };
  }).filter((point) => !Number.isNaN(point.accuracy) && !Number.isNaN(point.cost));
  const front = frontOf(points);
  const unit = cost.unit === '' ? '' : ` ${cost.unit}`;
  const bounds = limit === undefined ? '' : ` All members keep the limit of ${limit.max}${unit}.`;
  const caption =
    front.length === 0
      ? `Measured accuracy against ${cost.name}.`
      : `${counted(front.length, 'member')} of ${count(kept!.size)} ${front.length === 1 ? 'is' : 'are'} beaten by no other in both ` +
        `${members === 'truth' ? 'true' : 'predicted'} accuracy and ${cost.name}: from ${percent(front[0]!.accuracy)} at ` +
        `${shown(front[0]!.cost)}${unit} to ${percent(front.at(-1)!.accuracy)} at ${shown(front.at(-1)!.cost)}${unit}.${bounds}`;
  return {
    ...{ caption, cost: cost.name, unit: cost.unit, members, front: front.map(({ index }) => index) },
    ...(limit !== undefined && { max: limit.max }),
  };
}

interface Point {
  readonly index: number;
  readonly accuracy: number;
  readonly cost: number;
}

/** In the order of cost, a point is on the front where it is more accurate than all before it. */
function frontOf(points: readonly Point[]): Point[] {
  const front: Point[] = [];
  let best = Number.NEGATIVE_INFINITY;
  for (const point of points.toSorted((a, b) => a.cost - b.cost || b.accuracy - a.accuracy || a.index - b.index)) {
    if (!(point.accuracy > best)) continue;
    best = point.accuracy;
    front.push(point);
  }
  return front;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
