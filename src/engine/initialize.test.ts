import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { NetworkBuilder } from '../networks/builder.js';
import type { Operation, Parameter } from '../networks/graph.js';
import { initialValues } from './initialize.js';

const net = new NetworkBuilder('net', [8, 6, 6]);
const dense = net.convolution('dense', net.input, { channels: 64, kernel: 5, bias: true });
const grouped = net.convolution('grouped', dense, { channels: 128, kernel: 3, groups: 4 });
const depthwise = net.convolution('depthwise', grouped, { channels: 128, kernel: 5, groups: 128 });
net.linear('linear', net.globalPool('pool', net.batchNorm('norm', depthwise)), 100);
const { operations } = net.build();

function find(name: string): [Operation, Parameter] {
  for (const operation of operations) {
    const parameter = operation.parameters.find((candidate) => candidate.name === name);
    if (parameter !== undefined) return [operation, parameter];
  }
  throw new Error(name);
}

const initial = (name: string, randomSeed = 1) => initialValues(...find(name), createRandom(randomSeed));

describe('initial values', () => {
  it.each([
    ['dense.weight', 2 / (25 * 64)],
    ['grouped.weight', 2 / (9 * 32)],
    ['depthwise.weight', 2 / 25],
    ['linear.weight', 1 / 128],
  ])('%s is normal with variance %f', (name, variance) => {
    const scores = initial(name).map((value) => value / Math.sqrt(variance));
    const moment = (power: number) => scores.reduce((sum, z) => sum + z ** power, 0) / scores.length;
    const error = 4 / Math.sqrt(scores.length); // four standard errors of the mean
    expect(Math.abs(moment(1))).toBeLessThan(error);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error * Math.sqrt(2));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error * Math.sqrt(96));
  });

  it('scales are 1, shifts and biases 0', () => {
    expect([...new Set(initial('norm.scale'))]).toEqual([1]);
    for (const name of ['norm.shift', 'dense.bias', 'linear.bias']) {
      expect([...new Set(initial(name))], name).toEqual([0]);
    }
  });

  it('fill the shape, and depend on the name and the random seed alone', () => {
    const random = createRandom(1);
    random.normal();
    initialValues(...find('linear.weight'), random);
    expect(initialValues(...find('dense.weight'), random)).toEqual(initial('dense.weight'));
    expect(initial('dense.weight')).toHaveLength(64 * 8 * 25);
    expect(initial('dense.weight')).not.toEqual(initial('dense.weight', 2));
    const [operation, parameter] = find('dense.weight');
    const renamed = { ...parameter, name: 'other.weight' };
    const other = initialValues({ ...operation, parameters: [renamed] } as Operation, renamed, createRandom(1));
    expect(other).not.toEqual(initial('dense.weight'));
  });

  it('are refused for a parameter of another operation', () => {
    const [operation] = find('dense.weight');
    const [, parameter] = find('norm.scale');
    expect(() => initialValues(operation, parameter, createRandom(1))).toThrow(
      'operation "dense" has no parameter "norm.scale"',
    );
  });
});
