/** Which variable of `forward` holds which value: x runs through the network, y beside it, and what is needed for longer has a name of its own. */
import { outputOf } from './pytorch-classes.js';
import { variableNames } from './pytorch-names.js';
import type { Block, Child } from './pytorch-tree.js';

/** One child's statement. */
export interface Step {
  readonly inputs: readonly string[];
  /** the variable assigned to; undefined where the statement returns */
  readonly target: string | undefined;
}

/** The variables of a block's forward pass. */
export interface Variables {
  /** one for each input of the block */
  readonly parameters: readonly string[];
  /** one for each child; undefined for those that only pass on what they are given */
  readonly steps: readonly (Step | undefined)[];
}

/** Decides on the variables of a block. */
export function assignVariables({ inputs, children }: Block): Variables {
  const sources = new Map<string, string>(); // of sums with one summand
  const resolve = (value: string) => sources.get(value) ?? value;
  const last = children.length - 1;
  const uses = new Map<string, number[]>();
  children.forEach((child, i) => {
    if (i < last && isAlias(child)) sources.set(outputOf(child), resolve(child.inputs[0]!));
    else for (const input of child.inputs) uses.set(resolve(input), [...(uses.get(resolve(input)) ?? []), i]);
  });

  const unique = variableNames(['y']);
  const variables = new Map(inputs.map((input) => [input, unique('x')]));
  const parameters = [...variables.values()];
  const holders = new Map([...variables].map(([input, variable]) => [variable, input]));
  const isFree = (variable: string, step: number) => (uses.get(holders.get(variable) ?? '')?.at(-1) ?? -1) <= step;

  const steps = children.map((child, i): Step | undefined => {
    const output = outputOf(child);
    if (sources.has(output)) return undefined;
    const given = child.inputs.map((input) => variables.get(resolve(input))!);
    if (i === last) return { inputs: given, target: undefined };
    const next = children.findIndex((later, j) => j > i && !sources.has(outputOf(later)));
    const isBrief = uses.get(output)!.every((user) => user === next);
    const candidates = isBrief ? ['x', 'y'] : ['x'];
    const target = candidates.find((variable) => isFree(variable, i)) ?? unique(child.path.at(-1)!);
    variables.set(output, target);
    holders.set(target, output);
    return { inputs: given, target };
  });
  return { parameters, steps };
}

function isAlias(child: Child): boolean {
  return child.kind === 'leaf' && child.operation.kind === 'add' && child.inputs.length === 1;
}
