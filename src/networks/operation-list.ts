/** The operations of a network in the making: each is completed by shape inference and checked when it is appended. */
import type { Operation, OperationKind, OperationOf } from './graph.js';
import { infer, type Settings, ShapeError, type Stated, type Value } from './shape-inference.js';

/** Grows by `append`; what is in it is always a graph that can be run. */
export class OperationList {
  private readonly appended: Operation[] = [];
  private readonly values = new Map<string, Value>();

  /** The operations so far, as a list of its own. */
  get operations(): readonly Operation[] {
    return [...this.appended];
  }

  /**
   * Appends an operation with its shape and with parameters named `${operation}.${role}`.
   * @throws ShapeError when the name is taken, an input is missing or the shapes do not meet
   */
  append<Kind extends OperationKind>(kind: Kind, settings: Settings<Kind>, stated: Stated<Kind>): OperationOf<Kind> {
    const { name } = settings;
    if (this.values.has(name)) throw new ShapeError(name, 'the name is taken by another operation');
    if ((kind === 'input') !== (this.values.size === 0)) {
      throw new ShapeError(name, 'the first operation of a network, and no other, must be its input');
    }
    const inputs = settings.inputs.map((input) => {
      const value = this.values.get(input);
      if (value === undefined) throw new ShapeError(name, `its input "${input}" is not in this graph`);
      return value;
    });
    const { shape, parameters = {} } = infer(kind, settings, inputs, stated);
    const named = Object.entries(parameters).map(([role, size]) => ({ name: `${name}.${role}`, shape: size }));
    const operation = { kind, ...settings, shape, parameters: named } as unknown as OperationOf<Kind>;
    this.appended.push(operation);
    this.values.set(name, { name, shape });
    return operation;
  }
}
