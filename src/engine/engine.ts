/**
 * The interface of a training engine: it runs network graphs forward and backward on a store of named parameters.
 * Whoever trains or evaluates receives one and never learns whether it is the embedded engine or another.
 */
import type { Images, LabelledImages } from '../datasets/dataset.js';
import type { Tensors } from '../math/tensor.js';
import type { NetworkGraph } from '../networks/graph.js';
import type { UpdateRule } from './update-rule.js';

export type { Tensor, Tensors } from '../math/tensor.js';

/** How one batch is learned from. */
export interface LearnOptions {
  /** 0 (default) to below 1: the target is 1 - s on the label plus s / classes everywhere */
  readonly labelSmoothing?: number;
  /** the gradients are multiplied by this before they are added up, e.g. 1 / paths; 1 by default */
  readonly weight?: number;
  /** decides the dropout masks together with the operation's name; 0 by default */
  readonly randomSeed?: number;
}

/** What a batch said. */
export interface LearnResult {
  /** mean cross-entropy (natural logarithm) with label smoothing */
  readonly loss: number;
  /** images whose largest logit is their label's; the first of equals counts */
  readonly correct: number;
}

/** What an update did. */
export interface UpdateResult {
  /** Euclidean norm of all gradients together before clipping; NaN or infinite when training has diverged: then nothing was updated */
  readonly gradientNorm: number;
}

/**
 * Mean and (biased) variance of the input of every batch norm of one graph: tensors [channels] named `${operation}.mean` and
 * `${operation}.variance`. They belong to one subnet, so they are handed out and in, and are never part of the store.
 */
export type Statistics = Tensors;

/**
 * Calls are carried out one after the other in the order in which they are made, also where they are not awaited.
 * The same calls give the same bits on one machine, in the embedded engine whatever the number of threads.
 */
export interface Engine {
  /** e.g. 'wasm, 2 threads' */
  readonly name: string;

  /**
   * Makes sure that every parameter of the graph is in the store. New ones begin with values that depend on their name, their shape, the
   * operation and the engine's random seed alone, so that it does not matter in which order paths are met.
   * @throws GraphError where the store holds a parameter of this name in another shape
   */
  require(graph: NetworkGraph): void;

  /** One forward and backward pass in training mode (batch statistics, dropout); gradients are added to those that wait for `update`. */
  learn(graph: NetworkGraph, batch: LabelledImages, options?: LearnOptions): Promise<LearnResult>;

  /** Updates the parameters that gradients wait for, and only those; afterwards none wait. */
  update(rule: UpdateRule): Promise<UpdateResult>;

  /**
   * Batch-norm statistics of a subnet: averages over the batches, each of which counts once, forward in training mode without dropout.
   * @throws LissnasError where there are no batches
   */
  calibrate(graph: NetworkGraph, batches: Iterable<Images> | AsyncIterable<Images>): Promise<Statistics>;

  /** Logits [count][classes] in evaluation mode with the given statistics; but for rounding, an image's logits do not depend on the others in its batch. */
  predict(graph: NetworkGraph, images: Images, statistics: Statistics): Promise<Float32Array>;

  /** Gradients that wait for `update`, by parameter name, in the parameter's shape; for tests and diagnostics. */
  gradients(): Promise<Tensors>;

  /** Copies of parameters by name: those named, or all in the order in which they were made. @throws LissnasError for an unknown name */
  parameters(names?: Iterable<string>): Promise<Tensors>;

  /** Overwrites parameters (which may be new). Optimizer state is left alone. */
  setParameters(tensors: Tensors): Promise<void>;

  /**
   * Everything that training goes on from, for checkpoints: `parameter/NAME` and optimizer state `momentum/NAME` (SGD),
   * `first/NAME`, `second/NAME` and `steps/NAME` (AdamW). Waiting gradients are not part of it.
   */
  save(): Promise<Tensors>;

  /** Forgets everything and goes on from what `save` gave. @throws LissnasError where names or shapes make no sense */
  load(state: Tensors): Promise<void>;

  /** Ends threads and frees memory; may be called twice. */
  close(): Promise<void>;
}
