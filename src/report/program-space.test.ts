/** Reports of runs whose space a module makes: a report never runs it, and shows what the files tell. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { withNetworks } from '../costs/with-networks.js';
import { createRandom } from '../math/random.js';
import { networks } from '../networks/index.js';
import { shrink } from '../shrink/rounds.js';
import { ShrunkSpace } from '../shrink/shrunk-space.js';
import { defineSpace } from '../spaces/define.js';
import type { Codes } from '../spaces/space.js';
import { unpackColumn } from './columns.js';
import { reportOf } from './report-of.js';
import { rowsOf } from './testing/small-runs.js';

/** Blocks like those of the small mobile space, but with a rule that only code can say. */
const space = withNetworks(
  defineSpace({
    name: 'odd-ones',
    dimensions: Array.from({ length: 8 }, (_, i) => ({ name: `b${i}`, choices: ['0', '1', '2', '3', '4'] })),
    validity: {
      isValid: (codes: Codes) => Array.from(codes).reduce((sum, code) => sum + code, 0) % 2 === 1,
      complaint: () => 'its sum is even',
      size: 195_312n,
      sample: (random) => {
        const codes = Array.from({ length: 8 }, () => random.integer(5));
        while (codes.reduce((sum, code) => sum + code, 0) % 2 === 0) codes[random.integer(8)] = random.integer(5);
        return codes;
      },
    },
  }),
  { network: networks['mobile-tiny'], input: { shape: [3, 32, 32], classes: 10 } },
);

let base: string;
let folder: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-program-space-'));
  folder = join(base, 'run');
  mkdirSync(folder);
  const module = join(base, 'space.mjs');
  writeFileSync(
    module,
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(join(base, 'was-run'))}, '');\n`,
  );
  writeFileSync(join(folder, 'run.json'), '{"format":"lissnas-run/1"}\n');
  writeFileSync(
    join(folder, 'config.yaml'),
    stringify({ space: { file: module }, evaluator: { kind: 'nk', k: 1 }, shrink: { evaluations: 40, size: 30 } }),
  );
  const result = await shrink({
    space,
    evaluator: {
      name: 'made up',
      concurrency: 1,
      evaluate: async (architecture) => ({
        kind: 'measured',
        architecture,
        accuracy: 50 + architecture.reduce((sum, code, d) => sum + code * (1 + (d % 3)), 0),
        costs: {},
        source: 'made up',
      }),
    },
    ...{ evaluations: 40, size: 30, random: createRandom(1) },
  });
  const shrunk = ShrunkSpace.fromResult(result, { version: '0' });
  writeFileSync(join(folder, 'shrunk-space.json'), [...shrunk.pieces()].join(''));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

it('shows members and measurements by the dimensions in the file, and claims no truth of a space that it does not know', async () => {
  const report = await reportOf(folder);
  expect(report).toMatchObject({
    state: 'ended',
    space: { name: 'odd-ones', size: '195312', source: { kind: 'program' } },
  });
  expect(report.problem).toBeUndefined();
  expect(rowsOf(report.shrunk!.codes, 30).every((codes) => codes.reduce((sum, code) => sum + code) % 2 === 1)).toBe(
    true,
  );
  expect(report.figures.distribution!.series[1]!.basis).toBe('predicted: all 30');
  expect(report.figures.network).toBeUndefined();
  expect(existsSync(join(base, 'was-run'))).toBe(false);
});

it('has all of it where the caller has the space', async () => {
  const report = await reportOf(folder, space);
  expect(report.figures.network!.drawing).toMatch(/^<svg/);
  expect(unpackColumn(report.shrunk!.costs.flops_m!).every((flops) => flops > 0)).toBe(true);
  expect(existsSync(join(base, 'was-run'))).toBe(false);
});

it('has no space while there is no shrunk space, and is not damaged for that', async () => {
  const begun = join(base, 'begun');
  mkdirSync(begun);
  for (const [name, text] of [
    ['run.json', '{"format":"lissnas-run/1"}\n'],
    [
      'config.yaml',
      stringify({
        space: { file: join(base, 'space.mjs') },
        evaluator: { kind: 'nk', k: 1 },
        shrink: { evaluations: 40 },
      }),
    ],
  ] as const) {
    writeFileSync(join(begun, name), text);
  }
  const report = await reportOf(begun);
  expect(report).toMatchObject({ state: 'stopped', space: { dimensions: [] } });
  expect(report.problem).toBeUndefined();
  expect(existsSync(join(base, 'was-run'))).toBe(false);
});
