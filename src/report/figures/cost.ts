/** Accuracy against cost, with the architectures that no other beats in both. */
import type { Cost } from '../../spaces/space.js';
import type { RunContent } from '../reading/run-content.js';
import type { CostFigure } from '../run-report.js';
import { counted, count as countText, percent } from '../words.js';

/** Of equal points the first stands for all. */
export function costFigure(run: RunContent): CostFigure | undefined {
  const { judging, evaluations, shrunk } = run;
  const cost = judging?.costs[0];
  if (cost === undefined || (shrunk === undefined && evaluations.length === 0)) return undefined;
  const { accuracy, points } = pointsOf(run, cost);
  const known = points.filter((point) => !Number.isNaN(point.accuracy) && !Number.isNaN(point.cost));
  const front = frontOf(known);
  const limit = judging!.limits.find((own) => own.cost === cost.name);
  return {
    caption: captionOf(run, cost, accuracy, points.length, front),
    ...{ cost: cost.name, unit: cost.unit, accuracy, front: front.map(({ index }) => index) },
    ...(limit !== undefined && { max: limit.max }),
  };
}

/** The members, or while nothing is kept the evaluations. */
function pointsOf(
  { judging, shrunk, whole, evaluations }: RunContent,
  cost: Cost,
): Pick<CostFigure, 'accuracy'> & { points: Point[] } {
  if (shrunk === undefined) {
    const points = evaluations.map(({ codes, accuracy }, index) => ({ index, accuracy, cost: cost.of(codes) }));
    return { accuracy: 'measured', points };
  }
  const { members, predicted, memberCosts } = shrunk.data;
  const known = memberCosts.get(cost.name);
  const points = Array.from({ length: members.size }, (_, index) => {
    const codes = members.codesAt(index);
    const accuracy = whole === undefined ? predicted[index]! : judging!.truth!(codes);
    return { index, accuracy, cost: known?.[index] ?? cost.of(codes) };
  });
  return { accuracy: whole === undefined ? 'predicted' : 'truth', points };
}

function captionOf(
  { judging, shrunk }: RunContent,
  { name, unit }: Cost,
  accuracy: CostFigure['accuracy'],
  count: number,
  front: readonly Point[],
): string {
  const [cheapest, best] = [front[0], front.at(-1)];
  if (cheapest === undefined || best === undefined) return `Accuracy against ${name}.`;
  const what = shrunk === undefined ? 'evaluation' : 'member';
  const kind = accuracy === 'truth' ? 'true' : accuracy;
  const costing = (point: Point) =>
    `${percent(point.accuracy)} at ${shown(point.cost)}${unit === '' ? '' : ` ${unit}`}`;
  const limit = judging!.limits.find((own) => own.cost === name);
  const bounds =
    limit === undefined || shrunk === undefined
      ? ''
      : ` All members keep the limit of ${limit.max}${unit === '' ? '' : ` ${unit}`}.`;
  return (
    `${counted(front.length, what)} of ${countText(count)} ${front.length === 1 ? 'is' : 'are'} beaten by no other in both ` +
    `${kind} accuracy and ${name}: from ${costing(cheapest)} to ${costing(best)}.${bounds}`
  );
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
