/** The Python that runs the PyTorch engine, and the package that it runs. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../errors.js';

/** The variable that names a Python with PyTorch; without it the first `python3` or `python` on the PATH is taken. */
export const PYTHON_VARIABLE = 'LISSNAS_PYTHON';

const PACKAGE = 'lissnas_torch';

/** The folder that Python finds the package in, beside the `package.json` of this program. */
export function packageFolder(): string {
  let root = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(root, 'package.json'))) root = dirname(root);
  return join(root, 'python');
}

/** SHA-256 (hexadecimal) of the package's files. */
export function packageHash(): string {
  const folder = join(packageFolder(), PACKAGE);
  const hash = createHash('sha256');
  const names = readdirSync(folder).filter((name) => name.endsWith('.py'));
  for (const name of names.sort()) {
    const content = readFileSync(join(folder, name));
    hash.update(`${name} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** @throws InputError where there is no Python, with what to do */
export function findPython(): string {
  const named = process.env[PYTHON_VARIABLE];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = ['python3', 'python']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new InputError(
    `the torch engine needs Python with PyTorch, and there is no python3 on the PATH; install it, or name it in the variable ${PYTHON_VARIABLE}`,
  );
}
