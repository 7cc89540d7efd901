/** From a network graph to the steps that are carried out: what costs nothing is resolved, what belongs together is fused. */
import type { ActivationFunction, NetworkGraph, Operation, OperationKind } from '../../networks/graph.js';

/** One operation to carry out; names of inputs and output are those of the values that are really held in memory. */
export interface Step<Kind extends OperationKind = OperationKind> {
  readonly operation: Extract<Operation, { kind: Kind }>;
  readonly inputs: readonly string[];
  readonly output: string;
  /** the activation that follows a batch norm and that nobody else sees behind */
  readonly activation: ActivationFunction | 'none';
}

/** What the steps are for: `training` has dropout; `pruned` leaves out what the output does not depend on. */
export interface StepOptions {
  readonly training: boolean;
  readonly pruned: boolean;
}

/** The steps of a graph in an order in which they can be carried out, and the value that is its output. */
export function stepsOf(graph: NetworkGraph, { training, pruned }: StepOptions): { steps: Step[]; output: string } {
  const { operations } = graph;
  const wanted = pruned ? ancestors(operations) : undefined;
  const alive = operations.filter(({ name }) => wanted?.has(name) ?? true);
  const consumers = countConsumers(alive);
  const held = new Map<string, string>(); // operation -> the value that holds its output
  const steps: Step[] = [];
  const fusible = new Map<string, number>(); // batch norm's output -> its step
  for (const operation of alive) {
    const inputs = operation.inputs.map((name) => held.get(name)!);
    const [only] = inputs;
    const passes =
      (operation.kind === 'add' && inputs.length === 1) ||
      (operation.kind === 'dropout' && !changes(operation.probability, training));
    if (passes) {
      held.set(operation.name, only!);
      continue;
    }
    const norm = operation.kind === 'activation' ? fusible.get(operation.inputs[0]!) : undefined;
    if (operation.kind === 'activation' && norm !== undefined) {
      const step = steps[norm] as Step<'batch-norm'>;
      steps[norm] = { ...step, output: operation.name, activation: operation.activation };
      held.set(operation.name, operation.name);
      continue;
    }
    if (operation.kind === 'batch-norm' && consumers.get(operation.name) === 1)
      fusible.set(operation.name, steps.length);
    held.set(operation.name, operation.name);
    steps.push({ operation, inputs, output: operation.name, activation: 'none' });
  }
  return { steps, output: held.get(operations.at(-1)!.name)! };
}

function changes(probability: number, training: boolean): boolean {
  return training && probability > 0;
}

/** The last operation and all that it depends on. */
function ancestors(operations: readonly Operation[]): Set<string> {
  const wanted = new Set([operations.at(-1)!.name]);
  for (const { name, inputs } of operations.toReversed()) {
    if (wanted.has(name)) for (const input of inputs) wanted.add(input);
  }
  wanted.add(operations[0]!.name);
  return wanted;
}

/** How often each operation is read; the output of the network is read once more. */
function countConsumers(operations: readonly Operation[]): Map<string, number> {
  const counts = new Map<string, number>([[operations.at(-1)!.name, 1]]);
  for (const { inputs } of operations) for (const input of inputs) counts.set(input, (counts.get(input) ?? 0) + 1);
  return counts;
}
