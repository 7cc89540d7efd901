/**
 * The network graph: the layers of one architecture as plain, serializable data, in an order in which they can be run.
 * Everything that needs to know a network (costs, drawing, export, training) reads this and nothing else.
 */

/** Channels, height and width of one image's feature map; a vector has height and width 1. */
export type Shape = readonly [channels: number, height: number, width: number];

/** A trainable array. Graphs that name the same parameter share it; then its shape must be the same too. */
export interface Parameter {
  /** position in the network + choice + role, e.g. 'stage1.cell0.e1_0.nor_conv_3x3.conv.weight' */
  readonly name: string;
  readonly shape: readonly number[];
}

interface OperationBase {
  /** unique in the graph */
  readonly name: string;
  /** names of earlier operations */
  readonly inputs: readonly string[];
  /** of the output, for one image */
  readonly shape: Shape;
  readonly parameters: readonly Parameter[];
}

/** A square window that moves over the image. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  /** zeros around the image on every side */
  readonly padding: number;
}

/** The images. */
export interface Input extends OperationBase {
  readonly kind: 'input';
}

/** A feature map of zeros: what a node without incoming edges holds. */
export interface Zeros extends OperationBase {
  readonly kind: 'zeros';
}

/** Convolution; weight [out, in / groups, kernel, kernel], then bias [out] where it has one. Depthwise: groups = channels. */
export interface Convolution extends OperationBase, Window {
  readonly kind: 'convolution';
  /** pixels between neighbouring taps of the kernel; 1 is the ordinary convolution */
  readonly dilation: number;
  readonly groups: number;
  readonly bias: boolean;
}

/** Batch normalization with a trainable scale and shift per channel. */
export interface BatchNorm extends OperationBase {
  readonly kind: 'batch-norm';
  readonly epsilon: number;
  /** What the scale begins with where it is not 1: 0 ends a branch that is nothing at first beside what it is added to (arXiv 1706.02677, section 5.1). */
  readonly initialScale?: 0;
}

/** An elementwise function without parameters. */
export type ActivationFunction = 'relu' | 'relu6' | 'sigmoid' | 'swish' | 'hard-sigmoid' | 'hard-swish';

/** Applies an elementwise function; the shape stays. */
export interface Activation extends OperationBase {
  readonly kind: 'activation';
  readonly activation: ActivationFunction;
}

/** Average or maximum of each window; padding counts neither as value nor towards the average. */
export interface Pool extends OperationBase, Window {
  readonly kind: 'pool';
  readonly pool: 'average' | 'maximum';
}

/** Average over the whole image, per channel. */
export interface GlobalPool extends OperationBase {
  readonly kind: 'global-pool';
}

/** Sum of feature maps of one shape. */
export interface Add extends OperationBase {
  readonly kind: 'add';
}

/** Product of a feature map and a vector with one factor per channel. */
export interface Multiply extends OperationBase {
  readonly kind: 'multiply';
}

/** Feature maps of one height and width, one behind the other along the channels, in the order of the inputs. */
export interface Concat extends OperationBase {
  readonly kind: 'concat';
}

/** `shape[0]` consecutive channels of the input, from channel `first` on. A channel split is one slice for each part. */
export interface Slice extends OperationBase {
  readonly kind: 'slice';
  readonly first: number;
}

/** Channel shuffle (ShuffleNet): input channel g * (channels / groups) + i becomes output channel i * groups + g. */
export interface Shuffle extends OperationBase {
  readonly kind: 'shuffle';
  readonly groups: number;
}

/** Every pixel takes the value of the one below it and to its right; where there is none, 0. What strides over it by 2 sees the pixels of odd rows and columns. */
export interface Shift extends OperationBase {
  readonly kind: 'shift';
}

/** In training, every value becomes 0 with this probability and is otherwise divided by 1 - probability; nothing else. */
export interface Dropout extends OperationBase {
  readonly kind: 'dropout';
  /** 0 <= probability < 1 */
  readonly probability: number;
}

/** Fully connected layer on a vector; weight [out, in], bias [out]. */
export interface Linear extends OperationBase {
  readonly kind: 'linear';
}

/** One operation of a network graph, told apart by `kind`. */
export type Operation =
  | Input
  | Zeros
  | Convolution
  | BatchNorm
  | Activation
  | Pool
  | GlobalPool
  | Add
  | Multiply
  | Concat
  | Slice
  | Shuffle
  | Shift
  | Dropout
  | Linear;

/** The kinds of operation. */
export type OperationKind = Operation['kind'];

/** The operation of one kind. */
export type OperationOf<Kind extends OperationKind> = Extract<Operation, { kind: Kind }>;

/** One network. The first operation is the input, the last one the output; every operation comes after its inputs. */
export interface NetworkGraph {
  readonly name: string;
  readonly operations: readonly Operation[];
}

/** What a network is built for. */
export interface NetworkInput {
  readonly shape: Shape;
  readonly classes: number;
}
