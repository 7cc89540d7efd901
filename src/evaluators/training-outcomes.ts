/** What evaluators that train or use trained weights share. */
import { LissnasError } from '../errors.js';
import type { Architecture, Cost } from '../spaces/space.js';

/** Whether training or judging met numbers that are not finite, which concerns one architecture and not the evaluator. */
export function isDiverged(error: unknown): error is LissnasError {
  return error instanceof LissnasError && error.code === 'diverged';
}

/** The known costs of an architecture, by name. */
export function costsOf(costs: readonly Cost[], architecture: Architecture): Record<string, number> {
  const known = costs.map((cost) => [cost.name, cost.of(architecture)] as const);
  return Object.fromEntries(known.filter(([, value]) => Number.isFinite(value)));
}
