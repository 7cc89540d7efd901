/** Where the real benchmark tables lie, for tests that use them; they are never part of the repository. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = resolve(root, process.env.LISSNAS_BENCHMARKS ?? '../shared/benchmarks');

/** The full path of a benchmark file such as 'nasbench201/nasbench201.csv.gz', or undefined where it is not at hand. */
export function benchmarkFile(relative: string): string | undefined {
  const file = join(folder, relative);
  return existsSync(file) ? file : undefined;
}
