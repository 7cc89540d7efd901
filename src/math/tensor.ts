/** Named arrays of 32-bit numbers: how parameters and statistics of networks are held, handed over and stored. */

/** An array of any number of axes; row-major, the last axis varies fastest. */
export interface Tensor {
  readonly shape: readonly number[];
  /** as many as the product of the shape */
  readonly values: Float32Array;
}

/** Tensors by name. */
export type Tensors = ReadonlyMap<string, Tensor>;
