/**
 * Counting and sampling what limits on sums leave of a space, however little that is and however large the space.
 *
 * Costs are counted in units of a small part of what the limit leaves above the cheapest network, rounded down group by group. So nothing
 * within the limits is left out, and a few combinations slightly beyond them are let in, which the caller rejects: what remains is uniform.
 */
import type { Random } from '../math/random.js';
import type { CostSum } from './cost-sum.js';
import { type LimitGroup, limitGroups, type SumLimit } from './limit-groups.js';
import type { SearchSpace } from './space.js';

/** A set of codes that holds all architectures within the limits, and a few beyond or (rarely) forbidden ones. */
export interface CountedLimits {
  /** how many, exact up to double precision */
  readonly count: number;
  /** Fills `codes` with a uniformly random one; must not be called when `count` is 0. */
  sampleInto(codes: number[], random: Random): void;
  /** Calls `visit` with every one; the array is the same each time. */
  forEach(visit: (codes: readonly number[]) => void): void;
}

/** Limits that are counted together; more are left to the caller's rejection. */
const MOST_AXES = 3;
/** Numbers that the table of ways may hold, and the finest division of one limit. */
const CELLS = 4_000_000;
const MOST_UNITS = 20_000;
/** Units in which limits are compared by how much they leave. */
const RANKING_UNITS = 500;

/**
 * Counts what is within limits on sums.
 * @param choices the choices that count, by dimension, ascending; all where missing
 * @param cells how many numbers may be worked with: fewer are quicker, and let more in that is beyond the limits
 * @returns undefined where the costs tie too many dimensions together
 */
export function countLimits(
  space: SearchSpace,
  limits: readonly SumLimit[],
  choices: readonly (readonly number[])[] = space.dimensions.map((dimension) => dimension.choices.map((_, c) => c)),
  cells = CELLS,
): CountedLimits | undefined {
  const found = limitGroups(space, limits, choices);
  if (found === undefined) return undefined;
  const { groups, slack } = found;
  if (slack.some((left) => !(left >= 0)) || groups.some((group) => group.combinations.length === 0)) return NOTHING;
  const binding = slack.flatMap((left, limit) => (left < mostExcess(groups, limit) ? [{ limit, left }] : []));
  const shareOf = new Map(binding.map((axis) => [axis, new Ways(groups, [axis], RANKING_UNITS).count]));
  const axes = binding.sort((a, b) => shareOf.get(a)! - shareOf.get(b)!).slice(0, MOST_AXES);
  const units = Math.floor((cells / (groups.length + 1)) ** (1 / Math.max(1, axes.length))) - 1;
  return new Ways(groups, axes, Math.min(MOST_UNITS, Math.max(1, units)));
}

/** The lowest and the highest value of a cost that is a sum, over all architectures; undefined where they cannot be told exactly. */
export function rangeOfSum(
  space: SearchSpace,
  sum: CostSum,
): { readonly least: number; readonly most: number } | undefined {
  const choices = space.dimensions.map((dimension) => dimension.choices.map((_, c) => c));
  const negative: CostSum = {
    base: -sum.base,
    tables: sum.tables.map(({ dimensions, values }) => ({ dimensions, values: Array.from(values, (value) => -value) })),
    divisor: sum.divisor,
  };
  const found = limitGroups(space, [{ sum, max: 0 }], choices);
  const negated = limitGroups(space, [{ sum: negative, max: 0 }], choices);
  if (found === undefined || negated === undefined || found.mayBeInvalid) return undefined;
  return { least: found.least[0]!, most: -negated.least[0]! };
}

const NOTHING: CountedLimits = { count: 0, sampleInto: () => {}, forEach: () => {} };

function mostExcess(groups: readonly LimitGroup[], limit: number): number {
  return groups.reduce(
    (total, { combinations }) => total + combinations.reduce((most, { excess }) => Math.max(most, excess[limit]!), 0),
    0,
  );
}

/** A limit that is counted, and the excess that it leaves. */
interface Axis {
  readonly limit: number;
  readonly left: number;
}

/** Combinations of one group that cost the same in units. */
interface Option {
  /** units on every axis */
  readonly units: readonly number[];
  /** the same as one step in the table of states */
  readonly step: number;
  readonly combinations: number[][];
}

