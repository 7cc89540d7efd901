/**
 * Which values dropout drops: a hash of where a value stands, so that the way back needs no stored mask and no thread, order or batch layout
 * changes the outcome. In the kernels image and pixel are hashed outside the loop over channels, which leaves one `scramble` per value.
 */
import { hashText, mix } from '../math/random.js';

/** The key (i32) of one dropout operation in one learning step. */
export function dropoutKey(randomSeed: number, operation: string): number {
  return mix(randomSeed | 0, hashText(operation));
}

/**
 * A hash below 2^32 of a value's place: `image` in the batch, `pixel` = row * width + column, `channel`. All sums wrap at 32 bits:
 * scramble(scramble(scramble(key + image) + pixel) + channel). The value is dropped where this is less than `dropoutThreshold`.
 */
export function dropoutHash(key: number, image: number, pixel: number, channel: number): number {
  return scramble((scramble((scramble((key + image) | 0) + pixel) | 0) + channel) | 0);
}

/**
 * floor(2^32 * probability), of the probability rounded to float32 as the kernels hold it, for 0 <= probability < 1.
 * What is kept is divided by 1 - probability, of the same rounded probability.
 */
export function dropoutThreshold(probability: number): number {
  return Math.floor(Math.fround(probability) * 2 ** 32);
}

/** 32 bits to 32 bits, one to one, every input bit moves every output bit: "lowbias32" of Wellons' hash prospector (nullprogram.com/blog/2018/07/31). */
function scramble(bits: number): number {
  let x = bits;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
