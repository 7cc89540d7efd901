import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { createRandom } from '../math/random.js';
import { flops, parameterCount } from '../networks/flops.js';
import type { NetworkInput } from '../networks/graph.js';
import { networks } from '../networks/index.js';
import { defineSpace } from '../spaces/define.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import { builtInSpaces } from '../spaces/index.js';
import { describeSpace } from '../spaces/testing/contract.js';
import { tableRows } from '../spaces/testing/table.js';
import { nasbench101Vertices } from './alike.js';
import { withCosts } from './built-in.js';
import { decompose } from './decompose.js';

for (const [name, space] of Object.entries(builtInSpaces)) describeSpace(`${name} with costs`, () => withCosts(space));

describe('the costs of built-in spaces', () => {
  const tables = [
    [
      'nasbench201',
      'nasbench201/nasbench201.csv.gz',
      15_625,
      ['c10_flops_m', 'c10_params_m', 'c100_flops_m', 'c100_params_m'],
    ],
    ['nasbench-macro', 'nasbench-macro/nasbench_macro.csv.gz', 6_561, ['flops_m', 'params_m']],
    ['accel-mnasnet', 'accel-nasbench/accel_nasbench_mnasnet_imagenet.csv.gz', 5_138, ['macs_m', 'params_m']],
  ] as const;
  for (const [name, path, count, columns] of tables) {
    const file = benchmarkFile(path);
    it.skipIf(file === undefined)(`equal the table's columns in each of the ${count} rows of ${name}`, () => {
      const space = withCosts(builtInSpaces[name]);
      const rows = tableRows(file!, space);
      expect(rows.length).toBe(count);
      for (const column of columns) {
        const cost = space.costs.get(column)!;
        const wrong = rows.filter((row) => cost.of(row.codes) !== Number(row.column(column)));
        expect(wrong.length, column).toBe(0);
      }
    });
  }

  const published = benchmarkFile('nasbench-macro/nas-bench-macro_cifar10.json');
  it.skipIf(published === undefined)('equal the raw integers that NAS-Bench-Macro publishes', () => {
    const space = withCosts(builtInSpaces['nasbench-macro']);
    const entries = Object.entries<{ flops: number; params: number }>(JSON.parse(readFileSync(published!, 'utf8')));
    expect(entries.length).toBe(6_561);
    const wrong = entries.filter(([text, { flops, params }]) => {
      const architecture = space.parse(text);
      return (
        space.costs.get('flops_m')!.of(architecture) !== flops / 1e6 ||
        space.costs.get('params_m')!.of(architecture) !== params / 1e6
      );
    });
    expect(wrong.length).toBe(0);
  });

  it('of nasbench101 are the same for cells that look alike to them, so that few networks are built', () => {
    const space = withCosts(builtInSpaces.nasbench101);
    const seen = new Map<string, string>();
    const random = createRandom(6);
    for (let i = 0; i < 300; i++) {
      const architecture = space.sample(random);
      const network = networks.nasbench101(architecture, { shape: [3, 32, 32], classes: 10 });
      const counts = `${flops(network)} ${parameterCount(network)}`;
      const key = nasbench101Vertices(architecture);
      expect(seen.get(key) ?? counts).toBe(counts);
      seen.set(key, counts);
    }
    expect(seen.size).toBeLessThan(290);
  });

  it.each(['darts', 'transnasbench101-micro', 'nasbench101'] as const)('of %s are those of its networks', (name) => {
    const space = withCosts(builtInSpaces[name]);
    const random = createRandom(5);
    for (let i = 0; i < 10; i++) {
      const architecture = space.sample(random);
      const input: NetworkInput =
        name === 'transnasbench101-micro' ? { shape: [3, 256, 256], classes: 75 } : { shape: [3, 32, 32], classes: 10 };
      const network = networks[name](architecture, input);
      expect(space.costs.get('flops_m')!.of(architecture)).toBe(flops(network) / 1e6);
      expect(space.costs.get('params_m')!.of(architecture)).toBe(parameterCount(network) / 1e6);
    }
  });

  it('keep mobile-tiny small enough for two cores', () => {
    const space = withCosts(builtInSpaces['mobile-tiny']);
    const cost = space.costs.get('flops_m')!;
    let [sum, most] = [0, 0];
    forEachArchitecture(space, (codes) => {
      const flops = cost.of(codes);
      sum += flops;
      most = Math.max(most, flops);
    });
    expect(sum / Number(space.size)).toBeCloseTo(2.03, 2);
    expect(most).toBeLessThan(4);
  });

  it('go by the same name on every space where they can, and are the space otherwise', () => {
    expect([...withCosts(builtInSpaces.nasbench201).costs.keys()]).toEqual([
      'flops_m',
      'c10_flops_m',
      'params_m',
      'c10_params_m',
      'c100_flops_m',
      'c100_params_m',
    ]);
    expect(withCosts(builtInSpaces.nasbench201)).toBe(withCosts(builtInSpaces.nasbench201));
    const namesake = defineSpace({ name: 'nasbench201', dimensions: [{ name: 'a', choices: [1, 2] }] });
    expect(withCosts(namesake)).toBe(namesake);
  });
});

describe('decompose', () => {
  const space = defineSpace({
    name: 's',
    dimensions: [
      { name: 'a', choices: [0, 1, 2] },
      { name: 'b', choices: [0, 1] },
      { name: 'c', choices: [0, 1, 2, 3] },
    ],
  });

  it('finds the tables of a cost with an interaction inside a group', () => {
    const measure = ([a, b, c]: readonly number[]) => [7 + 10 * a! * c! + b!, b!];
    const [sum, alone] = decompose(space, measure, { groups: [[0, 2], [1]], divisor: 10 });
    expect(sum!([2, 1, 3])).toBe(6.8);
    expect(alone!([2, 1, 3])).toBe(0.1);
  });

  it('finds the tables where neighbouring dimensions interact', () => {
    const measure = ([a, b, c]: readonly number[]) => [5 + a! * (b! + 1) + b! * c! + 3 * b!];
    const [sum] = decompose(space, measure, {
      groups: [
        [0, 1],
        [1, 2],
      ],
      divisor: 1,
    });
    forEachArchitecture(space, (codes) => expect(sum!(codes)).toBe(measure(Array.from(codes))[0]));
  });

  it('refuses a cost that interacts across groups', () => {
    const measure = ([a, b]: readonly number[]) => [a! * b!];
    expect(() => decompose(space, measure, { groups: [[0], [1], [2]], divisor: 1 })).toThrow(
      /not a sum over the groups/,
    );
  });

  it.each([[[[0], [1]]], [[[0, 1, 2, 3]]]])('refuses groups %j', (groups) => {
    expect(() => decompose(space, () => [0], { groups, divisor: 1 })).toThrow(/must hold each dimension/);
  });

  it('refuses groups that have two dimensions in common', () => {
    const groups = [
      [0, 1, 2],
      [0, 1],
    ];
    expect(() => decompose(space, () => [0], { groups, divisor: 1 })).toThrow(/more than one dimension in common/);
  });
});
