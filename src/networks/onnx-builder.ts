/** Collects the operators and constants of an ONNX graph and keeps their names apart. */
import { littleEndian } from '../math/little-endian.js';
import type { Parameter } from './graph.js';
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
  /** names of constants that are stored once */
  private readonly made = new Map<string, string>();

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

  /** A constant of floats. */
  floats(wanted: string, dims: readonly number[], values: Float32Array): string {
    return this.initializer(wanted, dims, elementTypes.float, littleEndian(values));
  }

  /** A constant of floats that is stored once, however often its parameter is used. */
  parameter({ name, shape }: Parameter, values: Float32Array): string {
    return this.once(`parameter ${name}`, () => this.floats(name, shape, values));
  }

  /** A constant number. */
  scalar(value: number): string {
    return this.once(`scalar ${value}`, () => this.floats(`constant.${value}`, [], Float32Array.of(value)));
  }

  /** A constant vector of whole numbers. */
  integers(values: readonly number[]): string {
    const bytes = new Uint8Array(8 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      view.setBigInt64(8 * i, BigInt(value), true);
    });
    const text = values.join('_');
    return this.once(`integers ${text}`, () =>
      this.initializer(`constant.vector.${text}`, [values.length], elementTypes.int64, bytes),
    );
  }

  private once(key: string, make: () => string): string {
    const name = this.made.get(key) ?? make();
    this.made.set(key, name);
    return name;
  }

  private initializer(wanted: string, dims: readonly number[], dataType: number, rawData: Uint8Array): string {
    const name = this.unique(wanted);
    this.initializers.push({ name, dims, dataType, rawData });
    return name;
  }
}

function integerAttribute(name: string, value: number | readonly number[]): OnnxAttribute {
  return typeof value === 'number' ? { name, type: 2, i: value } : { name, type: 7, ints: value };
}
