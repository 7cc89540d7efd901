/** Programs that some tests compare with. They are found, not assumed; where CI is set they must be there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first Python with these modules by what it is looked for, and undefined where none was found. */
const found = new Map<string, string | undefined>();

/**
 * A Python that has scikit-learn and scipy, or undefined; then one line on stderr says that tests are skipped and why.
 * @throws Error instead where the environment variable CI is set
 */
export function python(): string | undefined {
  return pythonWith('sklearn, scipy', 'python3-sklearn, python3-scipy');
}

/** The same for a Python that has PyTorch. */
export function torch(): string | undefined {
  return pythonWith('torch', 'python3-torch');
}

function pythonWith(modules: string, packages: string): string | undefined {
  if (!found.has(modules)) {
    const hasModules = (path: string) => spawnSync(path, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0;
    found.set(modules, ['python3', '/usr/bin/python3'].find(hasModules));
  }
  const path = found.get(modules);
  if (path === undefined) missing(`no python3 with ${modules} was found (Debian: ${packages})`);
  return path;
}

/** The full path of a Chromium, or undefined and one line on stderr. @throws Error instead where CI is set */
export function chromium(): string | undefined {
  const path = onPath(['chromium', 'chromium-browser', 'google-chrome']);
  if (path === undefined) missing('no chromium was found (Debian: chromium)');
  return path;
}

/** The full path of a Redis server, or undefined and one line on stderr. @throws Error instead where CI is set */
export function redis(): string | undefined {
  const path = onPath(['redis-server']);
  if (path === undefined) missing('no redis-server was found (Debian: redis-server)');
  return path;
}

/** A Redis server that speaks TLS, and openssl; or undefined and one line on stderr. @throws Error instead where CI is set */
export function redisWithTls(): { readonly redis: string; readonly openssl: string } | undefined {
  const server = redis();
  if (server === undefined) return undefined;
  const openssl = onPath(['openssl']);
  // one with TLS complains of the number, one without it of the setting
  const { stdout, stderr } = spawnSync(server, ['--tls-port', 'none'], { encoding: 'utf8' });
  if (openssl !== undefined && !`${stdout}${stderr}`.includes('Bad directive')) return { redis: server, openssl };
  missing(openssl === undefined ? 'no openssl was found (Debian: openssl)' : 'the redis-server found has no TLS');
  return undefined;
}

/** The first of these programs that is on the PATH. */
function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function missing(reason: string): void {
  if (process.env.CI) throw new Error(`CI is set, so nothing may be skipped, but ${reason}`);
  process.stderr.write(`skipped: ${reason}\n`);
}
