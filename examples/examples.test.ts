/** The examples do what they say. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Codes } from 'lissnas';
import { createRandom, flops, forEachArchitecture, parameterCount, Region, search } from 'lissnas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searcherContract } from '../src/search/testing/contract.js';
import { evaluator, shrinkMySpace } from './own-evaluator.js';
import { greedy } from './own-searcher.js';
import { space } from './own-space.js';
import { drawNetworks } from './sample-from-result.js';
import { shrinkAndSearch } from './search-a-shrunk-space.js';
import { shrinkTable } from './shrink-a-table.js';
import { space as sixLayers, trainOneShot } from './train-one-shot.js';
import twoPaths from './two-paths.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-examples-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const label = (codes: Codes, d: number) => space.dimensions[d]!.choices[codes[d]!]!;
const kept = (codes: Codes) => [1, 2, 3, 4].filter((d) => label(codes, d) !== 'skip').length;
const trueAccuracy = (codes: Codes) => 65 + Number(label(codes, 0)) / 8 + 5 * kept(codes);

/** All architectures, counted one by one. */
function everything(): number[][] {
  const all: number[][] = [];
  forEachArchitecture(space, (codes) => {
    all.push(Array.from(codes));
  });
  return all;
}

it('own-space: a space of the size that its rule leaves', () => {
  expect(space.size).toBe(BigInt(4 * 4 ** 4 - 4 * 4 ** 2));
  expect(space.isValid(space.parse('48,dw3,skip,dw5,dense3'))).toBe(true);
  expect(space.isValid([0, 0, 0, 1, 1])).toBe(false);
});

it('own-evaluator: measures, and keeps networks better than the space', async () => {
  const architecture = space.parse('48,dw3,skip,dw5,dense3');
  expect(await evaluator.evaluate(architecture)).toMatchObject({
    kind: 'measured',
    accuracy: trueAccuracy(architecture),
    costs: { latency_ms: 4.8 },
  });
  const shrunk = await shrinkMySpace();
  const accuracies = [...shrunk.members()].map((member) => trueAccuracy(member.architecture));
  const inOrder = everything()
    .map(trueAccuracy)
    .sort((a, b) => b - a);
  expect(accuracies).toHaveLength(40);
  expect(Math.min(...accuracies)).toBeGreaterThan(inOrder[150]!);
});

it('search-a-shrunk-space: finds the best there is, and lists what to measure again', async () => {
  const { result, again } = await shrinkAndSearch(80);
  const most = Math.max(...everything().map(trueAccuracy));
  expect(trueAccuracy(result.best.architecture)).toBe(most);
  expect(result.known.length + result.spent).toBeLessThanOrEqual(80);
  expect(again.map(({ accuracy }) => accuracy)).toEqual(
    [...again.map(({ accuracy }) => accuracy)].sort((a, b) => b - a),
  );
});

searcherContract('own-searcher', () => greedy, { dependsOnBatch: true });

it('own-searcher: climbs to the best, and is what docs/search.md shows', async () => {
  const task = { region: new Region(space, []), searcher: greedy, evaluator, batch: 1, random: createRandom(3) };
  const { best } = await search({ ...task, evaluations: 150 });
  expect(trueAccuracy(best.architecture)).toBe(Math.max(...everything().map(trueAccuracy)));
  const page = readFileSync(new URL('../docs/search.md', import.meta.url), 'utf8');
  expect(page).toContain(readFileSync(new URL('own-searcher.ts', import.meta.url), 'utf8'));
});

describe('shrink-a-table and sample-from-result', () => {
  it('keep the limit, write the file, and answer from it', async () => {
    const file = join(folder, 'table.csv');
    const rows = everything().map(
      (codes) =>
        `${codes.map((_, d) => label(codes, d)).join(',')},${trueAccuracy(codes)},${Number(label(codes, 0)) / 10}`,
    );
    writeFileSync(
      file,
      `${[...space.dimensions.map(({ name }) => name), 'accuracy', 'latency_ms'].join(',')}\n${rows.join('\n')}\n`,
    );
    const out = join(folder, 'shrunk-space.json');
    const shrunk = await shrinkTable(space, file, out);
    expect(shrunk.size).toBe(40);
    const widths = [...shrunk.members()].map(({ architecture }) => Number(label(architecture, 0)));
    expect(Math.max(...widths)).toBeLessThanOrEqual(24); // a width of 32 costs 3.2 ms

    const { drawn, best, reason } = await drawNetworks(out, 25, '48,dw3,dw3,dw5,dense3');
    expect(drawn).toHaveLength(25);
    expect(new Set(drawn).size).toBeGreaterThan(10);
    expect(drawn.every((text) => shrunk.contains(space.parse(text)))).toBe(true);
    expect(trueAccuracy(space.parse(best!))).toBe(Math.max(...widths.map((width) => 85 + width / 8)));
    expect(reason).toMatch(/never allowed: its latency_ms is|latency_ms is not recorded here/);
  });
});

it('train-one-shot: finds a member of the shrunk space that learns, and writes it', async () => {
  const { shrunk, best, accuracy } = await trainOneShot(folder, 60);
  expect(shrunk.members.size).toBe(30);
  expect(shrunk.members.has(best.architecture)).toBe(true);
  expect(sixLayers.isValid(best.architecture)).toBe(true);
  expect(accuracy).toBeGreaterThan(80); // chance is a third
  expect(readFileSync(join(folder, 'best.onnx')).includes('logits')).toBe(true);
});

it('two-paths: networks with exact costs, and what docs/own-space.md shows', () => {
  const { costs, network, input, size } = twoPaths;
  expect(size).toBe(24n);
  for (const text of ['conv3,pool,8', 'conv5,conv3,24', 'pool,conv5,16']) {
    const architecture = twoPaths.parse(text);
    const graph = network(architecture, input);
    expect(costs.get('flops_m')!.of(architecture)).toBe(flops(graph) / 1e6);
    expect(costs.get('params_m')!.of(architecture)).toBe(parameterCount(graph) / 1e6);
  }
  const page = readFileSync(new URL('../docs/own-space.md', import.meta.url), 'utf8');
  const [, ...code] = readFileSync(new URL('two-paths.ts', import.meta.url), 'utf8').split('\n');
  expect(page).toContain(code.join('\n'));
});
