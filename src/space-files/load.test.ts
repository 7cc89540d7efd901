import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isNetworkSpace } from '../costs/network-space.js';
import { InputError } from '../errors.js';
import { networks } from '../networks/index.js';
import { loadSpace } from './load.js';

it('gives built-in costs and networks by name and declared costs from a file', async () => {
  const accel = await loadSpace('accel-mnasnet');
  expect(accel.costs.has('macs_m')).toBe(true);
  expect(isNetworkSpace(accel) && accel.network).toBe(networks['accel-mnasnet']);
  const folder = await mkdtemp(join(tmpdir(), 'lissnas-costs-'));
  try {
    const file = join(folder, 'own.yaml');
    await writeFile(file, 'name: own\ndimensions: {a: [x, y]}\ncosts: {f: {base: 1, choices: {a: [0, 2]}}}\n');
    const space = await loadSpace(file);
    expect(space.costs.get('f')!.of([1])).toBe(3);
    expect(isNetworkSpace(space)).toBe(false);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it.each([
  [
    'nasbench-201',
    /unknown space "nasbench-201"; did you mean "nasbench201"\? Known are nasbench101, nasbench201, nats-sss, transnasbench101-micro/,
  ],
  ['constructor', /unknown space "constructor"; known are/],
  ['nowhere.yaml', /nowhere\.yaml: there is no such file/],
])('refuses %s with a reason', async (name, reason) => {
  await expect(loadSpace(name)).rejects.toThrow(InputError);
  await expect(loadSpace(name)).rejects.toThrow(reason);
});
