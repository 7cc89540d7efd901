import { parse } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { shrink } from '../shrink/rounds.js';
import { ShrunkSpace } from '../shrink/shrunk-space.js';
import { smallAccuracy, smallShrink } from '../shrink/testing/small-shrink.js';
import { defineSpace } from '../spaces/define.js';
import { membersAsCsv, membersAsNdjson, membersAsParquet } from './export-members.js';

let shrunk: ShrunkSpace;
let odd: ShrunkSpace;

beforeAll(async () => {
  shrunk = ShrunkSpace.fromResult(await smallShrink(), { version: '0.0.0' });
  const space = defineSpace({
    name: 'odd',
    dimensions: [
      { name: 'pocket', choices: ['=1+1', '-x', '@a', '+b'] },
      { name: 'say "op"', choices: ['a,b', 'c"d', 'e\nf', ' g', '', 'plain', 'ü'] },
      { name: 'rate', choices: [0.5, 1, 2] },
      { name: 'predicted_mean', choices: [1, 2, 3, 4] },
    ],
    notation: { format: (codes) => Array.from(codes).join('.'), parse: (text) => text.split('.').map(Number) },
  });
  const result = await shrink({
    space,
    evaluator: {
      name: 'e',
      concurrency: 1,
      evaluate: async (architecture) => ({
        kind: 'measured',
        architecture,
        accuracy: smallAccuracy([...architecture, 0, 0]),
        costs: {},
        source: '',
      }),
    },
    evaluations: 40,
    size: 120,
    random: createRandom(1),
  });
  odd = ShrunkSpace.fromResult(result, { version: '0.0.0' });
});

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  const bytes = Buffer.concat(parts);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

/** The table worked out member by member. */
function expected(space: ShrunkSpace, names: readonly string[]): Map<string, unknown>[] {
  return [...space.members()].map(({ index, architecture, pocket, predicted }) => {
    const labels = space.space.dimensions.map(({ choices }, d) => choices[architecture[d]!]);
    const numbers = [pocket, predicted, space.predict(architecture).deviation, space.measured(architecture)?.accuracy];
    const costs = [...space.data.memberCosts.values()].map((values) => values[index]);
    return new Map([...labels, ...numbers, ...costs].map((value, i) => [names[i]!, value]));
  });
}

const smallNames = ['op0', 'op1', 'kernel', 'expand', 'width', 'se'];
const ownNames = ['pocket', 'predicted_mean', 'predicted_deviation', 'measured_accuracy'];
const oddNames = ['pocket', 'say "op"', 'rate', 'predicted_mean'];
const oddOwnNames = ['pocket_', 'predicted_mean_', 'predicted_deviation', 'measured_accuracy'];

describe.each([
  ['a plain space', () => shrunk, [...smallNames, ...ownNames, 'macs']],
  ['a space of odd names', () => odd, [...oddNames, ...oddOwnNames]],
])('of %s', (_, get, names) => {
  it('CSV holds every member', async () => {
    const [header, ...rows] = parse(await textOf(membersAsCsv(get()))) as string[][];
    expect(header).toEqual(names);
    const want = expected(get(), names).map((row) => names.map((name) => String(row.get(name) ?? '')));
    expect(rows).toEqual(want);
  });

  it('NDJSON holds every member', async () => {
    const text = await textOf(membersAsNdjson(get()));
    expect(text.endsWith('}\n')).toBe(true);
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const want = expected(get(), names).map((row) =>
      Object.fromEntries([...row].filter(([, value]) => value !== undefined)),
    );
    expect(rows).toEqual(want);
  });

  it('Parquet holds every member', async () => {
    const file = await bytesOf(membersAsParquet(get()));
    const rows = await parquetReadObjects({ file });
    const want = expected(get(), names).map((row) =>
      Object.fromEntries([...row].map(([name, value]) => [name, value ?? null] as const)),
    );
    const plain = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([k, v]) => [k, typeof v === 'bigint' ? Number(v) : v])),
    );
    expect(plain).toEqual(want);
    expect(
      parquetMetadata(file)
        .schema.slice(1)
        .map(({ name }) => name),
    ).toEqual(names);
  });
});

it('leaves deviations out, and keeps the order of admission, when told so', async () => {
  const rows = parse(await textOf(membersAsCsv(shrunk, { order: 'admission', deviation: false })), {
    columns: true,
  }) as Record<string, string>[];
  expect(rows.every((row) => row.predicted_deviation === '')).toBe(true);
  expect(rows.map((row) => Number(row.predicted_mean))).toEqual(Array.from(shrunk.data.predicted));
});

it('computes no row before it is asked for', async () => {
  let asked = 0;
  class Counting extends ShrunkSpace {
    override predict(codes: Parameters<ShrunkSpace['predict']>[0]) {
      asked++;
      return super.predict(codes);
    }
  }
  const pieces = membersAsCsv(new Counting(shrunk.data));
  await pieces.next();
  expect(asked).toBe(0);
  await pieces.next();
  expect(asked).toBe(shrunk.size);
});

it('is a table with a header alone where nothing was kept', async () => {
  const { ArchitectureSet } = await import('../spaces/architecture-set.js');
  const none = { members: new ArchitectureSet(6), pocketOf: new Int32Array(0), predicted: new Float64Array(0) };
  const empty = new ShrunkSpace({ ...shrunk.data, ...none });
  expect(await textOf(membersAsCsv(empty))).toBe(`${[...smallNames, ...ownNames, 'macs'].join(',')}\n`);
  expect(await textOf(membersAsNdjson(empty))).toBe('');
  const file = await bytesOf(membersAsParquet(empty));
  expect(parquetMetadata(file).num_rows).toBe(0n);
});
