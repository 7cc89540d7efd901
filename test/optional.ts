/** Programs that some tests compare with. They are found, not assumed; where CI is set they must be there. */
import { spawnSync } from 'node:child_process';

let found: { path: string | undefined } | undefined;

/**
 * A Python that has scikit-learn and scipy, or undefined; then one line on stderr says that tests are skipped and why.
 * @throws Error instead where the environment variable CI is set
 */
export function python(): string | undefined {
  found ??= { path: ['python3', '/usr/bin/python3'].find(hasLibraries) };
  if (found.path === undefined)
    missing('no python3 with sklearn and scipy was found (Debian: python3-sklearn, python3-scipy)');
  return found.path;
}

function hasLibraries(path: string): boolean {
  return spawnSync(path, ['-c', 'import sklearn, scipy'], { stdio: 'ignore' }).status === 0;
}

function missing(reason: string): void {
  if (process.env.CI) throw new Error(`CI is set, so nothing may be skipped, but ${reason}`);
  process.stderr.write(`skipped: ${reason}\n`);
}
