/** What every engine refuses before it begins, so that a mistake is named instead of trained on. */
import type { Images, LabelledImages } from '../datasets/dataset.js';
import { LissnasError } from '../errors.js';
import type { NetworkGraph } from '../networks/graph.js';
import type { Tensors } from './engine.js';

/** A graph that does not fit the parameters there are; the message names the graph, the operation and the parameter. */
export class GraphError extends LissnasError {
  constructor(graph: string, operation: string, problem: string) {
    super('graph', `operation "${operation}" of "${graph}": ${problem}`);
  }
}

/**
 * `shapeOf` tells the shape of a parameter in the store, or undefined.
 * @throws GraphError where the graph, or the store, has a parameter of one name in two shapes
 */
export function checkParameters(graph: NetworkGraph, shapeOf: (name: string) => readonly number[] | undefined): void {
  const own = new Map<string, readonly number[]>();
  for (const operation of graph.operations) {
    for (const { name, shape } of operation.parameters) {
      const held = shapeOf(name) ?? own.get(name) ?? shape;
      if (held.join() !== shape.join()) {
        const problem = `parameter "${name}" is ${held.join(' x ')}, not ${shape.join(' x ')}`;
        throw new GraphError(graph.name, operation.name, problem);
      }
      own.set(name, shape);
    }
  }
}

/**
 * What may replace parameters.
 * @throws LissnasError where values do not fill their shape or a parameter in the store has another one
 */
export function checkReplacements(tensors: Tensors, shapeOf: (name: string) => readonly number[] | undefined): void {
  for (const [name, { shape, values }] of tensors) {
    const held = shapeOf(name) ?? shape;
    if (held.join() !== shape.join()) {
      refuse(`parameter "${name}" is ${held.join(' x ')}, not ${shape.join(' x ')}`);
    }
    if (values.length !== product(shape)) {
      refuse(`parameter "${name}" of ${shape.join(' x ')} was given ${values.length} values`);
    }
  }
}

/** @throws LissnasError where there are no images, they are not of the shape that the graph takes, or their values are too few or too many */
export function checkImages(graph: NetworkGraph, { count, shape, values }: Images): void {
  const wanted = graph.operations[0]!.shape;
  if (shape.join() !== wanted.join()) {
    refuse(`"${graph.name}" takes images of ${wanted.join(' x ')}, but got ${shape.join(' x ')}`);
  }
  if (!(Number.isInteger(count) && count > 0)) refuse(`a batch of ${count} images was given to "${graph.name}"`);
  const size = count * product(shape);
  if (values.length !== size)
    refuse(`${count} images of ${shape.join(' x ')} have ${size} values, not ${values.length}`);
}

/** @throws LissnasError where there is not one label for each image, the graph does not end in a vector, or a label is not one of its classes */
export function checkLabels(graph: NetworkGraph, { count, labels }: LabelledImages): void {
  if (labels.length !== count) refuse(`${count} images came with ${labels.length} labels`);
  const [classes, height, width] = graph.operations.at(-1)!.shape;
  if (height !== 1 || width !== 1) {
    refuse(`"${graph.name}" gives ${classes} x ${height} x ${width} an image instead of one logit a class`);
  }
  const wrong = labels.find((label) => label >= classes);
  if (wrong !== undefined) refuse(`label ${wrong} is none of the ${classes} classes of "${graph.name}"`);
}

/** @throws LissnasError where the statistics of a batch norm of the graph are missing or do not fit it */
export function checkStatistics(graph: NetworkGraph, statistics: Tensors): void {
  for (const { kind, name, shape } of graph.operations) {
    if (kind !== 'batch-norm') continue;
    for (const own of [`${name}.mean`, `${name}.variance`]) {
      if (statistics.get(own)?.values.length !== shape[0]) {
        refuse(`the statistics have no "${own}" of ${shape[0]} channels; calibrate this network first`);
      }
    }
  }
}

/** The kinds of state that training goes on from. Optimizer state goes with the parameter of the same name. */
export const STATES: readonly string[] = ['parameter', 'momentum', 'first', 'second', 'steps'];

/** @throws LissnasError where this cannot be what `Engine.save` gave: unknown names, state without its parameter or in another shape, parts of AdamW's state missing */
export function checkState(state: Tensors): void {
  for (const [key, { shape, values }] of state) {
    const kind = key.slice(0, key.indexOf('/'));
    const name = key.slice(kind.length + 1);
    if (!STATES.includes(kind) || name === '') refuse(`"${key}" is no state of training (${STATES.join(', ')} / name)`);
    if (values.length !== product(shape)) {
      refuse(`"${key}" of shape ${shape.join(' x ')} has ${values.length} values`);
    }
    const parameter = state.get(`parameter/${name}`);
    if (parameter === undefined) refuse(`"${key}" comes without its parameter`);
    const wanted = kind === 'steps' ? [1] : parameter.shape;
    if (shape.join() !== wanted.join())
      refuse(`"${key}" has the shape ${shape.join(' x ')} instead of ${wanted.join(' x ')}`);
    if (kind === 'first' || kind === 'second' || kind === 'steps') {
      for (const other of ['first', 'second', 'steps']) {
        if (!state.has(`${other}/${name}`)) refuse(`"${key}" comes without "${other}/${name}"`);
      }
    }
  }
}

function refuse(problem: string): never {
  throw new LissnasError('engine', problem);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
