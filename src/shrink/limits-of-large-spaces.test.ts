/** Limits on sums in the MobileNetV3 space of 2 * 10^19, against counts by polynomials in whole numbers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCostFile } from '../benchmarks/read-cost-file.js';
import { createRandom } from '../math/random.js';
import { builtInSpaces } from '../spaces/index.js';
import type { Codes, Cost } from '../spaces/space.js';
import { Region } from './region.js';

const space = builtInSpaces.mobilenetv3;
const NONE = 9;
const STEM = 7;
/** Made-up whole numbers of tenths of milliseconds, another for every stage, first layer and choice. */
const tenths = (d: number, choice: number) =>
  choice === NONE ? 0 : 2 + ((5 * choice + 3 * (d >> 2)) % 7) + (d % 4 === 0 ? 2 : 0);
/** And of energy, cheap where the other is dear. */
const energy = (d: number, choice: number) => (choice === NONE ? 0 : 12 - tenths(d, choice));

let folder: string;
let latency: Cost;
let joules: Cost;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-large-'));
  const rows = space.dimensions.flatMap(({ name, choices }, d) =>
    choices.map((choice, c) => `${name},${choice},${tenths(d, c) / 10},${energy(d, c)}`),
  );
  const file = join(folder, 'phone.csv');
  writeFileSync(file, `dimension,choice,ms,mj\nstem,,${STEM / 10},0\n${rows.join('\n')}\n`);
  const costs = await readCostFile(file, space);
  [latency, joules] = [costs.cost('ms'), costs.cost('mj')];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const byHand = (codes: Codes) => (STEM + Array.from(codes).reduce((sum, c, d) => sum + tenths(d, c), 0)) / 10;

type Polynomial = Map<string, bigint>;
const key = (a: number, b: number) => `${a} ${b}`;

function times(x: Polynomial, y: Polynomial, most: number): Polynomial {
  const product: Polynomial = new Map();
  for (const [left, m] of x) {
    const [a, b] = left.split(' ').map(Number) as [number, number];
    for (const [right, n] of y) {
      const [c, d] = right.split(' ').map(Number) as [number, number];
      if (a + c > most) continue;
      const at = key(a + c, b + d);
      product.set(at, (product.get(at) ?? 0n) + m * n);
    }
  }
  return product;
}

function layer(d: number): Polynomial {
  const own: Polynomial = new Map();
  for (let c = 0; c < 9; c++) {
    const at = key(tenths(d, c), energy(d, c));
    own.set(at, (own.get(at) ?? 0n) + 1n);
  }
  return own;
}

const plus = (x: Polynomial, y: Polynomial): Polynomial => {
  const sum = new Map(x);
  for (const [at, n] of y) sum.set(at, (sum.get(at) ?? 0n) + n);
  return sum;
};

/** How many networks there are by latency (tenths, without the stem) and energy; `depths` of the first stage only, 2 to 4. */
function networksBy(most: number, depths: readonly number[] = [2, 3, 4]): Polynomial {
  let all: Polynomial = new Map([[key(0, 0), 1n]]);
  for (let stage = 0; stage < 5; stage++) {
    const two = times(layer(4 * stage), layer(4 * stage + 1), most);
    const three = times(two, layer(4 * stage + 2), most);
    const four = times(three, layer(4 * stage + 3), most);
    const wanted = stage === 0 ? depths : [2, 3, 4];
    const stages = [two, three, four].filter((_, i) => wanted.includes(i + 2)).reduce(plus);
    all = times(all, stages, most);
  }
  return all;
}

function countWithin(networks: Polynomial, most: number, energyMost = Number.POSITIVE_INFINITY): number {
  let count = 0n;
  for (const [at, n] of networks) {
    const [a, b] = at.split(' ').map(Number) as [number, number];
    if (a <= most && b <= energyMost) count += n;
  }
  return Number(count);
}

describe('one limit', () => {
  it('is kept by every sample, and the estimated size is the number counted by polynomials', () => {
    const most = 50;
    const region = new Region(space, [{ cost: latency, max: (STEM + most) / 10 }]);
    const expected = countWithin(networksBy(most), most);
    expect(expected).toBeGreaterThan(1e6);
    expect(expected).toBeLessThan(1e13); // less than one in a million
    expect(region.estimatedSize / expected).toBeCloseTo(1, 1);
    const random = createRandom(1);
    const samples = Array.from({ length: 3000 }, () => region.sample(random));
    for (const codes of samples) expect(byHand(codes)).toBeLessThanOrEqual((STEM + most) / 10);
    for (const codes of samples.slice(0, 50)) expect(latency.of(codes)).toBe(byHand(codes));
    // depth of the first stage, whose shares are known
    for (const depth of [2, 3, 4]) {
      const share = countWithin(networksBy(most, [depth]), most) / expected;
      const drawn = samples.filter((codes) => codes.slice(0, 4).filter((c) => c !== NONE).length === depth).length;
      const deviation = Math.sqrt(samples.length * share * (1 - share));
      expect(Math.abs(drawn - samples.length * share)).toBeLessThan(4.5 * deviation + 1e-9);
    }
  }, 60_000);

  it('that leaves a handful gives the list of them', () => {
    const networks = networksBy(60);
    const least = Math.min(...[...networks.keys()].map((at) => Number(at.split(' ')[0])));
    const region = new Region(space, [{ cost: latency, max: (STEM + least + 2) / 10 }]);
    expect(region.size).toBe(BigInt(countWithin(networks, least + 2)));
    const refused = () => new Region(space, [{ cost: latency, max: (STEM + least - 1) / 10 }]).list();
    expect(refused).toThrow(`lowest possible: ${(STEM + least) / 10}`);
  }, 60_000);
});

it('two limits that pull apart are both kept, and counted', () => {
  const [most, energyMost] = [52, 72];
  const limits = [
    { cost: latency, max: (STEM + most) / 10 },
    { cost: joules, max: energyMost },
  ];
  const region = new Region(space, limits);
  const expected = countWithin(networksBy(most), most, energyMost);
  expect(expected).toBeGreaterThan(0);
  expect(region.estimatedSize / expected).toBeCloseTo(1, 1);
  const random = createRandom(2);
  for (let i = 0; i < 500; i++) {
    const codes = region.sample(random);
    expect(byHand(codes)).toBeLessThanOrEqual((STEM + most) / 10);
    expect(codes.reduce((sum, c, d) => sum + energy(d, c), 0)).toBeLessThanOrEqual(energyMost);
  }
}, 60_000);
