/**
 * Predicts a whole neighbourhood for the price of one architecture (ours; DESIGN section 3).
 *
 * With p_j = weight_j k(x, x_j), changing dimension d of x from o to c multiplies p_j by s_d(c, x_jd) / s_d(o, x_jd). Summing the p_j
 * by the choice that x_j has in d, S[d][v] = sum of p_j with x_jd = v, gives the neighbour's mean as
 * offset + sum_v S[d][v] s_d(c, v) / s_d(o, v): a handful of operations a neighbour, whatever the number of measurements.
 *
 * Dimensions are walked in groups whose joint choices fit a byte, so that one table look-up stands for several dimensions.
 */
import type { Codes } from '../spaces/space.js';
import type { LocalityModel } from './gaussian-process.js';

interface Group {
  readonly dimensions: number[];
  /** how much one step of each of the dimensions moves the joint choice */
  readonly strides: number[];
  readonly choices: number;
}

/** Neighbourhood means of one model. Holds the state of the architecture last given to `moveTo`; not to be shared. */
export class Neighbourhood {
  readonly #model: LocalityModel;
  readonly #groups: Group[];
  readonly #joint: Uint8Array[]; // [group][j]: joint choice of measured architecture j
  readonly #similarity: Float64Array[]; // [group][u * choices + v]
  readonly #products: Float64Array; // p_j
  readonly #groupSums: Float64Array[]; // [group][joint choice]
  readonly #sums: Float64Array[]; // S[d][v]
  readonly #ratios: Float64Array[]; // [d][(o * choices + c) * choices + v]
  readonly #codes: Uint8Array;

  constructor(model: LocalityModel) {
    const counts = model.space.dimensions.map(({ choices }) => choices.length);
    this.#model = model;
    this.#groups = groupDimensions(counts);
    this.#joint = this.#groups.map((group) => jointChoices(model, group));
    this.#similarity = this.#groups.map((group) => jointSimilarity(model, group, counts));
    this.#products = new Float64Array(model.measured);
    this.#groupSums = this.#groups.map(({ choices }) => new Float64Array(choices));
    this.#sums = counts.map((count) => new Float64Array(count));
    this.#ratios = counts.map((count, d) => ratios(model.similarity(d), count));
    this.#codes = new Uint8Array(counts.length);
  }

  /** Moves to an architecture and returns its predicted mean. O(measured x groups). */
  moveTo(codes: Codes): number {
    for (let d = 0; d < this.#codes.length; d++) this.#codes[d] = codes[d]!;
    const products = this.#products;
    products.set(this.#model.weights);
    for (let g = 0; g < this.#groups.length; g++)
      multiply(products, this.#joint[g]!, this.#similarity[g]!, this.#row(g));
    for (let g = 0; g < this.#groups.length; g++) this.#sumGroup(g);
    let mean = this.#model.offset;
    for (const product of products) mean += product;
    return mean;
  }

  /** Predicted mean of the neighbour that has `choice` in dimension d. O(choices of d). */
  meanAfter(d: number, choice: number): number {
    const sums = this.#sums[d]!;
    const count = sums.length;
    const ratio = this.#ratios[d]!;
    const start = (this.#codes[d]! * count + choice) * count;
    let mean = this.#model.offset;
    for (let v = 0; v < count; v++) mean += sums[v]! * ratio[start + v]!;
    return mean;
  }

  /** Start of the current architecture's row in the group's similarity table. */
  #row(g: number): number {
    const { dimensions, strides, choices } = this.#groups[g]!;
    let joint = 0;
    for (let i = 0; i < dimensions.length; i++) joint += this.#codes[dimensions[i]!]! * strides[i]!;
    return joint * choices;
  }

  #sumGroup(g: number): void {
    const { dimensions, strides, choices } = this.#groups[g]!;
    const groupSums = this.#groupSums[g]!.fill(0);
    scatter(groupSums, this.#joint[g]!, this.#products);
    for (let i = 0; i < dimensions.length; i++) {
      const sums = this.#sums[dimensions[i]!]!.fill(0);
      const stride = strides[i]!;
      for (let joint = 0; joint < choices; joint++) {
        const v = Math.floor(joint / stride) % sums.length;
        sums[v] = sums[v]! + groupSums[joint]!;
      }
    }
  }
}

function multiply(products: Float64Array, joint: Uint8Array, table: Float64Array, row: number): void {
  for (let j = 0; j < products.length; j++) products[j] = products[j]! * table[row + joint[j]!]!;
}

function scatter(sums: Float64Array, joint: Uint8Array, products: Float64Array): void {
  for (let j = 0; j < products.length; j++) {
    const v = joint[j]!;
    sums[v] = sums[v]! + products[j]!;
  }
}

/** Neighbouring dimensions together while their joint choices are at most 128, which keeps every table within the cache. */
function groupDimensions(counts: readonly number[]): Group[] {
  const groups: Group[] = [];
  let dimensions: number[] = [];
  let strides: number[] = [];
  let choices = 1;
  counts.forEach((count, d) => {
    if (dimensions.length > 0 && choices * count > 128) {
      groups.push({ dimensions, strides, choices });
      dimensions = [];
      strides = [];
      choices = 1;
    }
    dimensions.push(d);
    strides.push(choices);
    choices *= count;
  });
  groups.push({ dimensions, strides, choices });
  return groups;
}

function jointChoices(model: LocalityModel, { dimensions, strides }: Group): Uint8Array {
  const D = model.space.dimensions.length;
  return Uint8Array.from({ length: model.measured }, (_, j) =>
    dimensions.reduce((joint, d, i) => joint + model.inputs[j * D + d]! * strides[i]!, 0),
  );
}

function jointSimilarity(
  model: LocalityModel,
  { dimensions, strides, choices }: Group,
  counts: number[],
): Float64Array {
  const table = new Float64Array(choices * choices);
  for (let u = 0; u < choices; u++) {
    for (let v = 0; v < choices; v++) {
      let similarity = 1;
      dimensions.forEach((d, i) => {
        const count = counts[d]!;
        const [a, b] = [Math.floor(u / strides[i]!) % count, Math.floor(v / strides[i]!) % count];
        similarity *= model.similarity(d)[a * count + b]!;
      });
      table[u * choices + v] = similarity;
    }
  }
  return table;
}

/** s(c, v) / s(o, v) for all o, c, v. */
function ratios(similarity: Float64Array, count: number): Float64Array {
  const table = new Float64Array(count ** 3);
  for (let o = 0; o < count; o++) {
    for (let c = 0; c < count; c++) {
      for (let v = 0; v < count; v++) {
        table[(o * count + c) * count + v] = similarity[c * count + v]! / similarity[o * count + v]!;
      }
    }
  }
  return table;
}
