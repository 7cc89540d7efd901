/** Networks whose layers stand in a row: each takes what the one before it gives. */
import { InputError } from '../errors.js';
import type { Codes } from '../spaces/space.js';
import { NetworkBuilder, type Value } from './builder.js';
import type { NetworkGraph, NetworkInput, Shape } from './graph.js';
import { ShapeError } from './shape-inference.js';

/** One layer of every network of a space. */
export interface ChainLayer {
  /** where it stands; the names of its operations and parameters begin with it */
  readonly position: string;
  /** indices of the dimensions that decide what it is, ascending */
  readonly dimensions: readonly number[];
  /** Appends what an architecture has there, which is nothing where the value comes back. @throws ShapeError */
  append(net: NetworkBuilder, value: Value, codes: Codes, input: NetworkInput): Value;
}

/** All networks of a space. */
export interface Chain {
  readonly name: string;
  /** from the images to the logits */
  readonly layers: readonly ChainLayer[];
  /** The images that an architecture takes, where the given ones leave it a choice. */
  readonly images: {
    /** indices of the dimensions that decide it */
    readonly dimensions: readonly number[];
    shape(codes: Codes, input: NetworkInput): Shape;
  };
  /** Writes an architecture, for error messages. */
  format(codes: Codes): string;
}

/** A layer that cannot be built. */
export class LayerError extends InputError {
  constructor(
    readonly position: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`layer "${position}" ${problem}`, {}, options);
  }
}

/** The network of an architecture. @throws LayerError */
export function chainNetwork(chain: Chain, codes: Codes, input: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder(chain.name, chain.images.shape(codes, input));
  chain.layers.reduce((value, layer) => appendLayer(chain, layer, net, value, codes, input), net.input);
  return net.build();
}

/** What a single layer makes of a feature map: its network alone. @throws as `chainNetwork` */
export function layerNetwork(
  chain: Chain,
  layer: ChainLayer,
  shape: Shape,
  codes: Codes,
  input: NetworkInput,
): { readonly network: NetworkGraph; readonly shape: Shape } {
  const net = new NetworkBuilder(chain.name, shape);
  const { shape: after } = appendLayer(chain, layer, net, net.input, codes, input);
  return { network: net.build(), shape: after };
}

function appendLayer(
  { format }: Chain,
  layer: ChainLayer,
  net: NetworkBuilder,
  value: Value,
  codes: Codes,
  input: NetworkInput,
): Value {
  try {
    return layer.append(net, value, codes, input);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new LayerError(layer.position, `of architecture ${format(codes)}: ${error.message}`, { cause: error });
  }
}
