import { describe, expect, it } from 'vitest';
import { createRandom } from '../../math/random.js';
import type { Evaluator } from '../../measurements/evaluator.js';
import type { NetworkGraph } from '../../networks/graph.js';
import type { Codes, Cost } from '../../spaces/space.js';
import type { Supernet } from '../supernet.js';
import { alteredEngine } from '../testing/altered-engine.js';
import { tinyRecipe, tinySpace, tinySupernet } from '../testing/tiny.js';
import { train } from '../train.js';
import { anglesBetween } from './angle.js';
import { angleShrinking } from './angle-shrinking.js';
import { operatorDropping } from './operator-dropping.js';
import type { StagedTask } from './stages.js';

const arch = (...codes: number[]) => tinySpace.architecture(codes);
const taskOf = (supernet: Supernet, rest: Partial<StagedTask> = {}): StagedTask => ({
  supernet,
  size: 4,
  stages: 2,
  training: { recipe: tinyRecipe(), steps: 4, random: createRandom(1) },
  random: createRandom(2),
  ...rest,
});

function evaluatorOf(accuracy: (codes: Codes) => number, asked: string[] = []): (step: number) => Evaluator {
  return (step) => ({
    name: `after ${step}`,
    concurrency: 1,
    async evaluate(architecture) {
      asked.push(`${step}: ${architecture}`);
      return { kind: 'measured', architecture, accuracy: accuracy(architecture), costs: {}, source: 'function' };
    },
  });
}

/** The angle by its definition: two long vectors, laid end to end. */
function angleByHand(graph: NetworkGraph, before: Map<string, Float32Array>, after: Map<string, Float32Array>): number {
  const laid = (parameters: Map<string, Float32Array>) =>
    graph.operations.flatMap((operation) => {
      if (operation.kind === 'pool') return new Array<number>(operation.shape[0] * 4).fill(1 / 4); // 2 x 2
      return operation.parameters
        .filter(({ name }) => name.endsWith('.weight'))
        .flatMap(({ name }) => [...parameters.get(name)!]);
    });
  const [a, b] = [laid(before), laid(after)];
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return Math.acos(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));
}

describe('the angle of a path', () => {
  it('is that between the vectors laid out by hand, and 0 before any training', async () => {
    const supernet = tinySupernet(5);
    const { engine, images } = supernet;
    const graphs = [arch(1, 2, 1), arch(0, 0, 0), arch(2, 1, 0)].map((a) => supernet.graph(a));
    for (const graph of graphs) engine.require(graph);
    const valuesOf = async () => new Map([...(await engine.parameters())].map(([name, { values }]) => [name, values]));
    const before = await valuesOf();
    const atFirst = anglesBetween(5, await engine.parameters());
    for (const graph of graphs) expect(atFirst(graph)).toBeLessThan(1e-6);
    await train({
      engine,
      images,
      graphs: () => [graphs[0]!],
      recipe: tinyRecipe(),
      steps: 3,
      random: createRandom(1),
    });
    const now = anglesBetween(5, await engine.parameters());
    const after = await valuesOf();
    for (const graph of graphs) expect(now(graph)).toBeCloseTo(angleByHand(graph, before, after), 6);
    expect(now(graphs[0]!)).toBeGreaterThan(now(graphs[2]!));
    expect(now(graphs[2]!)).toBeGreaterThan(0); // it shares the stem
  });

  it('needs the weights of the path', async () => {
    const supernet = tinySupernet();
    expect(() => anglesBetween(1, new Map())(supernet.graph(arch(1, 1, 0)))).toThrow('no parameter "stem.conv.weight"');
  });
});

