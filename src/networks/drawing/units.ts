/** Units: what is drawn as one box, e.g. a convolution with its batch norm and activation. */
import type { NetworkGraph, Operation } from '../graph.js';
import { operationText } from './labels.js';

/** A chain of operations of which only the last one's output is used elsewhere. */
export interface Unit {
  readonly operations: readonly Operation[];
  /** whether the network's output depends on it */
  readonly used: boolean;
}

/** One arrow, between places in a list. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

/** A network as boxes and arrows. */
export interface Diagram {
  readonly units: readonly Unit[];
  readonly edges: readonly Edge[];
}

/** Joins operations into units: a chain under one name prefix, with at most one operation that moves data. */
export function diagramOf({ operations }: NetworkGraph): Diagram {
  const consumers = new Map<string, number>();
  for (const { inputs } of operations)
    for (const input of inputs) consumers.set(input, (consumers.get(input) ?? 0) + 1);
  const used = usedNames(operations);
  const units: { operations: Operation[]; used: boolean }[] = [];
  const placeOf = new Map<string, number>();
  for (const operation of operations) {
    const [input, ...others] = operation.inputs;
    const place = input === undefined ? undefined : placeOf.get(input);
    const unit = place === undefined ? undefined : units[place];
    const isChain = others.length === 0 && consumers.get(input!) === 1;
    if (isChain && unit !== undefined && place !== undefined && continues(unit.operations, operation)) {
      unit.operations.push(operation);
      placeOf.set(operation.name, place);
    } else {
      placeOf.set(operation.name, units.length);
      units.push({ operations: [operation], used: used.has(operation.name) });
    }
  }
  return { units, edges: edgesBetween(units, placeOf) };
}

/** The last operation, whose output is the unit's. */
export function outputOf({ operations }: Unit): Operation {
  return operations.at(-1)!;
}

/** What a unit does, e.g. 'conv 3×3 · BN · ReLU'. */
export function unitText({ operations }: Unit): string {
  return operations.map((operation) => operationText(operation)).join(' · ');
}

/** The name of an operation without its last part; empty where it has but one. */
export function prefixOf({ name }: Operation): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function continues(chain: readonly Operation[], operation: Operation): boolean {
  const last = chain.at(-1)!;
  if (last.kind === 'input' || prefixOf(last) !== prefixOf(operation)) return false;
  return isElementwise(operation) || chain.every(isElementwise);
}

function isElementwise({ kind }: Operation): boolean {
  return kind === 'batch-norm' || kind === 'activation' || kind === 'dropout';
}

/** Names of the operations on which the last one depends. */
function usedNames(operations: readonly Operation[]): ReadonlySet<string> {
  const used = new Set<string>([operations.at(-1)!.name]);
  for (const { name, inputs } of operations.toReversed()) {
    if (used.has(name)) for (const input of inputs) used.add(input);
  }
  return used;
}

function edgesBetween(units: readonly Unit[], placeOf: ReadonlyMap<string, number>): Edge[] {
  return units.flatMap(({ operations: [first] }, to) =>
    [...new Set(first!.inputs)].map((input) => ({ from: placeOf.get(input)!, to })),
  );
}
