/** What the documents say about the package is true. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { PASSWORD_VARIABLE, URL_VARIABLE } from '../src/queue/address.js';
import { filesUnder, readText, root } from './sources.js';

const manifest = JSON.parse(readText('package.json')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  license: string;
  version: string;
};
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...filesUnder('docs'),
  ...filesUnder('examples'),
].filter((path) => path.endsWith('.md') && existsSync(join(root, path)));

/** The scripts that a text tells the reader to call: `npm start`, `npm test`, `npm run NAME`. */
function commandsIn(text: string): string[] {
  const named = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, run, short]) => run ?? short);
  return [...new Set(named as string[])].sort();
}

it('the commands of CONTRIBUTING are exactly the scripts of the package', () => {
  expect(commandsIn(readText('CONTRIBUTING.md'))).toEqual(Object.keys(manifest.scripts).sort());
});

it('no document calls a script that does not exist', () => {
  const wrong = documents.flatMap((path) =>
    commandsIn(readText(path))
      .filter((name) => !(name in manifest.scripts))
      .map((name) => `${path}: npm run ${name}`),
  );
  expect(wrong).toEqual([]);
});

it('every relative link leads to a file', () => {
  const broken = documents.flatMap((path) =>
    [...readText(path).matchAll(/\]\(([^)\s]+)\)|<img[^>]*\bsrc="([^"]+)"/g)]
      .map(([, link, image]) => ((link ?? image) as string).split('#')[0] as string)
      .filter((target) => target !== '' && !/^[a-z][a-z0-9+.-]*:/i.test(target))
      .filter((target) => !existsSync(join(root, dirname(path), decodeURI(target))))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

it('the table of dependencies in the README lists exactly the dependencies of the package', () => {
  if (!existsSync(join(root, 'README.md'))) return;
  const rows = [...readText('README.md').matchAll(/^\|\s*`([^`]+)`\s*\|/gm)].map(([, name]) => name as string);
  const packages = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]);
  expect(rows.filter((name) => packages.has(name)).sort()).toEqual(Object.keys(manifest.dependencies).sort());
});

it('the Kubernetes manifest is one, and whatever stops a worker waits longer than its grace', () => {
  const text = readText('docs/cluster.md');
  const [yaml] = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block as string);
  const { kind, spec } = parse(yaml!);
  const pod = spec.template;
  expect(kind).toBe('Deployment');
  expect(pod.metadata.labels).toEqual(spec.selector.matchLabels);
  const [{ command, env }] = pod.spec.containers;
  expect(env.map(({ name }: { name: string }) => name)).toEqual([URL_VARIABLE, PASSWORD_VARIABLE]);
  const grace = Number(command[command.indexOf('--grace') + 1]);
  expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(grace + 10);
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThan(grace + 10);
  expect(Number(/^#SBATCH --signal=TERM@(\d+)$/m.exec(text)?.[1])).toBeGreaterThan(grace + 10);
});

it('the license is the whole Apache License 2.0, and the changelog knows this version', () => {
  const license = readText('LICENSE');
  expect(license).toContain('Version 2.0, January 2004');
  expect(license).toContain('9. Accepting Warranty or Additional Liability.');
  expect(license).toContain('END OF TERMS AND CONDITIONS');
  expect(manifest.license).toBe('Apache-2.0');
  expect(readText('CHANGELOG.md')).toContain(`## ${manifest.version}`);
});

it('every version is pinned, and the lock file names no registry', () => {
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(readText('package-lock.json')).not.toContain('"resolved": "http');
});
