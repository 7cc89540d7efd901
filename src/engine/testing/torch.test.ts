/** The reference and PyTorch, two readers of the same graphs, agree in double precision; and the stored results are PyTorch's. */
import { beforeAll, describe, expect, it } from 'vitest';
import { torch } from '../../../test/optional.js';
import { apart } from './compare.js';
import { storedProblems, storedResult, thinned } from './fixtures.js';
import { backward } from './reference-backward.js';
import { forward, type Pass } from './reference-forward.js';
import { crossEntropy } from './reference-loss.js';
import { batchMoments, type Maps, type Moments, mapsOf } from './reference-maps.js';
import { type Slot, update } from './reference-update.js';
import { solveInTorch, type TorchProblem, type TorchResult } from './torch.js';

const python = torch();
const names = [...storedProblems.keys()];

/** What the reference makes of a problem when nothing is ever rounded to float32. */
function solve({ training, updates = [] }: TorchProblem): TorchResult {
  const { graph, batch, options } = training;
  const parameters = new Map([...training.parameters].map(([name, { values }]) => [name, Float64Array.from(values)]));
  const images = mapsOf(batch);
  const outputOf = (maps: ReadonlyMap<string, Maps>) => maps.get(graph.operations.at(-1)!.name)!;
  const learn = () => {
    const pass: Pass = { parameters, dropoutSeed: options.randomSeed! };
    const maps = forward(graph, images, pass);
    const { gradient, ...result } = crossEntropy(outputOf(maps), batch.labels, options.labelSmoothing!);
    const gradients = backward(graph, maps, gradient, pass).parameters;
    return {
      ...result,
      gradients: new Map([...gradients].map(([name, own]) => [name, own.map((g) => g * options.weight!)])),
    };
  };
  const maps = forward(graph, images, { parameters });
  const moments = new Map<string, Moments>();
  for (const { kind, name, inputs } of graph.operations) {
    if (kind === 'batch-norm') moments.set(name, batchMoments(maps.get(inputs[0]!)!));
  }
  const first = learn();
  const logits = outputOf(forward(graph, images, { parameters, statistics: moments })).values;
  const state = new Map<string, Float64Array>();
  const norms = updates.map((rule) => {
    const slots = [...learn().gradients].map(([name, gradient]): Slot => {
      const stateOf: Slot['state'] = (kind, length) => {
        const key = `${kind}/${name}`;
        if (!state.has(key)) state.set(key, new Float64Array(length));
        return state.get(key)!;
      };
      const decays = rule.decay === 'all' || training.parameters.get(name)!.shape.length > 1;
      return { value: parameters.get(name)!, gradient, decays, state: stateOf };
    });
    return update(rule, slots);
  });
  const statistics = [...moments].flatMap(([name, { mean, variance }]) => [
    [`${name}.mean`, Float64Array.from(mean)] as const,
    [`${name}.variance`, Float64Array.from(variance)] as const,
  ]);
  return {
    ...first,
    statistics: new Map(statistics),
    logits,
    norms: Float64Array.from(norms),
    parameters: updates.length === 0 ? new Map() : parameters,
  };
}

/** All numbers of a result, by name. */
function numbersOf(result: TorchResult, part: (values: Float64Array) => Float64Array = (values) => values) {
  const { loss, correct, logits, norms, statistics, gradients, parameters } = result;
  const named = (prefix: string, tensors: ReadonlyMap<string, Float64Array>) =>
    [...tensors].map(([name, values]) => [`${prefix} ${name}`, part(values)] as const);
  return {
    results: new Map([
      ['loss', Float64Array.of(loss)],
      ['correct', Float64Array.of(correct)],
      ['norms', norms],
    ]),
    logits: new Map([['logits', part(logits)]]),
    statistics: new Map(named('statistics', statistics)),
    gradients: new Map(named('gradient', gradients)),
    parameters: new Map(named('parameter', parameters)),
  };
}

/** What differs between two results. */
function differences(a: ReturnType<typeof numbersOf>, b: ReturnType<typeof numbersOf>, tolerance: number) {
  return (['results', 'logits', 'statistics', 'gradients', 'parameters'] as const).flatMap((kind) =>
    apart(a[kind], b[kind], tolerance),
  );
}

describe.skipIf(python === undefined)('PyTorch', () => {
  let double: TorchResult[];
  let single: TorchResult[];
  beforeAll(() => {
    const problems = [...storedProblems.values()];
    double = solveInTorch(python!, problems, 'float64');
    single = solveInTorch(python!, problems, 'float32');
  }, 300_000);

  it.each(names)('%s: the reference is within 1e-8 of its float64', (name) => {
    const own = solve(storedProblems.get(name)!);
    expect(differences(numbersOf(own), numbersOf(double[names.indexOf(name)]!), 1e-8)).toEqual([]);
  });

  it.each(names)('%s: what is stored is what its float32 gives', (name) => {
    const fresh = numbersOf(single[names.indexOf(name)]!, thinned);
    expect(differences(fresh, numbersOf(storedResult(name)), 1e-4)).toEqual([]);
  });
});
