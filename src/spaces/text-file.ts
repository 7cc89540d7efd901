/** Reading a text file of a user's, of bounded size. */
import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../errors.js';

/**
 * The text of a UTF-8 file.
 * @param largest bytes that it may have at most
 * @param what the file should be, e.g. 'a space file'
 * @throws InputError naming the file, where it is missing, unreadable, too large or not UTF-8
 */
export async function readTextFile(file: string, largest: number, what: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > largest) {
      throw new InputError(`the file has ${size} bytes; ${what} has at most ${largest}`, { file });
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(readFault(error), { file }, { cause: error });
  }
}

/** Why a file could not be read, in words of the user's. */
export function readFault(error: unknown): string {
  if (error instanceof TypeError) return 'the file is not UTF-8 text';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'this is a folder, not a file';
  return `the file cannot be read (${String(code ?? error)})`;
}
