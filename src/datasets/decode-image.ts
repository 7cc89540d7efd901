/** One JPEG or PNG file to red, green and blue bytes. */
import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { unreadable } from '../benchmarks/file-bytes.js';
import { InputError } from '../errors.js';

/** A decoded image. */
export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  /** [height][width][3] */
  readonly pixels: Uint8Array;
}

const LARGEST_FILE = 100_000_000; // bytes
const MOST_PIXELS = 100_000_000;
const JPEG = [0xff, 0xd8, 0xff];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Decodes a file whose content, whatever its name, is JPEG or PNG. Grey, CMYK and 16-bit images become 8-bit sRGB, transparent parts white, and the
 * EXIF orientation is applied. With a `side`, the largest centred square is scaled to side x side.
 * @throws InputError where the file is neither JPEG nor PNG, is damaged or cut short, or is larger than 100 MB or 100 million pixels
 */
export async function decodeImage(file: string, side?: number): Promise<DecodedImage> {
  const bytes = await readBounded(file);
  const begins = (magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (!begins(JPEG) && !begins(PNG)) throw new InputError('the content is neither a JPEG nor a PNG image', { file });
  try {
    const oriented = sharp(bytes, { failOn: 'warning', limitInputPixels: MOST_PIXELS }).autoOrient();
    const sized = side === undefined ? oriented : oriented.resize(side, side, { fit: 'cover', position: 'centre' });
    const { data, info } = await sized
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels`);
    return { height: info.height, width: info.width, pixels: data };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new InputError(`the image cannot be decoded (${reason})`, { file }, { cause });
  }
}

async function readBounded(file: string): Promise<Buffer> {
  const failed = (cause: unknown) => {
    throw unreadable(file, cause);
  };
  const { size } = await stat(file).catch(failed);
  if (size > LARGEST_FILE) throw new InputError(`the file is larger than ${LARGEST_FILE / 1e6} MB`, { file });
  return readFile(file).catch(failed);
}
