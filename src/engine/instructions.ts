/**
 * The instructions that the kernels carry out: the one contract between the planner (TypeScript) and the kernels (AssemblyScript).
 *
 * A program is a run of 32-bit words in the shared memory: per instruction its operation code, the number of words of its arguments, the number
 * of items, then the arguments in the order below. All threads go through the program together: the items of an instruction are divided among
 * them, and nobody begins the next instruction before all items are done. An item is always computed by one thread in one fixed order, and
 * sums over items go through one partial result per item, so the results do not depend on the number of threads.
 *
 * A feature map is named by the address of channel 0 of pixel (0, 0) of image 0 and three strides in bytes (image, row, pixel). Channels are
 * consecutive f32. Pixel strides are multiples of 16, so rows may be read and written in groups of 4 channels: what stands between the last
 * channel and the next multiple of 4 must be finite, is written as anything finite, and never counts. A map that is convolved has a border of zeros.
 * `add` 1 adds to the output instead of overwriting it.
 */

/** Names of the arguments of each instruction, in order, with blanks between. Those in FLOATS are f32 bits, all others i32 (addresses in bytes). */
export const instructions = {
  /** Fills `bytes` (multiple of 16) from `address` with zeros. Items: blocks of 65,536 bytes. */
  zero: 'address bytes',
  /** Zeros around a map of height x width: `top`, `bottom` rows and `left`, `right` pixels of `pixel` bytes. Items: images. */
  zeroBorder: 'y yImage yRow yPixel height width top bottom left right',

  /**
   * packed[block][row][tap][i][8] = w[o * outputStride + rowOffsets[row] + tap * tapStride + i * inputStride] with o = 8 * block + lane:
   * weights of a convolution for `convolve`, where `rowOffsets` is the address of `rows` i32 and all strides and offsets count elements
   * (they may be negative). 0 where o >= outputs or inputs <= i < paddedInputs. Items: blocks of 8 outputs.
   */
  pack: 'w packed outputs outputStride rows rowOffsets taps tapStride inputs paddedInputs inputStride',
  /** The way back for gradients: w[same index] += weight * packed[row][tap][i][paddedOutputs] (paddedOutputs: multiple of 8). Items: outputs. */
  unpack:
    'w packed outputs outputStride rows rowOffsets taps tapStride inputs paddedInputs inputStride paddedOutputs weight',
  /**
   * y[n][h][w][o] = bias[o] + sum over r < rows, l < length of x[n * xImage + h * xRow + w * xPixel + offsets[r] + 4 l] * packed[o / 8][r][l][o % 8].
   * `offsets` is the address of `rows` i32 byte offsets; xRow and xPixel include the stride. Also the gradient to the input of a convolution
   * (once per phase of its stride). bias 0: none. Items: images.
   */
  convolve: 'x xImage xRow xPixel y yImage yRow yPixel height width offsets rows length packed outputs bias add',
  /**
   * packed[r][l][o] = sum over n, h, w of x[as in convolve] * dy[n][h][w][o], with o < paddedOutputs = outputs rounded up to 8 (those beyond
   * `outputs` are written as anything finite); the maps dy are read up to outputs rounded up to 4. Items: tiles of 4 consecutive l of one r
   * (the last of a row may be shorter), so rows * ceil(length / 4) of them.
   */
  convolveWeights:
    'x xImage xRow xPixel dy dyImage dyRow dyPixel images height width offsets rows length packed outputs',

  /** packed[tap][c] = w[c * taps of the whole kernel + order[tap]], 0 for c >= channels; `order` is the address of `taps` i32, `kernelTaps` = kernel * kernel. Items: 1. */
  packDepthwise: 'w packed channels taps order kernelTaps',
  /** y[n][h][w][c] = sum over taps of x[n * xImage + h * xRow + w * xPixel + offsets[tap] + 4 c] * packed[tap][c]; packed rows have channels rounded up to 4. Items: images. */
  depthwise: 'x xImage xRow xPixel y yImage yRow yPixel height width channels offsets taps packed add',
  /** partial[item][tap][c] = sum over the item's images (images * item / items on) of x[as in depthwise] * dy[n][h][w][c]. Items: any number, fixed by the planner. */
  depthwiseWeights:
    'x xImage xRow xPixel dy dyImage dyRow dyPixel images height width channels offsets taps partial partials',
  /** w[c * kernelTaps + order[tap]] += weight * sum over partials of partial[p][tap][c]. Items: 1. */
  unpackDepthwise: 'w partial partials channels taps order kernelTaps weight',

  /** bias[o] += weight * sum over all pixels of dy[..][o]. Items: 1. */
  biasGradient: 'dy dyImage dyRow dyPixel images height width channels bias weight',

  /** partial[item] = f64 [2][channels rounded up to 4]: per channel the sum of x and of x * x over the item's images. Items: `partials`, fixed by the planner. */
  normStatistics: 'x xImage xRow xPixel images height width channels partial partials',
  /**
   * From the partials over `count` pixels: mean and biased variance (f32 [channels]); then, as `normCoefficients`, the f32 [channels rounded up to 4]
   * coefficients factor = scale / sqrt(variance + epsilon) and offset = shift - mean * factor (0 beyond the channels). Items: 1.
   */
  normFromStatistics: 'partial partials count channels scale shift epsilon mean variance factor offset',
  /** factor and offset from given mean and variance. Items: 1. */
  normCoefficients: 'channels scale shift epsilon mean variance factor offset',
  /** y = f(factor[c] * x + offset[c]) with f by `activation` (0 is none). Items: images. */
  normApply: 'x xImage xRow xPixel y yImage yRow yPixel height width channels factor offset activation',
  /**
   * With z = factor[c] * x + offset[c] and dz = dy * f'(z): dy is overwritten by dz, and partial[item] = f64 [2][channels rounded up to 4]: the
   * sums of dz and of dz * (x - mean[c]). Items: `partials`, each with images * item / partials on.
   */
  normBackStatistics:
    'x xImage xRow xPixel dy dyImage dyRow dyPixel images height width channels factor offset mean activation partial partials',
  /**
   * scaleGradient += weight * sum(dz (x - mean)) * r, shiftGradient += weight * sum(dz), with r = 1 / sqrt(variance + epsilon); and the coefficients of
   * dx = factor * dz + slope * x + level: slope = -factor r r sum(dz (x - mean)) / count, level = -slope mean - factor sum(dz) / count. Items: 1.
   */
  normBackCoefficients:
    'partial partials count channels factor epsilon mean variance scaleGradient shiftGradient slope level weight',
  /** dx = factor[c] * dz + slope[c] * x + level[c]. Items: images. */
  normBackApply:
    'x xImage xRow xPixel dz dzImage dzRow dzPixel dx dxImage dxRow dxPixel height width channels factor slope level add',

  /** y = f(x). Items: images. */
  activate: 'x xImage xRow xPixel y yImage yRow yPixel height width channels activation',
  /** dx = dy * f'(x). Items: images. */
  activateBack:
    'x xImage xRow xPixel dy dyImage dyRow dyPixel dx dxImage dxRow dxPixel height width channels activation add',

  /** Maximum of each window; taps outside the map do not count. `top`, `left`: padding; x strides without the stride. Items: images. */
  poolMaximum: 'x xImage xRow xPixel xHeight xWidth y yImage yRow yPixel height width channels kernel stride padding',
  /** dx += dy at the first (row by row) tap of each window that is its maximum. dx must hold zeros or what is added to. Items: images. */
  poolMaximumBack:
    'x xImage xRow xPixel xHeight xWidth dy dyImage dyRow dyPixel height width channels kernel stride padding dx dxImage dxRow dxPixel',
  /** Average over the taps of each window that lie inside the map. Items: images. */
  poolAverage: 'x xImage xRow xPixel xHeight xWidth y yImage yRow yPixel height width channels kernel stride padding',
  /** dx += dy / (taps inside) at every tap inside. Items: images. */
  poolAverageBack:
    'dx dxImage dxRow dxPixel xHeight xWidth dy dyImage dyRow dyPixel height width channels kernel stride padding',
  /** y[n][c] = mean over the image. y has one pixel an image. Items: images. */
  globalPool: 'x xImage xRow xPixel height width channels y yImage',
  /** dx = dy[n][c] / (height * width) at every pixel. Items: images. */
  globalPoolBack: 'dx dxImage dxRow dxPixel height width channels dy dyImage add',

  /** y = x, or y += x. Items: images. */
  copy: 'x xImage xRow xPixel y yImage yRow yPixel height width channels add',
  /** y = a + b. Items: images. */
  sum: 'a aImage aRow aPixel b bImage bRow bPixel y yImage yRow yPixel height width channels',
  /** y[..][to[k]] = x[..][from[k]] for k < count; `from` and `to` are addresses of i32 channel indices. Other channels of y stay. Items: images. */
  moveChannels: 'x xImage xRow xPixel y yImage yRow yPixel height width count from to add',
  /** y = x * f[n][c]; f has one pixel an image. Items: images. */
  scaleChannels: 'x xImage xRow xPixel f fImage y yImage yRow yPixel height width channels add',
  /** df[n][c] = sum over the image of dy * x. Items: images. */
  scaleChannelsBack: 'x xImage xRow xPixel dy dyImage dyRow dyPixel height width channels df dfImage add',
  /**
   * y = x / (1 - probability), or 0 where a hash of (key, n, pixel number h * width + w, channel) falls below `probability` of its range.
   * The same instruction is its own gradient. Items: images.
   */
  dropout: 'x xImage xRow xPixel y yImage yRow yPixel height width channels probability key add',

  /**
   * Cross-entropy with label smoothing over `classes` logits an image: loss[n] (f32), right[n] (i32: 1 where the first largest logit is the label's)
   * and dx = weight / images * (softmax - target). labels: i32 [images]. Items: images.
   */
  crossEntropy: 'x xImage classes labels smoothing loss right dx dxImage images weight',

  /**
   * The optimizer's instructions work on a table of `segments` i32 rows of 8: value, gradient, first, second (addresses; second 0 for SGD), length (elements),
   * decays (0 or 1), steps (address of one f32), unused. partial[segment] (f64) = sum of squared gradients. Items: segments.
   */
  gradientNorms: 'table segments partial',
  /** partial: f64 [segments]; factor: f32, limit / norm where the norm (the root of their sum) is above the limit, NaN where it is not finite, otherwise 1. Items: 1. */
  clipFactor: 'partial segments limit factor',
  /** g = factor * gradient + decay * value where it decays; first = momentum * first + g; value -= rate * (nesterov ? g + momentum * first : first). Nothing changes where the f32 at `factor` is NaN. Items: segments. */
  sgd: 'table segments factor rate momentum nesterov decay',
  /** Steps + 1, then AdamW as PyTorch does it, on factor * gradient. Nothing changes where the f32 at `factor` is NaN. Items: segments. */
  adamw: 'table segments factor rate beta1 beta2 epsilon decay',

  /**
   * Weights of a 3x3 convolution for `convolveWinograd`: w[o * outputStride + i * inputStride + row * tapRow + column * tapColumn], strides in
   * elements (they may be negative). packed: f32 [blocks of 8 outputs][36][inputs rounded up to 4][8]. Items: blocks of 8 outputs.
   */
  packWinograd: 'w packed outputs outputStride inputs inputStride tapRow tapColumn',
  /**
   * A 3x3 convolution with stride and dilation 1, by fewer multiplications than `convolve`: x is the pixel that the first tap of output (0, 0)
   * reads, and height + 2 rows of width + 2 pixels are read from there. Worth it from about 16 inputs and outputs on.
   * scratch: `winogradScratch(inputs)` bytes for every thread. Items: images.
   */
  convolveWinograd: 'x xImage xRow xPixel y yImage yRow yPixel height width inputs packed outputs bias add scratch',
  /**
   * Gradient to the weights of such a convolution, over the item's images (images * item / partials on), with x and its extent as there:
   * partial[item] = `winogradPartialBytes(inputs, outputs)` of sums that are not yet taps. dy is read up to outputs rounded up to 4.
   * scratch: `winogradWeightsScratch(inputs, outputs)` bytes for every thread. Items: `partials`, fixed by the planner.
   */
  convolveWeightsWinograd:
    'x xImage xRow xPixel dy dyImage dyRow dyPixel images height width inputs outputs partial partials scratch',
  /** w[as in packWinograd] += weight * what the partials add up to; they are overwritten. Items: inputs. */
  unpackWinograd: 'w partial partials outputs outputStride inputs inputStride tapRow tapColumn weight',
} as const satisfies Record<string, string>;

