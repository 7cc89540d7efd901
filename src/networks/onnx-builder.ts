/** Collects the operators and constants of an ONNX graph and keeps their names apart. */
import { littleEndian } from '../math/little-endian.js';
import { elementTypes, type OnnxAttribute, type OnnxNode, type OnnxTensor } from './onnx-model.js';
import { uniqueNames } from './unique-names.js';

/** Attributes of an operator: whole numbers or lists of them, and floats. */
export interface NodeOptions {
  readonly integers?: Readonly<Record<string, number | readonly number[]>>;
  readonly floats?: Readonly<Record<string, number>>;
}

/** Values are known by name; a name that is wanted twice gets a number behind it. */
export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  private readonly unique: (wanted: string) => string;
  private readonly initializerNames = new Map<unknown, string>();

  /** @param reserved names that are taken from the beginning: those of the graph's input and output */
  constructor(reserved: readonly string[]) {
    this.unique = uniqueNames(reserved);
  }

  /** Adds an operator with one output, which is named after `wanted`, and returns the name it got. */
  node(opType: string, input: readonly string[], wanted: string, options: NodeOptions = {}): string {
    const output = this.unique(wanted);
    const attribute = [
      ...Object.entries(options.integers ?? {}).map(([name, value]) => integerAttribute(name, value)),
      ...Object.entries(options.floats ?? {}).map(([name, f]): OnnxAttribute => ({ name, type: 1, f })),
    ];
    this.nodes.push({ name: output, opType, input, output: [output], attribute });
    return output;
  }

  /** Gives the output of an operator, which no other may use yet, one of the reserved names. */
  rename(output: string, reserved: string): void {
    const index = this.nodes.findIndex(({ name }) => name === output);
    this.nodes[index] = { ...this.nodes[index]!, name: reserved, output: [reserved] };
  }

  /** A constant of floats; the same array is stored once. */
  floats(wanted: string, dims: readonly number[], values: Float32Array): string {
    return this.initializer(values, wanted, dims, elementTypes.float, littleEndian(values));
  }

  /** A constant number. */
  scalar(value: number): string {
    const wanted = `constant.${value}`;
    return this.initializer(wanted, wanted, [], elementTypes.float, littleEndian(Float32Array.of(value)));
  }

  /** A constant vector of whole numbers. */
  integers(values: readonly number[]): string {
    const bytes = new Uint8Array(8 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      view.setBigInt64(8 * i, BigInt(value), true);
    });
    const wanted = `constant.vector.${values.join('_')}`;
    return this.initializer(wanted, wanted, [values.length], elementTypes.int64, bytes);
  }

  private initializer(
    identity: unknown,
    wanted: string,
    dims: readonly number[],
    dataType: number,
    rawData: Uint8Array,
  ) {
    const known = this.initializerNames.get(identity);
    if (known !== undefined) return known;
    const name = this.unique(wanted);
    this.initializerNames.set(identity, name);
    this.initializers.push({ name, dims, dataType, rawData });
    return name;
  }
}

function integerAttribute(name: string, value: number | readonly number[]): OnnxAttribute {
  return typeof value === 'number' ? { name, type: 2, i: value } : { name, type: 7, ints: value };
}
