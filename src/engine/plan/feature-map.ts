/** Feature maps as the kernels see them: where they lie in memory and how far apart images, rows and pixels are. */
import type { Shape } from '../../networks/graph.js';
import type { Buffer, Located, ProgramBuilder } from '../program.js';

/** Pixels of zeros around a map. */
export interface Border {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The map of one value, or of its gradient, for all images of a batch. Strides in bytes. */
export interface FeatureMap {
  readonly buffer: Buffer;
  /** bytes from the start of the buffer to channel 0 of pixel (0, 0) of image 0 */
  readonly origin: number;
  readonly images: number;
  readonly image: number;
  readonly row: number;
  readonly pixel: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** No border. */
export const NO_BORDER: Border = { top: 0, bottom: 0, left: 0, right: 0 };

/** A border that is wide enough for both. */
export function widest(a: Border, b: Border): Border {
  return {
    top: Math.max(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    left: Math.max(a.left, b.left),
    right: Math.max(a.right, b.right),
  };
}

/** Bytes of a pixel's channels in groups of 4. */
export const pixelBytes = (channels: number): number => 16 * Math.ceil(channels / 4);

/**
 * Bytes from one pixel to the next. A multiple of 512 would put a column of channels into a few sets of the cache alone, which then holds
 * too few pixels of it, so such pixels stand a line of 64 bytes further apart.
 */
function pixelStride(channels: number): number {
  const bytes = pixelBytes(channels);
  return bytes % 512 === 0 ? bytes + 64 : bytes;
}

/** Whether pixels that stand side by side have nothing between their channels. */
export function isDense({ pixel, channels }: Pick<FeatureMap, 'pixel' | 'channels'>): boolean {
  return pixel === pixelBytes(channels);
}

/**
 * A new map. Its border is set to zero, and so is all of it where `cleared`.
 * @param begins written from outside before the program runs
 */
export function newMap(
  program: ProgramBuilder,
  images: number,
  [channels, height, width]: Shape,
  border: Border,
  { begins = false, outlives = false, cleared = false } = {},
): FeatureMap {
  const pixel = pixelStride(channels);
  const row = (border.left + width + border.right) * pixel;
  const image = (border.top + height + border.bottom) * row;
  const buffer = program.buffer(images * image, { begins, outlives });
  const origin = border.top * row + border.left * pixel;
  const map = { buffer, origin, images, image, row, pixel, channels, height, width };
  if (cleared) clear(program, map);
  else if (image > height * width * pixel) {
    program.emit('zeroBorder', images, { y: at(map), height, width, ...border });
  }
  return map;
}

/** Sets the whole buffer of a map to zero. */
export function clear(program: ProgramBuilder, { buffer }: FeatureMap): void {
  program.emit('zero', Math.ceil(buffer.bytes / 65_536), { address: { buffer, offset: 0 }, bytes: buffer.bytes });
}

/** How the strides are changed, in steps of the map's own, and where one begins. */
export interface Stepping {
  /** bytes beyond the origin */
  readonly offset?: number;
  readonly rows?: number;
  readonly pixels?: number;
}

/** A map as an operand: where it lies, and its three strides. */
export function at(map: FeatureMap, { offset = 0, rows = 1, pixels = 1 }: Stepping = {}): Located {
  const { buffer, origin, image, row, pixel } = map;
  return { buffer, offset: origin + offset, image, row: rows * row, pixel: pixels * pixel };
}

/** Height, width and channels as operands. */
export function extent({ height, width, channels }: FeatureMap) {
  return { height, width, channels };
}
