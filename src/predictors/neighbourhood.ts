/**
 * Predicts a whole neighbourhood for the price of one architecture (ours; DESIGN section 3).
 *
 * With p_j = weight_j k(x, x_j), changing dimension d of x from o to c multiplies p_j by s_d(c, x_jd) / s_d(o, x_jd). Summing the p_j
 * by the choice that x_j has in d and dividing once, R[d][v] = sum of p_j with x_jd = v, over s_d(o, v), gives the neighbour's mean as
 * offset + sum_v R[d][v] s_d(c, v): a handful of operations a neighbour, whatever the number of measurements.
 *
 * Dimensions are walked in groups whose joint choices are few, so that one table look-up stands for several dimensions.
 */
import type { Codes } from '../spaces/space.js';
import type { LocalityModel } from './gaussian-process.js';

interface Group {
  readonly dimensions: number[];
  /** how much one step of each of the dimensions moves the joint choice */
  readonly strides: number[];
  readonly choices: number;
}

/** Neighbourhood means of one model. Holds the state of the architecture last moved to; not to be shared. */
export class Neighbourhood {
  readonly #model: LocalityModel;
  readonly #groups: Group[];
  /** [j * groups + g]: joint choice of measured architecture j in group g, counted over all groups */
  readonly #joint: Uint16Array;
  /** [group][u * choices + v] */
  readonly #similarity: Float64Array[];
  /** similarity of the current architecture to every joint choice of every group */
  readonly #rows: Float64Array;
  /** sum of the p_j by the joint choice of every group */
  readonly #groupSums: Float64Array;
  readonly #products: Float64Array; // p_j
  readonly #rest: Float64Array[]; // R[d][v]: the sums without what dimension d itself contributes
  readonly #codes: Uint8Array;

  constructor(model: LocalityModel) {
    const counts = model.space.dimensions.map(({ choices }) => choices.length);
    const jointChoices = (groups: readonly Group[]) => groups.reduce((sum, { choices }) => sum + choices, 0);
    this.#model = model;
    this.#groups = groupDimensions(counts);
    this.#joint = jointIndices(model, this.#groups);
    this.#similarity = this.#groups.map((group) => jointSimilarity(model, group, counts));
    this.#rows = new Float64Array(jointChoices(this.#groups));
    this.#groupSums = new Float64Array(this.#rows.length);
    this.#products = new Float64Array(model.measured);
    this.#rest = counts.map((count) => new Float64Array(count));
    this.#codes = new Uint8Array(counts.length);
  }

