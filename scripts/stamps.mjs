/** Tells whether node_modules/ and dist/ are up to date. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Holds the hash of the sources that dist/ was built from. */
export const BUILD_STAMP = join(root, '.build/stamp');

/** Whether every package of the lock file is installed in the version it asks for (platform packages may be absent). */
export function isInstalled() {
  const installed = readPackages('node_modules/.package-lock.json');
  if (installed === undefined) return false;
  return Object.entries(readPackages('package-lock.json') ?? {}).every(
    ([path, wanted]) =>
      path === '' || (installed[path] === undefined ? wanted.optional : installed[path].version === wanted.version),
  );
}

function readPackages(lockFile) {
  const file = join(root, lockFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/** Whether dist/ was built from the sources as they are now. */
export function isBuilt() {
  return (
    existsSync(join(root, 'dist')) && existsSync(BUILD_STAMP) && readFileSync(BUILD_STAMP, 'utf8') === hashSources()
  );
}

/** A hash of everything that the build reads. */
export function hashSources() {
  return hashFiles(['package.json', 'tsconfig.json', 'tsconfig.build.json', ...pageSources()]);
}

/** The files that the pages are made of, which may be all of the library. */
export function pageSources() {
  return ['package-lock.json', 'scripts/build-web.mjs', ...filesIn('src'), ...filesIn('web')];
}

function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((path) => /\.(ts|svelte|css|html)$/.test(path) && !path.endsWith('.test.ts'))
    .map((path) => join(folder, path));
}

/** A hash of the names and contents of files, given by their paths from the root. */
export function hashFiles(paths) {
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}
