/** Hand-made spaces and evaluators for the tests of this folder. */
import type { Random } from '../../math/random.js';
import type { Evaluator } from '../../measurements/evaluator.js';
import type { Architecture, Codes, SearchSpace } from '../../spaces/space.js';

/** A product of choices, some dimensions ordered, with an optional rule. */
export function productSpace(
  counts: readonly number[],
  options: { ordered?: readonly boolean[]; allowed?: (codes: Codes) => boolean } = {},
): SearchSpace {
  const { ordered = [], allowed } = options;
  const isValid = (codes: Codes) => allowed === undefined || allowed(codes);
  const architecture = (codes: Codes) => Object.freeze(Array.from(codes)) as Architecture;
  const product = counts.reduce((size, count) => size * BigInt(count), 1n);
  const sample = (random: Random): Architecture => {
    for (;;) {
      const codes = counts.map((count) => random.integer(count));
      if (isValid(codes)) return architecture(codes);
    }
  };
  return {
    name: `product ${counts.join('x')}`,
    dimensions: counts.map((count, d) => ({
      name: `d${d}`,
      choices: Array.from({ length: count }, (_, choice) => choice),
      ordered: ordered[d] ?? false,
    })),
    size: allowed ? BigInt(allCodes(counts).filter(allowed).length) : product,
    costs: new Map(),
    forbidden: [],
    unconstrained: allowed === undefined,
    isValid,
    architecture,
    parse: (text) => architecture(text.split('-').map(Number)),
    format: (codes) => Array.from(codes).join('-'),
    canonical: (own) => own,
    sample,
  };
}

/** Every combination, the last position running fastest. */
export function allCodes(counts: readonly number[]): number[][] {
  return counts.reduce<number[][]>(
    (all, count) => all.flatMap((codes) => Array.from({ length: count }, (_, choice) => [...codes, choice])),
    [[]],
  );
}

/** All valid architectures of a small space with the accuracy of each. */
export function listed(space: SearchSpace, accuracyOf: (codes: Codes) => number) {
  const codes = allCodes(space.dimensions.map(({ choices }) => choices.length)).filter((own) => space.isValid(own));
  const architectures = codes.map((own) => space.architecture(own));
  return { architectures, accuracies: Float64Array.from(architectures, accuracyOf) };
}

/** An evaluator that answers at once; `available` says what it can measure, NaN becomes a failure. */
export function evaluatorOf(
  accuracyOf: (codes: Codes) => number,
  options: { available?: (codes: Codes) => boolean; tells?: boolean; concurrency?: number } = {},
): Evaluator & { asked: number } {
  const { available = () => true, tells = false, concurrency = 4 } = options;
  const evaluator: Evaluator & { asked: number } = {
    name: 'test',
    concurrency,
    asked: 0,
    ...(tells ? { canMeasure: available } : {}),
    evaluate: async (architecture) => {
      evaluator.asked++;
      if (!available(architecture)) return { kind: 'unavailable', architecture, reason: 'not there' };
      const accuracy = accuracyOf(architecture);
      if (Number.isNaN(accuracy)) return { kind: 'failed', architecture, reason: 'NaN' };
      return { kind: 'measured', architecture, accuracy, costs: {}, source: 'test' };
    },
  };
  return evaluator;
}
