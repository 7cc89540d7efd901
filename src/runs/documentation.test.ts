import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { configJsonSchema, readConfig } from './config.js';

const document = readFileSync(resolve(import.meta.dirname, '../../docs/runs.md'), 'utf8');

it('the configuration in docs/runs.md is one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-docs-'));
  writeFileSync(join(folder, 'my-run.yaml'), /```yaml\n([\s\S]*?)```/.exec(document)?.[1] ?? '');
  const config = await readConfig(join(folder, 'my-run.yaml'));
  rmSync(folder, { recursive: true });
  expect(config.evaluator).toMatchObject({ kind: 'command', program: 'python3', cwd: folder });
  expect(config.shrink.limits).toEqual([{ cost: 'flops_m', max: 14 }]);
});

it('docs/runs.md names every key of a configuration', () => {
  const schema = configJsonSchema() as { properties: Record<string, { properties?: object }> };
  for (const key of [...Object.keys(schema.properties), ...Object.keys(schema.properties.shrink?.properties ?? {})]) {
    expect(document, key).toMatch(new RegExp(`\\b${key}\\b`));
  }
});
