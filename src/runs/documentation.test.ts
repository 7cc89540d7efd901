import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { configJsonSchema } from './config-json-schema.js';
import { baselineNames } from './one-shot/baselines.js';
import { readOneShotConfig } from './one-shot/run.js';

const page = (name: string) => readFileSync(resolve(import.meta.dirname, `../../docs/${name}.md`), 'utf8');
const runs = page('runs');
const oneShot = page('one-shot');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-docs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The files that the YAML blocks of a page become, each by itself. */
function configurations(document: string): string[] {
  return [...document.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text], i) => {
    const file = join(folder, `run-${i}.yaml`);
    writeFileSync(file, text!);
    return file;
  });
}

it('the configuration in docs/runs.md is one', async () => {
  const config = await readConfig(configurations(runs)[0]!);
  expect(config.evaluator).toMatchObject({ kind: 'command', program: 'python3', cwd: folder });
  expect(config.shrink.limits).toEqual([{ cost: 'flops_m', max: 14 }]);
});

it('the configurations in docs/one-shot.md are such', async () => {
  const [own, cifar] = await Promise.all(configurations(oneShot).map(readOneShotConfig));
  expect(own).toMatchObject({ data: { kind: 'folder', path: join(folder, 'images'), side: 32 }, references: 10 });
  expect(cifar).toMatchObject({ space: 'nasbench-macro', search: { searcher: 'regularized-evolution' } });
});

/** Every key of every map that the schema knows. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: unknown };
  const own = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

it('docs/runs.md names every key of a configuration, and the kinds of what has kinds', () => {
  const schema = configJsonSchema();
  const kinds = [...JSON.stringify(schema).matchAll(/"kind":\{"type":"string","const":"([^"]+)"/g)];
  expect(kinds.length).toBeGreaterThan(10);
  const named = (word: string) => new RegExp(`[\`.:{ ]${word}[\`:,.}]`).test(runs);
  expect(keysOf(schema)).toContain('calibrationBatches');
  const words = [...keysOf(schema).filter((key) => key !== 'kind'), ...kinds.map(([, kind]) => kind!)];
  expect([...new Set(words)].filter((word) => !named(word))).toEqual([]);
});

it('docs/one-shot.md names the files and the rivals that there are', () => {
  for (const name of ['warm-up', 'inside']) expect(oneShot).toContain(`supernet-${name}.safetensors`);
  expect(baselineNames).toHaveLength(2);
  for (const name of baselineNames) expect(runs).toContain(name);
});
