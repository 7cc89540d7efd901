/** How a cost is made up, where it is a sum: what limits on huge spaces are counted by. */

/** What one group of dimensions adds. */
export interface CostTable {
  /** indices of the group's dimensions, the last one varying fastest in `values` */
  readonly dimensions: readonly number[];
  /** one number per combination of their choices; NaN where it is not known */
  readonly values: ArrayLike<number>;
}

/** (base + sum of the tables' entries) / divisor. */
export interface CostSum {
  readonly base: number;
  readonly tables: readonly CostTable[];
  /** above 0 */
  readonly divisor: number;
}
