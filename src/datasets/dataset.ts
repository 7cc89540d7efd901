/** The interface of image data: a labelled set of images of one size, held as bytes. */
import type { Shape } from '../networks/graph.js';

/** Labelled images of one size. Nothing in it changes. */
export interface Dataset {
  /** for people and provenance, e.g. 'CIFAR-10 (cifar-10-batches-bin)' or 'shapes, random seed 1' */
  readonly name: string;
  /** names of the classes; a label is an index into them */
  readonly classes: readonly string[];
  /** channels, height and width of every image */
  readonly shape: Shape;
  /** number of images */
  readonly size: number;
  /** [size][height][width][channels] */
  readonly pixels: Uint8Array;
  /** [size], each below `classes.length` */
  readonly labels: Uint16Array;
  /** SHA-256 (hexadecimal) of shape, pixels and labels: the identity of the data */
  readonly sha256: string;
}

/** Images ready for an engine. */
export interface Images {
  readonly count: number;
  /** channels, height and width of every image */
  readonly shape: Shape;
  /** [count][height][width][channels], normalized */
  readonly values: Float32Array;
}

/** Images with their labels. */
export interface LabelledImages extends Images {
  /** [count] */
  readonly labels: Uint16Array;
}