/** Bytes of scratch memory that a thread needs for `convolveWinograd`. */
export function winogradScratch(inputs: number): number {
  return 36 * (64 * 4 * Math.ceil(inputs / 4) + 64 + 512 + 16);
}

/** Bytes of scratch memory that a thread needs for `convolveWeightsWinograd`. */
export function winogradWeightsScratch(inputs: number, outputs: number): number {
  return 36 * (32 * 4 * (4 * Math.ceil(inputs / 4) + 8 * Math.ceil(outputs / 8)) + 2 * 64 + 16);
}

/** Bytes of one partial result of `convolveWeightsWinograd`. */
export function winogradPartialBytes(inputs: number, outputs: number): number {
  return 36 * (4 * Math.ceil(inputs / 4) * 8 * Math.ceil(outputs / 8) * 4 + 64);
}

/** The name of an instruction. */
export type InstructionName = keyof typeof instructions;

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;

/** The arguments of an instruction by name. */
export type Arguments<Name extends InstructionName> = {
  readonly [Argument in Words<(typeof instructions)[Name]>]: number;
};

/** Operation codes: the position in the table, from 1; 0 ends a program. */
export const operationCodes = Object.fromEntries(
  Object.keys(instructions).map((name, index) => [name, index + 1]),
) as Readonly<Record<InstructionName, number>>;

/** Arguments that are f32. */
export const FLOATS: ReadonlySet<string> = new Set([
  'weight',
  'epsilon',
  'probability',
  'smoothing',
  'limit',
  'rate',
  'momentum',
  'decay',
  'beta1',
  'beta2',
]);

/** Codes of `activation`. */
export const activationCodes = {
  none: 0,
  relu: 1,
  relu6: 2,
  sigmoid: 3,
  swish: 4,
  'hard-sigmoid': 5,
  'hard-swish': 6,
} as const;