describe('angle shrinking', () => {
  it('drops the operators that turn least, down to at most the size, and keeps the last choice of each dimension', async () => {
    const supernet = tinySupernet(3);
    const stages: object[] = [];
    const task = taskOf(supernet, { onStage: (stage) => stages.push(stage) });
    const result = await angleShrinking({ ...task, engineRandomSeed: 3, pathsPerOperator: 20 });
    expect(result.size).toBeLessThanOrEqual(4);
    expect(stages.map((stage) => ({ ...stage, size: 0 }))).toEqual([
      { stage: 1, step: 2, size: 0 },
      { stage: 2, step: 4, size: 0 },
    ]);
    for (const ranked of result.scores) {
      const angles = ranked.map(({ meanAngle }) => meanAngle);
      expect(angles).toEqual([...angles].sort((a, b) => a - b));
    }
    expect(result.scores[0]!.length).toBe(8);
    expect(result.dropped.length).toBe(8 - result.kept.flat().filter(Boolean).length);
    for (const choices of result.kept) expect(choices.some(Boolean)).toBe(true);
    const path = result.region.sample(createRandom(9));
    for (const [d, choice] of path.entries()) expect(result.kept[d]![choice]).toBe(true);
  });

  it('goes by the angles alone: what was trained most turns most and stays', async () => {
    const supernet = tinySupernet(3);
    const { engine } = supernet;
    // only paths of 3x3 convolutions learn anything
    const favoured = alteredEngine(engine, {
      learn: (graph, batch, options) =>
        engine.learn(
          graph,
          batch,
          graph.operations.some(({ name }) => name.includes('conv1x1')) ? { ...options, weight: 0 } : options,
        ),
    });
    const task = taskOf({ ...supernet, engine: favoured }, { size: 1, stages: 1 });
    const result = await angleShrinking({ ...task, engineRandomSeed: 3, pathsPerOperator: 20 });
    expect(result.size).toBe(1);
    expect(result.kept[0]![2] || result.kept[1]![2]).toBe(false);
  });
});

describe('operator dropping', () => {
  it('trains, judges by the supernet of that step, and drops the operators of the lowest mean accuracy', async () => {
    const asked: string[] = [];
    const accuracy = (codes: Codes) => 50 + 10 * codes[0]! + 5 * codes[1]! - 20 * codes[2]!;
    const supernet = tinySupernet();
    const result = await operatorDropping({
      ...taskOf(supernet),
      evaluations: 36,
      evaluatorAt: evaluatorOf(accuracy, asked),
    });
    expect(result.kept).toEqual([
      [false, true, true],
      [false, true, true],
      [true, false],
    ]);
    expect(result.size).toBe(4);
    expect(result.dropped.map(({ order }) => order)).toEqual([0, 1, 2]);
    expect(new Set(asked.map((text) => text.split(':')[0]))).toEqual(new Set(['2', '4']));
    expect(asked.filter((text) => text.startsWith('2:')).length).toBe(18); // all there are
    expect(asked.length).toBeLessThan(36);
    expect(new Set(asked).size).toBe(asked.length);
    expect(result.measurements.length).toBe(asked.length);
  });

  it('drops nothing where nothing could be judged', async () => {
    const failing = (step: number): Evaluator => ({
      ...evaluatorOf(() => 0)(step),
      evaluate: async (architecture) => ({ kind: 'failed', architecture, reason: 'broken' }),
    });
    const result = await operatorDropping({ ...taskOf(tinySupernet()), evaluations: 4, evaluatorAt: failing });
    expect([result.size, result.failures.length, result.measurements.length]).toEqual([18, 4, 0]);
  });

  it('keeps to limits: what is left within them is what counts', async () => {
    const depth: Cost = { name: 'depth', unit: '', of: (codes) => Math.sign(codes[0]!) + Math.sign(codes[1]!) };
    const limits = [{ cost: depth, max: 1 }]; // 2 * (1 + 2 + 2) = 10 architectures
    const asked: string[] = [];
    const evaluatorAt = evaluatorOf((codes) => codes[2]! + depth.of(codes), asked);
    const result = await operatorDropping({
      ...taskOf(tinySupernet(), { limits, size: 3 }),
      evaluations: 20,
      evaluatorAt,
    });
    expect(result.size).toBeGreaterThanOrEqual(3);
    expect(result.size).toBeLessThan(10);
    for (let i = 0; i < 30; i++) expect(depth.of(result.region.sample(createRandom(i)))).toBeLessThanOrEqual(1);
    for (const text of asked) expect(depth.of(text.slice(3).split(',').map(Number))).toBeLessThanOrEqual(1);
  });
});

it('stages and sizes that make no sense are refused before anything is trained', async () => {
  const refused = (rest: Partial<StagedTask>) =>
    expect(angleShrinking({ ...taskOf(tinySupernet(), rest), engineRandomSeed: 1 })).rejects;
  await refused({ size: 18 }).toThrow('size 18 does not shrink tiny');
  await refused({ size: 0 }).toThrow('size 0 does not shrink');
  await refused({ stages: 5 }).toThrow('5 stages are not possible in 4 steps');
  await refused({ stages: 0 }).toThrow('0 stages');
});
