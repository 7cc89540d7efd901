/** Cost tables through the commands: limits on several costs at once are never broken, checked against the raw files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { createProgram } from './program.js';

const letters = ['a', 'b', 'c', 'd'];
const rows = Array.from({ length: 256 }, (_, i) => [i >> 6, (i >> 4) & 3, (i >> 2) & 3, i & 3] as const);
const accuracyOf = (codes: readonly number[]) => 50 + 3 * codes[0]! + 2 * codes[1]! + codes[2]! - codes[3]!;
const sizeOf = (codes: readonly number[]) => 1 + codes.reduce((sum, code) => sum + code, 0);
/** In tenths: 0.3 for the stem, 0.1, 0.4, 0.9 for b, c, d, the other way round in the last layer. */
const tenthsOf = (codes: readonly number[]) =>
  3 + codes.reduce((sum, code, d) => sum + [0, 1, 4, 9][d === 3 ? 3 - code : code]!, 0);
const codesOf = (architecture: string) => architecture.split(',').map((letter) => letters.indexOf(letter));

const home = process.cwd();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-latency-'));
  process.chdir(folder);
  writeFileSync(
    'space.yaml',
    'name: mine\ndimensions: { layer: { choices: [a, b, c, d], repeat: 4 } }\ncosts: { size: { base: 1, choices: { layer: [0, 1, 2, 3] } } }\n',
  );
  const lines = rows.map((codes) => [...codes.map((c) => letters[c]), accuracyOf(codes)].join());
  writeFileSync('table.csv', `layer0,layer1,layer2,layer3,acc\n${lines.join('\n')}\n`);
  const same = 'layer0 layer1 layer2';
  const layers = letters.map((letter, c) => [
    `${same},${letter},${[0, 0.1, 0.4, 0.9][c]}`,
    `layer3,${letter},${[0.9, 0.4, 0.1, 0][c]}`,
  ]);
  writeFileSync('phone.csv', `dimension,choice,ms\nstem,,0.3\n${layers.flat().join('\n')}\n`);
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

let said = '';
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
});

/** What a command prints. */
async function run(...words: string[]): Promise<string> {
  said = '';
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(((piece: string, ...rest: unknown[]) => {
    out += String(piece);
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  }) as typeof process.stdout.write);
  try {
    await createProgram().parseAsync(['node', 'lissnas', ...words]);
  } finally {
    write.mockRestore();
  }
  return out;
}

const json = async (...words: string[]) => JSON.parse(await run(...words, '--json'));
const table = ['--table', 'table.csv', '--accuracy', 'acc'];
const limits = ['--cost-table', 'phone.csv', '--cost', 'ms', '--max-cost', '1.3', '--cost', 'size', '--max-cost', '7'];
const allowed = rows.filter((codes) => tenthsOf(codes) <= 13 && sizeOf(codes) <= 7);
const isAllowed = (codes: readonly number[]) => tenthsOf(codes) <= 13 && sizeOf(codes) <= 7;

describe('a table of layers', () => {
  it('limits a shrink together with a cost of the space; what is kept can be read and searched without it', async () => {
    expect(allowed.length).toBeGreaterThan(40);
    expect(allowed.some((codes) => tenthsOf(codes) === 13)).toBe(true); // exactly the limit
    const shrink = ['shrink', '--space', 'space.yaml', ...table, ...limits, '--evaluations', '30', '--size', '30'];
    const summary = await json(...shrink, '--cost-bins', '2', '--out', 'run');
    expect(summary).toMatchObject({
      size: 30,
      limits: [
        { cost: 'ms', max: 1.3 },
        { cost: 'size', max: 7 },
      ],
    });
    const [head, ...lines] = (await run('members', 'run', '--no-deviation')).trim().split('\n');
    expect(head).toMatch(/,measured_accuracy,ms,size$/);
    expect(lines).toHaveLength(30);
    for (const line of lines) {
      const cells = line.split(',');
      const codes = codesOf(cells.slice(0, 4).join());
      expect(isAllowed(codes)).toBe(true);
      expect(cells.slice(-2)).toEqual([String(tenthsOf(codes) / 10), String(sizeOf(codes))]);
    }
    const stored = JSON.parse(readFileSync('run/shrunk-space.json', 'utf8'));
    expect(stored.provenance.costTables).toEqual([
      { file: join(process.cwd(), 'phone.csv'), sha256: expect.any(String) },
    ]);
    for (const { architecture } of stored.measurements) expect(isAllowed(architecture)).toBe(true);

    const found = await json(
      'search',
      'run',
      ...table,
      '--evaluations',
      '40',
      '--cost',
      'ms',
      '--max-cost',
      '1.1',
      '--minimize',
      'ms',
    );
    const all = [...found.measurements, ...found.finalists, ...found.pareto.front].map((own) =>
      codesOf(own.architecture),
    );
    for (const codes of all) expect(tenthsOf(codes)).toBeLessThanOrEqual(11);
    for (const own of found.pareto.front) expect(own.cost).toBe(tenthsOf(codesOf(own.architecture)) / 10);
  });

  it('limits searches, audits and locality', async () => {
    const found = await json('search', '--space', 'space.yaml', ...table, ...limits, '--evaluations', '300');
    expect(found.spent).toBe(allowed.length);
    expect(found.best.accuracy).toBe(Math.max(...allowed.map(accuracyOf)));
    expect(found.best.costs).toMatchObject({ ms: tenthsOf(codesOf(found.best.architecture)) / 10 });
    const audit = ['audit', '--space', 'space.yaml', ...table, '--truth', 'acc', ...limits, '--evaluations', '20'];
    const report = await json(...audit, '--size', '20', '--repeats', '2', '--shrinkers', 'lissnas,random-subset');
    expect(report.whole.known).toBe(allowed.length);
    for (const { measures } of report.methods) expect(measures.overLimit.mean).toBe(0);
    const locality = await json('locality', '--space', 'space.yaml', ...table, ...limits);
    expect(locality).toMatchObject({ measured: allowed.length, complete: false });
    const probed = await json('locality', '--space', 'space.yaml', ...table, ...limits, '--evaluations', '25');
    expect(probed.measured).toBe(25);
  });

  it('gives bins to one cost and a limit to another', async () => {
    const words = [
      '--cost-table',
      'phone.csv',
      '--cost',
      'ms',
      '--cost-bins',
      '3',
      '--cost',
      'size',
      '--max-cost',
      '8',
    ];
    await run(
      'shrink',
      '--space',
      'space.yaml',
      ...table,
      ...words,
      '--evaluations',
      '30',
      '--size',
      '30',
      '--out',
      'bins',
    );
    const { limits: kept, costBins } = JSON.parse(readFileSync('bins/shrunk-space.json', 'utf8'));
    expect(kept).toEqual([{ cost: 'size', unit: '', max: 8 }]);
    expect(costBins).toMatchObject({ cost: 'ms', edges: [expect.any(Number), expect.any(Number)] });
  });

  it('is shown with the range of its costs', async () => {
    const { costs } = await json('spaces', 'mobilenetv3');
    expect(costs[0]).toMatchObject({ cost: 'flops_m', exact: true });
    const mine = await json('spaces', 'space.yaml', '--cost-table', 'phone.csv');
    expect(mine.costs[1]).toEqual({ cost: 'ms', unit: '', least: 0.3, most: 3.9, exact: true });
  });

  it('stands in a configuration by a path beside it, and must not change before the run is resumed', async () => {
    const config =
      'space: space.yaml\nevaluator: { kind: table, file: table.csv, accuracy: acc }\ncostTables: [phone.csv]\n';
    writeFileSync('config.yaml', `${config}shrink: { evaluations: 20, size: 20, limits: [{ cost: ms, max: 1.3 }] }\n`);
    await run('run', 'config.yaml', '--out', 'configured');
    const first = readFileSync('configured/shrunk-space.json', 'utf8');
    rmSync('configured/shrunk-space.json');
    await run('resume', 'configured');
    expect(readFileSync('configured/shrunk-space.json', 'utf8')).toBe(first);
    const phone = readFileSync('phone.csv', 'utf8');
    writeFileSync('phone.csv', `${phone}\n`);
    await expect(run('resume', 'configured')).rejects.toThrow(/phone\.csv: has changed since this run began/);
    writeFileSync('phone.csv', phone);
  });
});

