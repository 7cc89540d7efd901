/** A trained network as an ONNX model, which runs in ONNX Runtime, browsers, phones and most compilers. */
import { InputError } from '../errors.js';
import { foldBatchNorm } from './fold-batch-norm.js';
import type { NetworkGraph, Shape } from './graph.js';
import { liveGraph } from './live.js';
import { OnnxBuilder } from './onnx-builder.js';
import { encodeModel } from './onnx-model.js';
import { addOperation } from './onnx-operations.js';
import type { TrainedNetwork } from './trained-network.js';

const IMAGES = 'images';
const LOGITS = 'logits';

/** What training subtracted from the pixels and divided them by, per channel and in the unit of the pixels. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** How a model is written. */
export interface OnnxOptions {
  /** True (default): batch norms become part of the convolutions before them. False: all parameters keep their names and values. */
  readonly foldBatchNorm?: boolean;
  /** Built in as the model's first operators, so that it takes pixels as they are; without it, it takes normalized images. */
  readonly normalization?: Normalization;
  /** texts for whoever opens the file, e.g. the architecture and the names of the classes */
  readonly metadata?: ReadonlyMap<string, string>;
  /** version of this program */
  readonly producerVersion?: string;
}

/** A value of the ONNX graph: a feature map [batch, channels, height, width] or a vector [batch, features]. */
interface Value {
  readonly name: string;
  readonly isVector: boolean;
  /** for one image */
  readonly shape: Shape;
}

/**
 * The bytes of an ONNX model (opset 17) with the input `images` [batch, channels, height, width] and the output `logits` [batch, classes], both
 * float32, the batch of any size. Batch norm uses the statistics, dropout does nothing. The same arguments give the same bytes.
 * @throws LissnasError with code `tensor` where a parameter or statistic is missing or has another shape; InputError where the
 *   normalization does not fit the images
 */
export function toOnnx(network: TrainedNetwork, options: OnnxOptions = {}): Uint8Array {
  const live = { ...network, graph: liveGraph(network.graph) };
  const { foldBatchNorm: folds = true, normalization, metadata = new Map(), producerVersion = '' } = options;
  const source = folds ? foldBatchNorm(live) : live;
  const { graph } = source;
  const { shape } = graph.operations[0]!;
  const onnx = new OnnxBuilder([IMAGES, LOGITS]);
  const images = normalization === undefined ? IMAGES : normalized(normalization, shape, onnx);
  const values = new Map<string, Value>();
  for (const operation of graph.operations) {
    const wanted = operation.kind === 'linear' ? asVector : asMap;
    const inputs = operation.inputs.map((input) => wanted(values.get(input)!, onnx));
    const name = addOperation(operation, inputs, { network: source, onnx, images });
    values.set(operation.name, { name, isVector: operation.kind === 'linear', shape: operation.shape });
  }
  const last = values.get(graph.operations.at(-1)!.name)!;
  onnx.rename(asVector(last, onnx), LOGITS);
  return encodeModel({
    producerVersion,
    description: description(graph, normalization !== undefined),
    graphName: graph.name,
    nodes: onnx.nodes,
    initializers: onnx.initializers,
    input: { name: IMAGES, sizes: ['batch', ...shape] },
    output: { name: LOGITS, sizes: ['batch', last.shape.reduce((product, size) => product * size, 1)] },
    metadata,
  });
}

function asVector({ name, isVector }: Value, onnx: OnnxBuilder): string {
  return isVector ? name : onnx.node('Flatten', [name], `${name}.vector`, { integers: { axis: 1 } });
}

function asMap({ name, isVector, shape }: Value, onnx: OnnxBuilder): string {
  // a size of 0 keeps that of the input: the batch stays free
  return isVector ? onnx.node('Reshape', [name, onnx.integers([0, ...shape])], `${name}.map`) : name;
}

/** Normalization stays in front of the first convolution: folded into it, its padding would no longer stand for the mean. */
function normalized({ mean, deviation }: Normalization, [channels]: Shape, onnx: OnnxBuilder): string {
  const fits = mean.length === channels && deviation.length === channels;
  if (!fits || !mean.every(Number.isFinite) || !deviation.every((value) => value > 0 && Number.isFinite(value))) {
    throw new InputError(
      `a normalization of images with ${channels} channels needs as many means and positive deviations, but has the means [${mean.join(', ')}] and the deviations [${deviation.join(', ')}]`,
    );
  }
  const perChannel = [1, channels, 1, 1];
  const means = onnx.floats('normalization.mean', perChannel, Float32Array.from(mean));
  const deviations = onnx.floats('normalization.deviation', perChannel, Float32Array.from(deviation));
  return onnx.node(
    'Div',
    [onnx.node('Sub', [IMAGES, means], 'normalization.centred'), deviations],
    'normalization.images',
  );
}

function description(graph: NetworkGraph, takesPixels: boolean): string {
  return `${graph.name}: ${IMAGES} [batch, channels, height, width], ${takesPixels ? 'pixels' : 'normalized'}; gives ${LOGITS} [batch, classes]`;
}
