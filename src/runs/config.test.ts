import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { type Config, configText, readConfig, withAbsolutePaths } from './config.js';
import { configJsonSchema } from './config-json-schema.js';
import { VERSION } from './version.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lissnas-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string): Promise<Config> {
  const file = join(folder, 'config.yaml');
  await writeFile(file, text);
  return readConfig(file);
}

const whole = `
format: lissnas-config/1
space: my-space.yaml
evaluator: { kind: command, program: node, args: [measure.mjs], timeoutS: 60, concurrency: 2 }
noise: 0.5
shrink:
  evaluations: 230
  size: 105
  limits: [{ cost: flops_m, max: 100 }]
  costBins: { cost: flops_m, count: 4 }
  growth: radius
  rounds: 5
randomSeed: 7
`;

describe('reading', () => {
  it('makes paths absolute, beside the file', async () => {
    const config = await read(whole);
    expect(config.space).toEqual({ file: join(folder, 'my-space.yaml') });
    expect(config.evaluator).toMatchObject({ cwd: folder, program: 'node' });
  });

  it('leaves the names of built-in spaces alone', async () => {
    const text = 'space: nasbench201\nevaluator: { kind: table, file: t.csv, accuracy: c }\nshrink: { evaluations: 9 }';
    const config = await read(text);
    expect(config.space).toBe('nasbench201');
    expect(config.evaluator).toMatchObject({ file: join(folder, 't.csv') });
  });

  it('gives back what was written', async () => {
    const config = await read(whole);
    expect(await read(configText(config))).toEqual(config);
    expect(withAbsolutePaths(config, '/elsewhere')).toEqual(config);
  });

  it.each([
    ['', 'empty'],
    ['space: [1', 'line 1'],
    ['space: a\nspace: b', 'line 2'],
    ['evaluator: { kind: nk, k: 2 }\nshrink: { evaluations: 9 }', 'space'],
    [whole.replace('size: 105', 'sise: 105'), 'unknown key "sise" in shrink; allowed are evaluations, size'],
    [whole.replace('lissnas-config/1', 'lissnas-config/2'), 'lissnas-config/1'],
    [whole.replace('evaluations: 230', 'evaluations: 2.5'), 'whole number'],
    [whole.replace('kind: command', 'kind: shell'), 'table, surrogate, command, nk or training'],
    [whole.replace('max: 100', 'max: lots'), 'must be a number'],
    [whole.replace('count: 4', 'count: 0'), 'at least 1'],
    [whole.replace('growth: radius', 'growth: wild'), 'pockets or radius'],
  ])('refuses %j in one sentence', async (text, said) => {
    const error: unknown = await read(text).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(said);
    expect(String(error)).toContain('config.yaml');
    expect(String(error)).not.toContain('\n');
  });

  it('refuses a file that is not there', async () => {
    await expect(readConfig(join(folder, 'none.yaml'))).rejects.toThrow('there is no such file');
  });
});

const schemaFile = new URL('../../schemas/config.schema.json', import.meta.url);

it('is what the published JSON Schema says', async () => {
  expect(JSON.parse(await readFile(schemaFile, 'utf8'))).toEqual(configJsonSchema());
});

it('carries the version of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as object;
  expect(manifest).toMatchObject({ version: VERSION });
});
