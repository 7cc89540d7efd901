/**
 * The part of the ONNX file format that networks need, and its encoding (protocol buffers).
 * Message and field numbers are those of the ONNX specification, docs/IR.md and onnx.proto at https://github.com/onnx/onnx.
 */
import protobuf from 'protobufjs/light.js';

/** Version of the operators' meaning: every runtime since early 2022 knows it. */
export const OPSET_VERSION = 17;
/** Version of the file format that came with it. */
const IR_VERSION = 8;

/** The types of numbers, by the specification's codes. */
export const elementTypes = { float: 1, int64: 7 } as const;

/** A named attribute of a node: whole numbers, or a float; `type` is the specification's code for which of them. */
export type OnnxAttribute =
  | { readonly name: string; readonly type: 1; readonly f: number }
  | { readonly name: string; readonly type: 2; readonly i: number }
  | { readonly name: string; readonly type: 7; readonly ints: readonly number[] };

/** One operator; values are referred to by name. */
export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly OnnxAttribute[];
}

/** A constant array. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  /** little-endian */
  readonly rawData: Uint8Array;
}

/** A float array that goes in or out; a text stands for a size that is free. */
export interface OnnxValue {
  readonly name: string;
  readonly sizes: readonly (number | string)[];
}

/** A whole model. */
export interface OnnxModel {
  readonly producerVersion: string;
  readonly description: string;
  readonly graphName: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The bytes of a model file. The same model gives the same bytes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const message = {
    irVersion: IR_VERSION,
    producerName: 'lissnas',
    producerVersion: model.producerVersion,
    docString: model.description,
    graph: {
      name: model.graphName,
      node: model.nodes,
      initializer: model.initializers,
      input: [valueInfo(model.input)],
      output: [valueInfo(model.output)],
    },
    opsetImport: [{ domain: '', version: OPSET_VERSION }],
    metadataProps: [...model.metadata].map(([key, value]) => ({ key, value })),
  };
  return modelType.encode(message).finish();
}

function valueInfo({ name, sizes }: OnnxValue) {
  const dim = sizes.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementTypes.float, shape: { dim } } } };
}

const field = (type: string, id: number) => ({ type, id });
const list = (type: string, id: number) => ({ rule: 'repeated', type, id, options: { packed: false } });

const modelType = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: field('int64', 1),
        producerName: field('string', 2),
        producerVersion: field('string', 3),
        docString: field('string', 6),
        graph: field('Graph', 7),
        opsetImport: list('OperatorSet', 8),
        metadataProps: list('KeyValue', 14),
      },
    },
    OperatorSet: { fields: { domain: field('string', 1), version: field('int64', 2) } },
    KeyValue: { fields: { key: field('string', 1), value: field('string', 2) } },
    Graph: {
      fields: {
        node: list('Node', 1),
        name: field('string', 2),
        initializer: list('Tensor', 5),
        input: list('ValueInfo', 11),
        output: list('ValueInfo', 12),
      },
    },
    Node: {
      fields: {
        input: list('string', 1),
        output: list('string', 2),
        name: field('string', 3),
        opType: field('string', 4),
        attribute: list('Attribute', 5),
      },
    },
    Attribute: {
      fields: {
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        ints: list('int64', 8),
        type: field('int32', 20),
      },
    },
    Tensor: {
      fields: {
        dims: list('int64', 1),
        dataType: field('int32', 2),
        name: field('string', 8),
        rawData: field('bytes', 9),
      },
    },
    ValueInfo: { fields: { name: field('string', 1), type: field('Type', 2) } },
    Type: { fields: { tensorType: field('TensorType', 1) } },
    TensorType: { fields: { elemType: field('int32', 1), shape: field('Shape', 2) } },
    Shape: { fields: { dim: list('Dimension', 1) } },
    Dimension: { fields: { dimValue: field('int64', 1), dimParam: field('string', 2) } },
  },
}).lookupType('Model');
