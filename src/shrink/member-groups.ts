/** Members by pocket, by cost bin or by both, for exact uniform sampling. */

/** Indices of members in groups that touch each other; made once, in linear time. */
export class MemberGroups {
  readonly #starts: Int32Array;
  readonly #members: Int32Array;

  /** @param groupOf group of each member, 0 .. count - 1 */
  constructor(groupOf: ArrayLike<number>, count: number) {
    const starts = new Int32Array(count + 1);
    for (let member = 0; member < groupOf.length; member++) starts[groupOf[member]! + 1]!++;
    for (let group = 0; group < count; group++) starts[group + 1] = starts[group + 1]! + starts[group]!;
    const members = new Int32Array(groupOf.length);
    const next = starts.slice(0, count);
    for (let member = 0; member < groupOf.length; member++) members[next[groupOf[member]!]!++] = member;
    this.#starts = starts;
    this.#members = members;
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  /** The members of one group in ascending order: a view; do not change it. */
  of(group: number): Int32Array {
    return this.#members.subarray(this.#starts[group]!, this.#starts[group + 1]!);
  }
}

/** The bin of a cost: how many of the ascending edges it reaches. */
export function binOf(cost: number, edges: readonly number[]): number {
  let bin = 0;
  while (bin < edges.length && cost >= edges[bin]!) bin++;
  return bin;
}