/** The table of ways: how many there are to go on from a group with so many units left on every axis. */
class Ways implements CountedLimits {
  readonly #groups: readonly { readonly dimensions: readonly number[]; readonly options: readonly Option[] }[];
  /** units left on axis a in state s: #left[a][s]; the last state has all */
  readonly #left: readonly Uint16Array[];
  /** by group, then state; after the last group there is one way everywhere */
  readonly #ways: readonly Float64Array[];

  constructor(groups: readonly LimitGroup[], axes: readonly Axis[], most: number) {
    const strides = axes.map((_, a) => (most + 1) ** a);
    const states = (most + 1) ** axes.length;
    this.#left = strides.map((stride) =>
      Uint16Array.from({ length: states }, (_, state) => Math.floor(state / stride) % (most + 1)),
    );
    this.#groups = groups.map(({ dimensions, combinations }) => {
      const options = new Map<string, Option>();
      for (const { codes, excess } of combinations) {
        const units = axes.map(({ limit, left }) => unitsOf(excess[limit]!, left, most));
        if (units.some((own) => own > most)) continue;
        const key = units.join();
        const option = options.get(key);
        if (option !== undefined) option.combinations.push([...codes]);
        else {
          const step = units.reduce((sum, own, a) => sum + own * strides[a]!, 0);
          options.set(key, { units, step, combinations: [[...codes]] });
        }
      }
      return { dimensions, options: [...options.values()] };
    });
    const ways: Float64Array[] = [new Float64Array(states).fill(1)];
    for (const { options } of this.#groups.toReversed()) ways.unshift(this.#waysBefore(options, ways[0]!));
    this.#ways = ways;
  }

  get count(): number {
    return this.#ways[0]!.at(-1)!;
  }

  sampleInto(codes: number[], random: Random): void {
    let state = this.#ways[0]!.length - 1;
    this.#groups.forEach(({ dimensions, options }, g) => {
      const after = this.#ways[g + 1]!;
      let draw = random.float() * this.#ways[g]![state]!;
      let chosen: Option | undefined;
      for (const option of options) {
        if (!this.#fits(option, state) || after[state - option.step] === 0) continue;
        chosen = option;
        draw -= option.combinations.length * after[state - option.step]!;
        if (draw < 0) break;
      }
      const { combinations, step } = chosen!;
      set(codes, dimensions, combinations[random.integer(combinations.length)]!);
      state -= step;
    });
  }

  forEach(visit: (codes: readonly number[]) => void): void {
    const codes: number[] = [];
    const go = (g: number, state: number): void => {
      const group = this.#groups[g];
      if (group === undefined) {
        visit(codes);
        return;
      }
      for (const option of group.options) {
        if (!this.#fits(option, state) || this.#ways[g + 1]![state - option.step] === 0) continue;
        for (const own of option.combinations) {
          set(codes, group.dimensions, own);
          go(g + 1, state - option.step);
        }
      }
    };
    if (this.count > 0) go(0, this.#ways[0]!.length - 1);
  }

  #fits({ units }: Option, state: number): boolean {
    return units.every((own, a) => own <= this.#left[a]![state]!);
  }

  #waysBefore(options: readonly Option[], after: Float64Array): Float64Array {
    const before = new Float64Array(after.length);
    for (const option of options) {
      const { step, combinations } = option;
      const needed = option.units.flatMap((own, a) => (own > 0 ? [{ own, left: this.#left[a]! }] : []));
      for (let state = step; state < after.length; state++) {
        let fits = true;
        for (let n = 0; n < needed.length; n++) if (needed[n]!.left[state]! < needed[n]!.own) fits = false;
        if (fits) before[state]! += combinations.length * after[state - step]!;
      }
    }
    return before;
  }
}

/** Rounded down, and a little more where the quotient is about whole, so that no sum of them is too large. */
function unitsOf(excess: number, left: number, most: number): number {
  if (excess === 0) return 0;
  return Math.floor((excess / left) * most * (1 - 1e-12));
}

function set(codes: number[], dimensions: readonly number[], own: readonly number[]): void {
  for (let i = 0; i < dimensions.length; i++) codes[dimensions[i]!] = own[i]!;
}
