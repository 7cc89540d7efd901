/**
 * The exact costs of networks whose layers stand in a row, for spaces of any size. What a layer costs depends on the shape that comes in and on the
 * layer's own dimensions alone, and so does the shape that it gives: an architecture's cost is read off by walking through one table a layer.
 */
import { type Chain, LayerError, layerNetwork } from '../networks/chain.js';
import { flops, parameterCount } from '../networks/flops.js';
import type { NetworkInput, Shape } from '../networks/graph.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';

const MILLION = 1e6;
const MOST_COMBINATIONS = 65_536;

/** The two costs, in the order in which tables hold them. */
const costNames = ['flops_m', 'params_m'] as const;

/** What a layer does to one incoming shape, for each combination of the choices of its dimensions. */
interface Table {
  /** number of the shape that comes out; -1 where it is not known yet */
  readonly next: Int32Array;
  /** FLOPs and parameters of each combination, one pair behind the other */
  readonly costs: Float64Array;
}

/** The layers of a chain as tables, which are filled when they are first asked. */
export class ChainTables {
  private readonly shapes: Shape[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly counts: readonly number[];
  /** number of the shape of the images, for each combination of the dimensions that decide it */
  private readonly first: Int32Array;
  private readonly sizes: readonly number[];
  private readonly tables: readonly Table[][];

  /** @throws LayerError where a layer has more than 65,536 combinations of choices */
  constructor(
    readonly chain: Chain,
    space: SearchSpace,
    private readonly input: NetworkInput,
  ) {
    this.counts = space.dimensions.map(({ choices }) => choices.length);
    this.first = new Int32Array(this.combinations('input', chain.images.dimensions)).fill(-1);
    this.sizes = chain.layers.map(({ position, dimensions }) => this.combinations(position, dimensions));
    this.tables = chain.layers.map(() => []);
  }

  /** The costs of networks, which throw a LayerError for an architecture that has none. */
  costs(): Cost[] {
    return costNames.map((name, index) => ({ name, unit: 'M', of: (codes) => this.sum(codes, index) / MILLION }));
  }

  /** Number of the shape of an architecture's images. */
  start(codes: Codes): number {
    const { dimensions, shape } = this.chain.images;
    const index = this.indexOf(dimensions, codes);
    if (this.first[index]! < 0) this.first[index] = this.numberOf(shape(codes, this.input));
    return this.first[index]!;
  }

  /** Number of the shape that a layer makes of the shape with this number. @throws LayerError */
  step(layer: number, shape: number, codes: Codes): number {
    const index = this.indexOf(this.chain.layers[layer]!.dimensions, codes);
    return this.filled(layer, shape, index, codes).next[index]!;
  }

  private sum(codes: Codes, cost: number): number {
    let shape = this.start(codes);
    let sum = 0;
    for (let layer = 0; layer < this.tables.length; layer++) {
      const index = this.indexOf(this.chain.layers[layer]!.dimensions, codes);
      const table = this.filled(layer, shape, index, codes);
      sum += table.costs[index * 2 + cost]!;
      shape = table.next[index]!;
    }
    return sum;
  }

  /** The table of a layer and a shape, with the entry of these codes in it. */
  private filled(layer: number, shape: number, index: number, codes: Codes): Table {
    const tables = this.tables[layer]!;
    tables[shape] ??= emptyTable(this.sizes[layer]!);
    const table = tables[shape];
    if (table.next[index]! >= 0) return table;
    const { chain, input } = this;
    const built = layerNetwork(chain, chain.layers[layer]!, this.shapes[shape]!, codes, input);
    table.costs.set([flops(built.network), parameterCount(built.network)], index * costNames.length);
    table.next[index] = this.numberOf(built.shape);
    return table;
  }

  private indexOf(dimensions: readonly number[], codes: Codes): number {
    const { counts } = this;
    let index = 0;
    for (let i = 0; i < dimensions.length; i++) {
      const d = dimensions[i]!;
      index = index * counts[d]! + codes[d]!;
    }
    return index;
  }

  private numberOf(shape: Shape): number {
    const key = shape.join();
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.shapes.length);
    return this.shapes.push(shape) - 1;
  }

  private combinations(position: string, dimensions: readonly number[]): number {
    const size = dimensions.reduce((product, d) => product * this.counts[d]!, 1);
    if (size <= MOST_COMBINATIONS) return size;
    throw new LayerError(
      position,
      `depends on ${dimensions.length} dimensions, with ${size} combinations of choices; at most ${MOST_COMBINATIONS} are allowed`,
    );
  }
}

function emptyTable(size: number): Table {
  return { next: new Int32Array(size).fill(-1), costs: new Float64Array(size * costNames.length) };
}
