/** Reads network graphs from plain data, believing nothing. */
import type { z } from 'zod';
import { InputError } from '../errors.js';
import { describeIssue } from '../spaces/yaml-issue.js';
import type { NetworkGraph, Operation, OperationKind, Parameter } from './graph.js';
import { graphLimits, graphSchema, headSchema, keysOf, operationSchemas } from './graph-schema.js';
import { OperationList } from './operation-list.js';
import { ShapeError, shapeText } from './shape-inference.js';

/**
 * The network graph that plain data, e.g. from JSON.parse, describes. What follows from something else in it (shapes of
 * feature maps and parameters) is computed anew and must be the same.
 * @throws InputError naming the operation and what is wrong with it
 */
export function checkGraph(json: unknown): NetworkGraph {
  const { name, operations: given } = read(graphSchema, json, '', () => ['name', 'operations']);
  const operations = given.map(readOperation);
  checkEnds(operations);
  checkOrder(operations);
  const list = new OperationList();
  const parameters = new ParameterTable();
  for (const operation of operations) {
    const inferred = append(list, operation);
    checkShape(operation, inferred.shape);
    parameters.add(operation, inferred.parameters);
  }
  return { name, operations };
}

function read<T>(
  schema: z.ZodType<T>,
  value: unknown,
  where: string,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const whole = where === '' ? 'the network graph' : 'it';
  throw new InputError(where + describeIssue(result.error.issues[0]!, value, keysAt, whole).message);
}

function readOperation(value: unknown, index: number): Operation {
  const { name, kind } = read(headSchema, value, `operation ${index + 1} of the network graph: `, () => []);
  if (!isKind(kind)) {
    throw fault(name, `the kind "${kind}" is unknown; allowed are ${Object.keys(operationSchemas).join(', ')}`);
  }
  return read<Operation>(operationSchemas[kind], value, `operation "${name}": `, (path) => keysOf(kind, path));
}

function isKind(kind: string): kind is OperationKind {
  return Object.hasOwn(operationSchemas, kind);
}

function checkEnds([first, ...others]: readonly Operation[]): void {
  if (first === undefined) throw new InputError('the network graph has no operations; the first must be of kind input');
  if (first.kind !== 'input') {
    throw fault(first.name, `the first operation must be of kind input, but is of kind ${first.kind}`);
  }
  if (others.length === 0) throw fault(first.name, 'there is nothing after the input, so the network has no output');
}

function checkOrder(operations: readonly Operation[]): void {
  const all = new Set(operations.map(({ name }) => name));
  const earlier = new Set<string>();
  for (const { name, inputs } of operations) {
    const late = inputs.find((input) => all.has(input) && !earlier.has(input));
    if (late !== undefined) throw fault(name, `its input "${late}" must come before it`);
    earlier.add(name);
  }
}

function append(list: OperationList, operation: Operation): Operation {
  try {
    return list.append(operation.kind, operation, operation.shape);
  } catch (error) {
    if (error instanceof ShapeError) throw new InputError(error.message, {}, { cause: error });
    throw error;
  }
}

function checkShape({ name, shape }: Operation, inferred: readonly number[]): void {
  if (!isSame(shape, inferred)) {
    throw fault(name, `its output has the shape ${shapeText(inferred)}, but the graph says ${shapeText(shape)}`);
  }
  if (elements(shape) > graphLimits.elements) throw fault(name, `an output of ${shapeText(shape)} is too large`);
}

/** The parameters seen so far: what shares a name must be the same thing. */
class ParameterTable {
  private readonly known = new Map<string, { readonly user: string; readonly kind: string; readonly shape: string }>();
  private total = 0;

  /** Adds the parameters of an operation, which must be the `needed` ones, in their order, by whatever names. */
  add({ name, kind, parameters }: Operation, needed: readonly Parameter[]): void {
    if (parameters.length !== needed.length || parameters.some(({ shape }, i) => !isSame(shape, needed[i]!.shape))) {
      throw fault(name, `it needs ${listed(needed)}, but the graph gives it ${listed(parameters)}`);
    }
    parameters.forEach((parameter, i) => {
      const role = needed[i]!.name.slice(name.length + 1);
      const own = { user: `${role} of "${name}"`, kind: `${kind} ${role}`, shape: shapeText(parameter.shape) };
      const known = this.known.get(parameter.name);
      if (known === undefined) this.total += elements(parameter.shape);
      else if (known.kind !== own.kind || known.shape !== own.shape) {
        throw fault(
          name,
          `the parameter "${parameter.name}" cannot be its ${role} (${own.shape}): it is the ${known.user} (${known.shape})`,
        );
      }
      this.known.set(parameter.name, own);
      if (elements(parameter.shape) > graphLimits.elements || this.total > graphLimits.parameters) {
        throw fault(name, `with a parameter of ${own.shape} the network is too large`);
      }
    });
  }
}

function listed(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return 'no parameters';
  return parameters.map(({ name, shape }) => `"${name}" (${shapeText(shape)})`).join(' and ');
}

function fault(operation: string, problem: string): InputError {
  return new InputError(`operation "${operation}": ${problem}`);
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
