/** Writing files so that a reader sees the old content or the new, never half of one. */
import { randomBytes } from 'node:crypto';
import { access, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError, LissnasError } from '../errors.js';
import { syncFolder } from '../journal/sync.js';

/** What can be written: all at once, or piece by piece when it is large (each piece is one write, so not too small). */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file under a temporary name in the same folder, flushes it and renames it; on any failure the temporary file is removed
 * and what stood under the name before is untouched.
 * @throws InputError when the place cannot be written to; LissnasError with code `write` when the disk refuses; whatever `content` throws
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(path, error);
  }
  await syncFolder(dirname(path));
}

const TEMPORARY = '.unfinished';

/** A new name beside `path` for what shall become `path`. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}${TEMPORARY}`);
}

/** Whether a file name is that of a write that a crash has stopped. */
export function isUnfinishedName(name: string): boolean {
  return name.startsWith('.') && name.endsWith(TEMPORARY);
}

const PLACE_FAULTS = new Map([
  ['ENOENT', 'its folder does not exist'],
  ['ENOTDIR', 'a part of its path is a file, not a folder'],
  ['EISDIR', 'a folder has this name'],
  ['EEXIST', 'a file has this name'],
  ['EACCES', 'permission is denied'],
  ['EPERM', 'the operation is not permitted'],
  ['EROFS', 'the disk is read-only'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

const DISK_FAULTS = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'no file may be that large here'],
  ['EIO', 'the disk reports an input/output error'],
]);

/** The error to show for a failed write to `path`: InputError where another path would help; unknown errors come back unchanged. */
export function writeError(path: string, error: unknown): unknown {
  if (error instanceof LissnasError || !(error instanceof Error) || !('code' in error)) return error;
  const fault = PLACE_FAULTS.get(String(error.code));
  if (fault !== undefined) {
    return new InputError(`cannot be written because ${fault}; choose another place`, { file: path }, { cause: error });
  }
  const refusal = DISK_FAULTS.get(String(error.code));
  if (refusal === undefined) return error;
  return new LissnasError('write', `${path} cannot be written because ${refusal}`, { cause: error });
}

/** Whether there is a file or folder of this name. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
