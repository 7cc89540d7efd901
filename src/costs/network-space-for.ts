/** The space of networks for certain images. */
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { LayerError } from '../networks/chain.js';
import type { NetworkInput } from '../networks/graph.js';
import { ShapeError } from '../networks/shape-inference.js';
import type { NetworkSpace } from './network-space.js';

/** The space for these images. @throws InputError for images that the networks do not take, e.g. too small ones */
export function networkSpaceFor(input: NetworkInput, usual: NetworkSpace): NetworkSpace {
  try {
    const space = usual.withInput(input);
    space.network(space.sample(createRandom(0).split('probe')), input);
    return space;
  } catch (error) {
    if (!(error instanceof ShapeError || error instanceof LayerError)) throw error;
    const images = `${input.shape.slice(1).join('x')} images with ${input.shape[0]} channels`;
    throw new InputError(`${usual.name} has no networks for ${images}: ${error.message}`, {}, { cause: error });
  }
}
