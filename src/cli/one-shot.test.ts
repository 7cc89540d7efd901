/** Runs that train, as processes of their own: what they print, how they are stopped, and what they say when they cannot go on. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Ended, lissnas, start } from '../../test/cli.js';
import { root } from '../../test/sources.js';
import { LIVE_NAMES } from '../runs/live/files.js';
import { tinyText, writeImages } from '../runs/one-shot/testing/tiny-run.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // many processes, each of a second or two where nothing else runs

const augmentation = { padding: 1, flip: false };
const long = {
  warmUp: { batch: 4, steps: 255, augmentation },
  training: { batch: 4, steps: 60, augmentation },
};

let base: string;
let whole: string; // the folder in which the run that was never stopped was started
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-one-shot-'));
  writeImages(base);
  whole = cwd({ supernet: long });
  const { code, stderr } = await lissnas(['run', 'run.yaml', '--out', 'run'], whole);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A new folder with a configuration, so that the same command line can be given in each. */
function cwd(other: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(join(base, 'cwd-'));
  writeFileSync(join(folder, 'run.yaml'), tinyText('../images', other));
  return folder;
}

/** All files of the run but those that only tell. */
const files = (folder: string) =>
  readdirSync(join(folder, 'run'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !LIVE_NAMES.includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

function expectSame(folder: string, ended: Ended) {
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
  expect(files(folder)).toEqual(files(whole));
  for (const file of files(whole)) {
    expect(readFileSync(join(folder, file)).equals(readFileSync(join(whole, file))), file).toBe(true);
  }
}

it('prints tables and where the files are, on standard output alone', async () => {
  const { code, stdout, stderr } = await lissnas(['resume', 'run'], whole);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^architectures +390,625 +8$/m);
  expect(stdout).toMatch(/^found +[0-4]{8} +\d/m);
  expect(stdout).toMatch(/^run\/best\.onnx /m);
  expect(stdout).not.toMatch(/NaN|undefined|null/);
});

it('--json prints one document and nothing else, the one of result.json', async () => {
  const { code, stdout, stderr } = await lissnas(['resume', 'run', '--json'], whole);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { folder, ...result } = JSON.parse(stdout);
  expect(folder).toBe('run');
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(result).toEqual(JSON.parse(readFileSync(join(whole, 'run/result.json'), 'utf8')));
});

it('--verbose tells what is done and how long it will take, and Ctrl-C keeps the steps that were done', async () => {
  const folder = cwd({ supernet: { ...long, warmUp: { batch: 16, steps: 2000, paths: 3, augmentation } } });
  const { child, ended } = start(['run', 'run.yaml', '--out', 'run', '--verbose'], folder);
  const line = await new Promise<string>((told) => child.stderr!.once('data', (text) => told(String(text))));
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(files(folder)).toContain('run/supernet-warm-up.safetensors');
  expect(line).toMatch(
    /^warming the supernet up: step \d+ of 2000, loss \d\.\d+, training accuracy \d+\.\d %(, about \d.*(s|min|h) left)?\n$/,
  );
});

it.each([
  ['SIGINT', 'supernet-warm-up.safetensors'],
  ['SIGTERM', 'journals/scratch.ndjson'],
] as const)('%s once there is %s: everything can be resumed, and the way is told', async (signal, file) => {
  const folder = cwd({ supernet: long });
  const { child, ended } = start(['run', 'run.yaml', '--out', 'run'], folder);
  while (!existsSync(join(folder, 'run', file)) && child.exitCode === null) await delay(3);
  child.kill(signal);
  expect(await ended).toEqual({
    code: 130,
    signal: null,
    stdout: '',
    stderr: 'Stopped; nothing is lost. Go on with:  lissnas resume run\n',
  });
  expect(files(folder).filter((name) => /lock|unfinished/.test(name))).toEqual([]);
  expectSame(folder, await lissnas(['resume', 'run'], folder));
});

it('a second process in the folder is refused and harms nothing', async () => {
  const folder = cwd({ supernet: long });
  const first = start(['run', 'run.yaml', '--out', 'run'], folder);
  while (!existsSync(join(folder, 'run/config.yaml')) && first.child.exitCode === null) await delay(3);
  for (const args of [
    ['resume', 'run'],
    ['run', 'run.yaml', '--out', 'run'],
  ]) {
    const { code, stdout, stderr } = await lissnas(args, folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/in use by process \d+|already holds a run; continue it with `lissnas resume run`/);
  }
  expectSame(folder, await first.ended);
});

it('a loss that is no number stops the run at its step, with what to do, and keeps the last good checkpoint', async () => {
  const schedule = { kind: 'constant', learningRate: 1e9 };
  const folder = cwd({ supernet: { ...long, training: { batch: 4, steps: 60, schedule } } });
  const { code, stdout, stderr } = await lissnas(['run', 'run.yaml', '--out', 'run'], folder);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^lissnas: training diverged at step \d+: .*\nThe last good checkpoint is kept, .* Change a copy of run\/config\.yaml, .*\n$/,
  );
  const warmUp = 'run/supernet-warm-up.safetensors';
  expect(files(folder)).toEqual(expect.arrayContaining([warmUp, 'run/shrunk-space.json']));
  expect(files(folder)).not.toContain('run/supernet-inside.safetensors');
  expect((await lissnas(['resume', 'run'], folder)).stderr).toBe(stderr);
  const config = readFileSync(join(folder, 'run/config.yaml'), 'utf8');
  writeFileSync(join(folder, 'copy.yaml'), config.replace('learningRate: 1000000000', 'learningRate: 0.1'));
  expect((await lissnas(['run', 'copy.yaml', '--out', 'again'], folder)).code).toBe(0);
});

it.skipIf(process.platform === 'win32')(
  'a disk that takes no more ends the run in one sentence; with room again it goes on to the same end',
  async () => {
    const folder = cwd({ supernet: long });
    const main = [join(root, 'scripts/run.mjs'), join(root, 'src/cli/main.ts'), 'run', 'run.yaml', '--out', 'run'];
    // no file may grow beyond 100 blocks, and to try to must not end the process
    const shell = `trap '' XFSZ; ulimit -f 100; exec "$0" "$@"`;
    const child = spawn('bash', ['-c', shell, process.execPath, ...main], { cwd: folder });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise((done) => child.once('close', done));
    expect(code).toBe(1);
    expect(said).toMatch(
      /^lissnas: run\/supernet-warm-up\.safetensors cannot be written because no file may be that large here\nWhat was measured is kept\. Go on with: {2}lissnas resume run\n$/,
    );
    expect(files(folder)).toEqual(['run/config.yaml', 'run/run.json']);
    expectSame(folder, await lissnas(['resume', 'run'], folder));
  },
);
