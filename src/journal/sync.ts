/** Making a change of a folder (a new name, a rename) survive a power cut. */
import { open } from 'node:fs/promises';

/** Flushes a folder's list of names to the disk; does nothing on systems where a folder cannot be opened. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