  /** Moves to an architecture and returns its predicted mean. O(measured x groups); `meanAfter` then knows every neighbour. */
  moveTo(codes: Codes): number {
    this.#codes.set(codes);
    this.#gatherRows();
    const sum = multiplyAndScatter(
      this.#products,
      this.#model.weights,
      this.#rows,
      this.#joint,
      this.#groupSums.fill(0),
    );
    let start = 0;
    for (const group of this.#groups) {
      marginalize(this.#groupSums, start, group, this.#rest);
      start += group.choices;
    }
    for (let d = 0; d < this.#rest.length; d++) this.#divide(d);
    return this.#model.offset + sum;
  }

  /** Predicted mean of the neighbour that has `choice` in dimension d. O(choices of d). */
  meanAfter(d: number, choice: number): number {
    const rest = this.#rest[d]!;
    const count = rest.length;
    const similarity = this.#model.similarity(d);
    const start = choice * count;
    let mean = this.#model.offset;
    for (let v = 0; v < count; v++) mean += rest[v]! * similarity[start + v]!;
    return mean;
  }

  /** The same as `meanAfter` after any number of `step`s, for a walk that looks at one neighbour at a time. O(measured). */
  meanAfterStep(d: number, choice: number): number {
    const sums = this.#rest[d]!.fill(0);
    const { inputs } = this.#model;
    const D = this.#codes.length;
    for (let j = 0, at = d; j < this.#products.length; j++, at += D) sums[inputs[at]!]! += this.#products[j]!;
    this.#divide(d);
    return this.meanAfter(d, choice);
  }

  /** Moves by one edit, updating only what `meanAfterStep` needs. O(measured). */
  step(d: number, choice: number): void {
    const count = this.#rest[d]!.length;
    const similarity = this.#model.similarity(d);
    const [from, to] = [this.#codes[d]! * count, choice * count];
    const factors = this.#rest[d]!; // not needed until the next `meanAfterStep` makes it anew
    for (let v = 0; v < count; v++) factors[v] = similarity[to + v]! / (similarity[from + v]! || 1);
    const { inputs } = this.#model;
    const D = this.#codes.length;
    for (let j = 0, at = d; j < this.#products.length; j++, at += D) this.#products[j]! *= factors[inputs[at]!]!;
    this.#codes[d] = choice;
  }

  /** Takes out of the sums by choice what dimension d contributes to them. A similarity too small for a number left a sum of 0. */
  #divide(d: number): void {
    const rest = this.#rest[d]!;
    const similarity = this.#model.similarity(d);
    const start = this.#codes[d]! * rest.length;
    for (let v = 0; v < rest.length; v++) rest[v] = rest[v]! / (similarity[start + v]! || 1);
  }

  #gatherRows(): void {
    let start = 0;
    for (let g = 0; g < this.#groups.length; g++) {
      const { dimensions, strides, choices } = this.#groups[g]!;
      let joint = 0;
      for (let i = 0; i < dimensions.length; i++) joint += this.#codes[dimensions[i]!]! * strides[i]!;
      const table = this.#similarity[g]!;
      for (let v = 0; v < choices; v++) this.#rows[start + v] = table[joint * choices + v]!;
      start += choices;
    }
  }
}

/** p_j = weight_j times the product of its rows, also added to the sum of each of its joint choices; returns the sum of all p_j. */
function multiplyAndScatter(
  products: Float64Array,
  weights: Float64Array,
  rows: Float64Array,
  joint: Uint16Array,
  sums: Float64Array,
): number {
  const n = products.length;
  const groups = joint.length / n;
  let total = 0;
  for (let j = 0, start = 0; j < n; j++, start += groups) {
    const end = start + groups;
    let even = weights[j]!; // two independent products keep the processor busier than one
    let odd = 1;
    let at = start;
    for (; at + 3 < end; at += 4) {
      even *= rows[joint[at]!]! * rows[joint[at + 1]!]!;
      odd *= rows[joint[at + 2]!]! * rows[joint[at + 3]!]!;
    }
    for (; at < end; at++) even *= rows[joint[at]!]!;
    const product = even * odd;
    products[j] = product;
    total += product;
    for (at = start; at < end; at++) sums[joint[at]!]! += product;
  }
  return total;
}

/** Sums over the joint choices of a group, by the choice of each of its dimensions. */
function marginalize(
  groupSums: Float64Array,
  start: number,
  { dimensions, strides, choices }: Group,
  sums: readonly Float64Array[],
): void {
  for (let i = 0; i < dimensions.length; i++) {
    const own = sums[dimensions[i]!]!.fill(0);
    const stride = strides[i]!;
    const period = stride * own.length;
    for (let v = 0; v < own.length; v++) {
      let sum = 0;
      for (let block = v * stride; block < choices; block += period) {
        for (let joint = block; joint < block + stride; joint++) sum += groupSums[start + joint]!;
      }
      own[v] = sum;
    }
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

function jointIndices(model: LocalityModel, groups: readonly Group[]): Uint16Array {
  const D = model.space.dimensions.length;
  const indices = new Uint16Array(model.measured * groups.length);
  let start = 0;
  groups.forEach(({ dimensions, strides, choices }, g) => {
    for (let j = 0; j < model.measured; j++) {
      const joint = dimensions.reduce((sum, d, i) => sum + model.inputs[j * D + d]! * strides[i]!, 0);
      indices[j * groups.length + g] = start + joint;
    }
    start += choices;
  });
  return indices;
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
