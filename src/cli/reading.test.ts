import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRandom } from '../math/random.js';
import { saveShrunkSpace } from '../runs/open.js';
import { shrink } from '../shrink/rounds.js';
import { ShrunkSpace } from '../shrink/shrunk-space.js';
import { macs, smallAccuracy, smallDeclaration, smallSpace } from '../shrink/testing/small-shrink.js';
import { createProgram } from './program.js';

let folder: string;
let shrunk: ShrunkSpace;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-reading-'));
  const result = await shrink({
    space: smallSpace,
    evaluator: {
      name: 'made-up accuracies',
      concurrency: 1,
      evaluate: async (architecture) => ({
        kind: 'measured',
        architecture,
        accuracy: smallAccuracy(architecture),
        costs: {},
        source: 'made up',
      }),
    },
    evaluations: 60,
    size: 40,
    limits: [{ cost: macs, max: 24 }],
    costBins: { cost: macs, count: 2 },
    random: createRandom(1),
  });
  shrunk = ShrunkSpace.fromResult(
    result,
    { version: '0', evaluator: 'made-up accuracies', options: {} },
    { declaration: smallDeclaration },
  );
  await saveShrunkSpace(shrunk, join(folder, 'shrunk-space.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a command leaves on stdout, and its exit code. */
async function run(...words: string[]): Promise<{ out: string; lines: string[]; code: unknown }> {
  const pieces: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(((piece: string, ...rest: unknown[]) => {
    pieces.push(String(piece));
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  }) as typeof process.stdout.write);
  try {
    await createProgram().parseAsync(['node', 'lissnas', ...words]);
  } finally {
    write.mockRestore();
  }
  const out = pieces.join('');
  return { out, lines: out.trimEnd().split('\n'), code: process.exitCode };
}

let codeBefore: typeof process.exitCode;
beforeEach(() => {
  codeBefore = process.exitCode;
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  process.exitCode = codeBefore;
  vi.restoreAllMocks();
});

const best = () => smallSpace.format(shrunk.member(shrunk.byPrediction[0]!).architecture);
const DROPPED = 'skip,none,3,1,16,0'; // within the limit, and far from good

describe('members', () => {
  it('prints one line a member, best first, with a column for every dimension', async () => {
    const { lines } = await run('members', folder);
    expect(lines).toHaveLength(41);
    expect(lines[0]).toBe(
      'op0,op1,kernel,expand,width,se,pocket,predicted_mean,predicted_deviation,measured_accuracy,macs',
    );
    expect(lines[1]).toContain(`${best()},`);
  });

  it('stops after --limit', async () => {
    expect((await run('members', folder, '--limit', '3', '--no-deviation')).lines).toHaveLength(4);
    expect((await run('members', folder, '--limit', '3', '--format', 'ndjson')).lines).toHaveLength(3);
  });

  it('prints one JSON document with all members', async () => {
    const rows = JSON.parse((await run('members', folder, '--json')).out) as { op0: string; pocket: number }[];
    expect(rows).toHaveLength(40);
    expect(rows[0]!.op0).toBe(best().split(',')[0]);
  });

  it('takes the format from the name of the file', async () => {
    const file = join(folder, 'members.parquet');
    await run('members', join(folder, 'shrunk-space.json'), '--out', file);
    const bytes = readFileSync(file);
    const rows = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    });
    expect(rows).toHaveLength(40);
  });
});

describe('contains', () => {
  it('answers yes with exit code 0 and no with exit code 1', async () => {
    expect(await run('contains', folder, best())).toMatchObject({ out: `yes  ${best()}\n`, code: codeBefore });
    expect(await run('contains', folder, best(), DROPPED)).toMatchObject({
      lines: [`yes  ${best()}`, `no   ${DROPPED}`],
      code: 1,
    });
  });

  it('answers in JSON', async () => {
    const answers = JSON.parse((await run('contains', folder, DROPPED, best(), '--json')).out);
    expect(answers).toEqual([
      { architecture: DROPPED, contained: false, pocket: null },
      { architecture: best(), contained: true, pocket: expect.any(Number) },
    ]);
  });
});

describe('why', () => {
  it('tells why one was kept and why one was dropped', async () => {
    expect((await run('why', folder, best())).lines[0]).toMatch(`${best()} was kept: it is in pocket`);
    expect((await run('why', folder, DROPPED)).out).toMatch(/was dropped in round \d of \d[\s\S]*Operational pruning/);
    const { outcome, sentence } = JSON.parse((await run('why', folder, DROPPED, '--json')).out);
    expect(outcome).toBe('dropped');
    expect(sentence).toContain(DROPPED);
  });
});

describe('sample', () => {
  it('draws members, the same for the same random seed', async () => {
    const { lines } = await run('sample', folder, '-n', '50', '--random-seed', '7');
    expect(lines).toHaveLength(50);
    expect(lines.every((text) => shrunk.contains(smallSpace.parse(text)))).toBe(true);
    expect(new Set(lines).size).toBeGreaterThan(15);
    expect(JSON.parse((await run('sample', folder, '-n', '50', '--random-seed', '7', '--json')).out)).toEqual(lines);
    expect((await run('sample', folder, '-n', '50', '--random-seed', '8')).lines).not.toEqual(lines);
  });

  it('draws from one pocket and one cost bin', async () => {
    const edge = shrunk.data.costBins!.edges[0]!;
    const cheap = (await run('sample', folder, '-n', '30', '--cost-bin', '0')).lines.map(smallSpace.parse);
    const dear = (await run('sample', folder, '-n', '30', '--cost-bin', '1')).lines.map(smallSpace.parse);
    expect(Math.max(...cheap.map((codes) => macs.of(codes)))).toBeLessThanOrEqual(edge);
    expect(Math.min(...dear.map((codes) => macs.of(codes)))).toBeGreaterThanOrEqual(edge);
    const pocket = shrunk.pockets.length - 1;
    const drawn = (await run('sample', folder, '-n', '30', '--pocket', String(pocket))).lines.map(smallSpace.parse);
    expect(new Set(drawn.map((codes) => shrunk.pocketOf(codes)))).toEqual(new Set([pocket]));
  });
});

describe('what is refused', () => {
  it.each([
    ['a folder that is not there', ['members', 'nowhere'], /nowhere: there is no such file or folder/],
    ['a word for a number', ['sample', '.', '-n', 'ten'], /--count ten is not a whole number/],
    ['an unknown format', ['members', '.', '--format', 'xml'], /--format xml is not known; allowed: csv/],
    ['a folder without a run', ['why', 'docs', 'x'], /holds no shrunk-space.json/],
  ])('%s', async (_, words, message) => {
    await expect(run(...words)).rejects.toThrow(message);
  });

  it('an architecture that is none, a pocket and a cost bin that are not there', async () => {
    await expect(run('contains', folder, 'conv3,none')).rejects.toThrow(/conv3,none/);
    await expect(run('sample', folder, '--pocket', '9999')).rejects.toThrow(/there is no pocket 9999/);
    await expect(run('sample', folder, '--cost-bin', '2')).rejects.toThrow(
      'there is no cost bin 2; allowed are 0 to 1',
    );
  });

  it('a damaged file', async () => {
    const file = join(folder, 'damaged.json');
    writeFileSync(file, readFileSync(join(folder, 'shrunk-space.json'), 'utf8').slice(0, -30));
    await expect(run('members', file)).rejects.toThrow(/damaged\.json/);
  });
});
