/** Where real image data lies, for tests that use it; it is never part of the repository. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = resolve(root, process.env.LISSNAS_DATASETS ?? '../shared/datasets');

/** The full path of a file or folder such as 'cifar10.tar.xz', or undefined where it is not at hand. */
export function datasetFile(relative: string): string | undefined {
  const file = join(folder, relative);
  return existsSync(file) ? file : undefined;
}
