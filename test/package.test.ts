/** The packed tarball works in an empty project: on this Node, and on those that LISSNAS_NODES names (paths, separated like PATH). */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readText, root } from './sources.js';

const ready = existsSync(join(root, 'src/index.ts')) && existsSync(join(root, 'src/cli/main.ts'));
const nodes = [process.execPath, ...(process.env.LISSNAS_NODES ?? '').split(delimiter).filter((path) => path !== '')];
const version = (JSON.parse(readText('package.json')) as { version: string }).version;

describe.skipIf(!ready)('the packed tarball', () => {
  let base: string;
  let project: string;
  let tarball: string;
  let packed: string[];

  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'lissnas-package-'));
    project = join(base, 'project');
    execFileSync(process.execPath, ['scripts/setup.mjs'], { cwd: root, stdio: 'pipe' });
    const [report] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', base)) as [
      { filename: string; files: { path: string }[] },
    ];
    packed = report.files.map(({ path }) => path);
    tarball = join(base, report.filename);
    execFileSync('mkdir', [project]);
    writeFileSync(join(project, 'package.json'), '{"name":"a-user","private":true,"type":"module"}');
    npm(project, 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball);
  }, 300_000);
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it('holds the library and its papers, no tests, and is small', () => {
    for (const path of [
      'dist/index.js',
      'dist/index.d.ts',
      'dist/cli/main.js',
      'dist/engine/kernels.wasm',
      'LICENSE',
      'package.json',
    ]) {
      expect(packed).toContain(path);
    }
    expect(packed.filter((path) => /test|fixture|^src\/|^bench\/|\.map$/.test(path))).toEqual([]);
    expect(statSync(tarball).size).toBeLessThan(2_000_000);
  });

  describe.each(nodes)('on %s', (node) => {
    const run = (...args: string[]) => execFileSync(node, args, { cwd: project, encoding: 'utf8' });

    it("import 'lissnas' works", () => {
      writeFileSync(
        join(project, 'use.mjs'),
        "import * as lissnas from 'lissnas';\nconsole.log(Object.keys(lissnas).length, typeof lissnas.InputError);\n",
      );
      expect(run('use.mjs')).toMatch(/^[1-9]\d* function\n$/);
    });

    it('npx lissnas works', () => {
      const path = `${dirname(node)}${delimiter}${process.env.PATH}`;
      const said = npm(project, 'exec', '--no', '--', 'lissnas', '--version', { ...process.env, PATH: path });
      expect(said.trim()).toBe(version);
      expect(run(join('node_modules', 'lissnas', 'dist', 'cli', 'main.js'), '--help')).toContain('shrink');
    });
  });
});

/** Runs npm in a folder, with an environment as the last argument where the own one will not do. */
function npm(cwd: string, ...args: (string | NodeJS.ProcessEnv)[]): string {
  const last = args.at(-1);
  const env = typeof last === 'object' ? last : process.env;
  const words = args.filter((arg) => typeof arg === 'string');
  return execFileSync('npm', words, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
