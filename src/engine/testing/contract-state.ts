/** The contract's third part: the store, checkpoints, the order of calls and threads. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../math/random.js';
import type { NetworkGraph } from '../../networks/graph.js';
import type { Engine, Tensor, Tensors } from '../engine.js';
import { initialValues } from '../initialize.js';
import type { UpdateRule } from '../update-rule.js';
import { pathGraph } from './case-networks.js';
import { networkCases, optimizerTraining, randomBatch } from './cases.js';
import { changedNames } from './compare.js';
import type { Fresh } from './contract.js';

const [, mobile] = networkCases;
const { graph, batch } = optimizerTraining;

const rules: readonly UpdateRule[] = [
  { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 1e-3 },
  { kind: 'adamw', learningRate: 0.01, weightDecay: 0.1 },
];

/** Runs all tests. */
export function stateContract(fresh: Fresh): void {
  describe('the store', () => {
    it('begins with values that depend on names and the random seed alone', async () => {
      const paths = [pathGraph([1, 0]), pathGraph([2, 1])];
      const engine = await fresh({ randomSeed: 5 });
      for (const path of paths) engine.require(path);
      const held = await engine.parameters();
      const wanted = new Map<string, Tensor>();
      for (const operation of paths.flatMap(({ operations }) => operations)) {
        for (const parameter of operation.parameters) {
          const { name, shape } = parameter;
          if (!wanted.has(name)) {
            wanted.set(name, { shape, values: initialValues(operation, parameter, createRandom(5)) });
          }
        }
      }
      expect([...held.keys()]).toEqual([...wanted.keys()]);
      expect(changedNames(held, wanted)).toEqual([]);
      const other = await fresh({ randomSeed: 5 });
      await other.calibrate(paths[1]!, [randomBatch(paths[1]!, 2, createRandom(1))]);
      other.require(paths[0]!);
      expect(changedNames(await other.parameters(), wanted)).toEqual([]);
    });

    it('keeps what it holds when a graph is required again', async () => {
      const engine = await fresh();
      engine.require(graph);
      await engine.setParameters(optimizerTraining.parameters);
      engine.require(graph);
      expect(changedNames(await engine.parameters(), optimizerTraining.parameters)).toEqual([]);
    });

    it('refuses a parameter in another shape and stays as it was', async () => {
      const engine = await fresh();
      engine.require(graph);
      const before = await engine.parameters();
      const conflict = withShape(graph, 'body.weight', [6, 5, 1, 1]);
      expect(() => engine.require(conflict)).toThrow(/"body".*"body\.weight" is 6 x 5 x 3 x 3, not 6 x 5 x 1 x 1/);
      await expect(engine.learn(conflict, batch)).rejects.toThrow('body.weight');
      expect(changedNames(before, await engine.parameters())).toEqual([]);
      const unknown = new Map([
        ...optimizerTraining.parameters,
        ['body.weight', { shape: [270], values: new Float32Array(270) }],
      ]);
      await expect(engine.setParameters(unknown)).rejects.toThrow('body.weight');
      await expect(
        engine.setParameters(new Map([['new', { shape: [3], values: new Float32Array(2) }]])),
      ).rejects.toThrow('new');
      expect(changedNames(before, await engine.parameters())).toEqual([]);
    });

    it('hands out copies, of those named in the order named', async () => {
      const engine = await fresh();
      engine.require(graph);
      const copies = await engine.parameters(['head.bias', 'stem.bn.scale']);
      expect([...copies.keys()]).toEqual(['head.bias', 'stem.bn.scale']);
      expect(copies.get('stem.bn.scale')).toEqual({ shape: [5], values: new Float32Array(5).fill(1) });
      copies.get('stem.bn.scale')!.values.fill(7);
      expect((await engine.parameters(['stem.bn.scale'])).get('stem.bn.scale')!.values[0]).toBe(1);
      const given = { shape: [2], values: Float32Array.of(1, 2) };
      await engine.setParameters(new Map([['extra', given]]));
      given.values.fill(9);
      expect([...(await engine.parameters(['extra'])).get('extra')!.values]).toEqual([1, 2]);
      await expect(engine.parameters(['nothing'])).rejects.toThrow('"nothing"');
    });
  });

  describe('checkpoints', () => {
    it.each(rules)('training goes on from them bit for bit ($kind)', async (rule) => {
      const engine = await fresh();
      await steps(engine, rule, 3);
      await engine.learn(graph, batch); // what waits is not part of a checkpoint
      const saved = await engine.save();
      const other = await fresh({ randomSeed: 2 });
      await steps(other, rule.kind === 'sgd' ? rules[1]! : rules[0]!, 1);
      await other.learn(graph, batch);
      await other.load(saved);
      expect(changedNames(await other.save(), saved)).toEqual([]);
      expect([...(await other.gradients())]).toEqual([]);
      expect([...(await other.parameters()).keys()]).toEqual([...(await engine.parameters()).keys()]);
      await engine.load(saved);
      for (const each of [engine, other]) await steps(each, rule, 3);
      const [own, others] = [await engine.save(), await other.save()];
      expect(changedNames(own, others)).toEqual([]);
      expect(changedNames(own, saved)).not.toEqual([]);
    });

    it('hold parameters and optimizer state by name', async () => {
      const engine = await fresh();
      engine.require(graph);
      const names = [...optimizerTraining.parameters.keys()];
      const withPrefix = (...prefixes: string[]) =>
        prefixes.flatMap((prefix) => names.map((name) => `${prefix}/${name}`));
      expect([...(await engine.save()).keys()]).toEqual(withPrefix('parameter'));
      await steps(engine, rules[1]!, 2);
      const saved = await engine.save();
      expect([...saved.keys()].sort()).toEqual(withPrefix('parameter', 'first', 'second', 'steps').sort());
      expect(saved.get('steps/head.bias')).toEqual({ shape: [1], values: Float32Array.of(2) });
      expect(saved.get('second/body.weight')!.shape).toEqual([6, 5, 3, 3]);
      const second = await fresh();
      await steps(second, rules[0]!, 1);
      expect([...(await second.save()).keys()].sort()).toEqual(withPrefix('parameter', 'momentum').sort());
    });

    const tensor = (...shape: number[]): Tensor => ({
      shape,
      values: new Float32Array(shape.reduce((product, length) => product * length, 1)),
    });
    it.each<[string, Record<string, Tensor>, string]>([
      ['an unknown kind', { 'parameter/a': tensor(2), 'velocity/a': tensor(2) }, 'velocity/a'],
      ['a name without a kind', { a: tensor(2) }, '"a"'],
      ['state without its parameter', { 'parameter/a': tensor(2), 'momentum/b': tensor(2) }, 'momentum/b'],
      ['state in another shape', { 'parameter/a': tensor(2), 'momentum/a': tensor(3) }, 'momentum/a'],
      ['too few values', { 'parameter/a': { shape: [3], values: new Float32Array(2) } }, 'parameter/a'],
      [
        'half of the state of AdamW',
        { 'parameter/a': tensor(2), 'first/a': tensor(2), 'steps/a': tensor(1) },
        'second/a',
      ],
    ])('with %s are refused and change nothing', async (_, state, name) => {
      const engine = await fresh();
      await steps(engine, rules[0]!, 1);
      const before = await engine.save();
      await expect(engine.load(new Map(Object.entries(state)))).rejects.toThrow(name);
      expect(changedNames(before, await engine.save())).toEqual([]);
    });
  });

  describe('calls', () => {
    it('are carried out in the order in which they are made', async () => {
      const awaited = await fresh();
      await steps(awaited, rules[0]!, 3);
      const expected = await awaited.save();
      const engine = await fresh();
      const losses: number[] = [];
      for (let step = 0; step < 3; step++) {
        void engine.learn(graph, batch, { randomSeed: step }).then(({ loss }) => losses.push(loss));
        void engine.update(rules[0]!);
      }
      expect(changedNames(expected, await engine.save())).toEqual([]);
      expect(losses).toHaveLength(3);
    });

    it('that fail do not hold up the others', async () => {
      const engine = await fresh();
      const failed = expect(engine.parameters(['nothing'])).rejects.toThrow('nothing');
      expect((await engine.learn(graph, batch)).loss).toBeGreaterThan(0);
      await failed;
    });

    it('give the same bits in a second engine, with any number of threads', async () => {
      const all: Tensors[] = [];
      for (const threads of [1, 1, 2, 3]) {
        const engine = await fresh({ threads });
        const { graph: wide, batch: images } = mobile!;
        for (let step = 0; step < 2; step++) {
          await engine.learn(wide, images, { randomSeed: step });
          await engine.update(rules[step]!);
        }
        const statistics = await engine.calibrate(wide, [images]);
        const logits = { shape: [images.count, 5], values: await engine.predict(wide, images, statistics) };
        all.push(new Map([...(await engine.save()), ...statistics, ['logits', logits]]));
        await engine.close();
      }
      for (const other of all.slice(1)) expect(changedNames(all[0]!, other)).toEqual([]);
    });

    it('to close may come twice', async () => {
      const engine = await fresh();
      await engine.learn(graph, batch);
      await engine.close();
      await engine.close();
    });
  });
}

async function steps(engine: Engine, rule: UpdateRule, count: number): Promise<void> {
  for (let step = 0; step < count; step++) {
    await engine.learn(graph, batch, { randomSeed: step });
    await engine.update(rule);
  }
}

function withShape({ name, operations }: NetworkGraph, parameter: string, shape: readonly number[]): NetworkGraph {
  return {
    name,
    operations: operations.map((operation) => ({
      ...operation,
      parameters: operation.parameters.map((own) => (own.name === parameter ? { ...own, shape } : own)),
    })),
  };
}
