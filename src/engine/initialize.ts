/** The values that new parameters begin with. */
import { LissnasError } from '../errors.js';
import type { Random } from '../math/random.js';
import type { Operation, OperationKind, OperationOf, Parameter } from '../networks/graph.js';

/** Standard deviation and mean of each parameter of an operation, in the order of its parameters. */
type Beginning = { readonly mean: number; readonly deviation: number };

const ZEROS: Beginning = { mean: 0, deviation: 0 };
const ONES: Beginning = { mean: 1, deviation: 0 };

const beginnings: {
  readonly [Kind in OperationKind]?: (operation: OperationOf<Kind>) => readonly Beginning[];
} = {
  // keeps the variance of the gradients through convolution and ReLU: He et al., arXiv 1502.01852, equation 14
  convolution: ({ kernel, groups, shape: [channels] }) => [
    { mean: 0, deviation: Math.sqrt(2 / ((kernel * kernel * channels) / groups)) },
    ZEROS,
  ],
  'batch-norm': ({ initialScale }) => [initialScale === 0 ? ZEROS : ONES, ZEROS],
  // keeps the variance of normalized inputs: LeCun et al., Efficient BackProp (1998), equation 16
  linear: ({ parameters }) => [{ mean: 0, deviation: 1 / Math.sqrt(parameters[0]!.shape[1]!) }, ZEROS],
};

/**
 * The first values, row-major, of a parameter of this operation: weights of convolutions and linear layers normal around 0, batch-norm scales 1
 * or what the operation says,
 * shifts and biases 0. They depend on the origin of `random`, the operation and the parameter's name and shape only.
 * @throws LissnasError where the operation has no such parameter
 */
export function initialValues(operation: Operation, parameter: Parameter, random: Random): Float32Array {
  const { mean, deviation } = beginningOf(operation, parameter);
  const size = parameter.shape.reduce((product, length) => product * length, 1);
  const own = random.split(parameter.name);
  return Float32Array.from({ length: size }, () => (deviation === 0 ? mean : mean + deviation * own.normal()));
}

function beginningOf<Kind extends OperationKind>(operation: OperationOf<Kind>, parameter: Parameter): Beginning {
  const rule: (typeof beginnings)[Kind] = beginnings[operation.kind as Kind];
  const index = operation.parameters.findIndex(({ name }) => name === parameter.name);
  const beginning = rule?.(operation)[index];
  if (beginning === undefined) {
    throw new LissnasError(
      'engine',
      `operation "${operation.name}" has no parameter "${parameter.name}" to begin with`,
    );
  }
  return beginning;
}
