/** Random changes of training images that leave the class as it is. */
import { InputError } from '../errors.js';
import type { Random } from '../math/random.js';
import type { Shape } from '../networks/graph.js';

/** Which changes are made. What is absent is off; `{}` changes nothing. */
export interface Augmentation {
  /** the image is moved by up to so many pixels in each direction: a random crop of the image with this padding around it */
  readonly padding?: number;
  /** mirrors left and right in half of the cases */
  readonly flip?: boolean;
  /** side in pixels of a square around a random pixel that is blanked, as far as it lies inside (DeVries and Taylor, arXiv 1708.04552) */
  readonly cutout?: number;
}

/** The usual recipe for 32x32 images. */
export const standardAugmentation: Augmentation = { padding: 4, flip: true };

/** What is done with one image. */
export interface Change {
  /** the output pixel (x, y) shows the input pixel (x + right, y + down), before flipping */
  readonly right: number;
  readonly down: number;
  readonly flip: boolean;
  /** blanked columns and rows, from the first to before the last */
  readonly hole: readonly [left: number, top: number, right: number, bottom: number];
}

const NO_HOLE = [0, 0, 0, 0] as const;

/** No change. */
export const unchanged: Change = { right: 0, down: 0, flip: false, hole: NO_HOLE };

/** Refuses options that make no sense for images of this shape. @throws InputError */
export function checkAugmentation({ padding = 0, cutout = 0 }: Augmentation, [, height, width]: Shape): void {
  const side = Math.min(height, width);
  for (const [option, value] of Object.entries({ padding, cutout })) {
    if (!Number.isInteger(value) || value < 0 || value >= side) {
      throw new InputError(
        `augmentation with ${option} ${value}; for images of ${height}x${width} it is a whole number from 0 to ${side - 1}`,
      );
    }
  }
}

/** Draws what is done with an image of this shape. */
export function drawChange(
  { padding = 0, flip = false, cutout = 0 }: Augmentation,
  [, height, width]: Shape,
  random: Random,
): Change {
  const right = padding === 0 ? 0 : random.integer(2 * padding + 1) - padding;
  const down = padding === 0 ? 0 : random.integer(2 * padding + 1) - padding;
  const flipped = flip && random.integer(2) === 1;
  if (cutout === 0) return { right, down, flip: flipped, hole: NO_HOLE };
  const left = random.integer(width) - Math.floor(cutout / 2);
  const top = random.integer(height) - Math.floor(cutout / 2);
  const hole = [Math.max(0, left), Math.max(0, top), Math.min(width, left + cutout), Math.min(height, top + cutout)];
  return { right, down, flip: flipped, hole: hole as [number, number, number, number] };
}

/**
 * Writes an image, normalized through the look-up table [channels][256] and changed, to `values` from `to` on, where zeros must stand.
 * Padding and holes stay 0, which is the mean colour of the training images.
 */
export function writeImage(
  pixels: Uint8Array,
  from: number,
  [channels, height, width]: Shape,
  table: Float32Array,
  { right, down, flip, hole }: Change,
  values: Float32Array,
  to: number,
): void {
  const first = Math.max(0, -right); // columns of the output, before flipping, that show the input
  const last = Math.min(width, width - right);
  const step = flip ? -channels : channels;
  for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
    const read = from + ((y + down) * width + first + right) * channels;
    const write = to + (y * width + (flip ? width - 1 - first : first)) * channels;
    for (let c = 0; c < channels; c++) {
      const levels = c << 8;
      let out = write + c;
      for (let at = read + c; at < read + (last - first) * channels; at += channels, out += step) {
        values[out] = table[levels + pixels[at]];
      }
    }
  }
  for (let y = hole[1]; y < hole[3]; y++) {
    values.fill(0, to + (y * width + hole[0]) * channels, to + (y * width + hole[2]) * channels);
  }
}
