/** Long output to stdout, no faster than it is read. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes all pieces; makes the next only when the reader has room for it, and stops where the reader stops. */
export async function sayPieces(
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  await pipeline(Readable.from(pieces), process.stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error; // the reader has seen enough
  });
}
