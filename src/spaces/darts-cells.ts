/** What the cells of DARTS are made of. */

/** The operations, in the order of the codes. */
export const dartsOperators = [
  'max_pool_3x3',
  'avg_pool_3x3',
  'skip_connect',
  'sep_conv_3x3',
  'sep_conv_5x5',
  'dil_conv_3x3',
  'dil_conv_5x5',
] as const;

/** The name of an operation. */
export type DartsOperator = (typeof dartsOperators)[number];

/** An operation on the output of an earlier node; 0 and 1 are the outputs of the two cells before. */
export interface DartsEdge {
  readonly operator: DartsOperator;
  readonly from: number;
}

/** For nodes 2 to 5 their two edges, that of the earlier node first. */
export type DartsCell = readonly (readonly [DartsEdge, DartsEdge])[];

/** What an architecture is made of. */
export interface DartsCells {
  readonly normal: DartsCell;
  readonly reduce: DartsCell;
}
