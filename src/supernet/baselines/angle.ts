/**
 * The angle of a path (Hu et al., ECCV 2020, arXiv 2004.13431): between the vector of all its weights as they began and as they are now,
 * arccos(w0 . w / (|w0| |w|)). The further a path has turned, the better it is thought to be.
 */
import type { Tensors } from '../../engine/engine.js';
import { initialValues } from '../../engine/initialize.js';
import { LissnasError } from '../../errors.js';
import { createRandom } from '../../math/random.js';
import type { NetworkGraph, Operation } from '../../networks/graph.js';

/** The three inner products of a part of the vector. */
interface Products {
  /** w0 . w */
  readonly mixed: number;
  /** w0 . w0 */
  readonly initial: number;
  /** w . w */
  readonly current: number;
}

/** The angle of any path in radians, 0 to pi. */
export type AngleOf = (graph: NetworkGraph) => number;

/**
 * Angles by these parameters, of an engine whose parameters began by `randomSeed`. The vector holds the weights of convolutions and of linear
 * layers; biases and batch norm are left out. A k x k pool counts as one constant filter of 1 / k^2 for each channel; an identity adds nothing.
 * @throws LissnasError (on use) where a weight of a path is not among the parameters
 */
export function anglesBetween(randomSeed: number, parameters: Tensors): AngleOf {
  const random = createRandom(randomSeed);
  const known = new Map<string, Products>();
  const productsOf = (operation: Operation): Products => {
    if (operation.kind === 'pool') return constant(operation.shape[0] / operation.kernel ** 2);
    if (operation.kind !== 'convolution' && operation.kind !== 'linear') return constant(0);
    const weight = operation.parameters[0]!;
    let products = known.get(weight.name);
    if (products === undefined) {
      const values = parameters.get(weight.name)?.values;
      if (values === undefined)
        throw new LissnasError('supernet', `there is no parameter "${weight.name}" to measure the angle of`);
      products = innerProducts(initialValues(operation, weight, random), values);
      known.set(weight.name, products);
    }
    return products;
  };
  return ({ operations }) => {
    let [mixed, initial, current] = [0, 0, 0];
    for (const operation of operations) {
      const products = productsOf(operation);
      mixed += products.mixed;
      initial += products.initial;
      current += products.current;
    }
    return Math.acos(Math.max(-1, Math.min(1, mixed / Math.sqrt(initial * current))));
  };
}

/** Of a part of the vector that never changes, by its squared length. */
function constant(squaredLength: number): Products {
  return { mixed: squaredLength, initial: squaredLength, current: squaredLength };
}

function innerProducts(before: Float32Array, after: Float32Array): Products {
  let [mixed, initial, current] = [0, 0, 0];
  for (let i = 0; i < before.length; i++) {
    mixed += before[i]! * after[i]!;
    initial += before[i]! ** 2;
    current += after[i]! ** 2;
  }
  return { mixed, initial, current };
}
