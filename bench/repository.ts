/** Where the repository lies, seen from its translated files under .build/. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder: the nearest one upwards with a package.json. */
export const repository = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

/** The full path of a published table such as 'nasbench201/nasbench201.csv.gz', or undefined where it is not at hand. */
export function benchmarkFile(relative: string): string | undefined {
  const file = join(resolve(repository, process.env.LISSNAS_BENCHMARKS ?? '../shared/benchmarks'), relative);
  return existsSync(file) ? file : undefined;
}