const accuracies = benchmarkFile('nasbench201/nasbench201.csv.gz');
const hardware = benchmarkFile('hw-nas-bench/hw_nas_bench_nb201.csv.gz');

/** The columns of a packed CSV by the notation of each network, by splitting at commas and nothing else. */
function rawColumns(file: string, ...names: string[]): Map<string, number[]> {
  const [head, ...lines] = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const architecture = head!.indexOf('arch_str');
  const columns = names.map((name) => head!.indexOf(name));
  return new Map(lines.map((cells) => [cells[architecture]!, columns.map((column) => Number(cells[column]))]));
}

describe.skipIf(accuracies === undefined || hardware === undefined)('HW-NAS-Bench beside NAS-Bench-201', () => {
  const device = 'c10_edgetpu_latency'; // -1 in 4,699 of 15,625 rows
  it('shrinks and searches within two limits exactly as the raw tables have it', async () => {
    const costs = rawColumns(hardware!, device);
    const sizes = rawColumns(accuracies!, 'c10_params_m', 'c10_valid_12ep');
    const isWithin = (text: string) => {
      const [latency] = costs.get(text)!;
      return latency! >= 0 && latency! <= 1.3 && sizes.get(text)![0]! <= 0.5;
    };
    const inside = [...sizes.keys()].filter(isWithin);
    const words = [
      ...['--table', accuracies!, '--accuracy', 'c10_valid_12ep', '--cost-table', hardware!],
      ...['--cost', device, '--max-cost', '1.3', '--cost', 'params_m', '--max-cost', '0.5'],
    ];
    await run('shrink', '--space', 'nasbench201', ...words, '--evaluations', '60', '--size', '80', '--out', 'hardware');
    expect(said).toContain(`cost "${device}" is known for 10926 of 15625 architectures`);
    const members = JSON.parse(await run('members', 'hardware', '--no-deviation', '--json'));
    expect(members).toHaveLength(80);
    const names = ['e1_0', 'e2_0', 'e2_1', 'e3_0', 'e3_1', 'e3_2'];
    for (const member of members) {
      const [a, b, c, d, e, f] = names.map((name) => member[name]);
      const text = `|${a}~0|+|${b}~0|${c}~1|+|${d}~0|${e}~1|${f}~2|`;
      expect(isWithin(text)).toBe(true);
      expect(member[device]).toBe(costs.get(text)![0]);
    }
    const whole = ['search', '--space', 'nasbench201', ...words];
    const found = await json(...whole, '--evaluations', '20000', '--searcher', 'random', '--minimize', device);
    expect(found.spent).toBe(inside.length);
    expect(found.measurements.every(({ architecture }: { architecture: string }) => isWithin(architecture))).toBe(true);
    expect(found.best.accuracy).toBe(Math.max(...inside.map((text) => sizes.get(text)![1]!)));
    const accuracyOfBest = (latency: number) =>
      Math.max(...inside.filter((text) => costs.get(text)![0]! <= latency).map((text) => sizes.get(text)![1]!));
    for (const own of found.pareto.front) expect(own.accuracy).toBe(accuracyOfBest(own.cost));
  }, 120_000);
});
