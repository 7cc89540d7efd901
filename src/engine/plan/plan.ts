/** From a network graph to a program: what a batch runs forward and backward, and where its inputs and results lie. */
import type { NetworkGraph } from '../../networks/graph.js';
import { type Buffer, type Program, ProgramBuilder } from '../program.js';
import { at, type FeatureMap } from './feature-map.js';
import { type Mode, type ParameterPlace, Planning } from './planning.js';
import { backwardRules, forwardRules, type Rules } from './rules.js';
import { type Step, stepsOf } from './steps.js';

/** What a program of a network needs from outside and leaves behind. Addresses are in the buffers, relative to the workspace. */
export interface Plan {
  readonly program: Program;
  /** where the images go */
  readonly input: FeatureMap;
  /** where the logits lie after `predict` */
  readonly logits: FeatureMap;
  /** by batch norm: given to `predict`, left by `calibrate` */
  readonly statistics: ReadonlyMap<
    string,
    { readonly mean: Buffer; readonly variance: Buffer; readonly channels: number }
  >;
  /** of `learn` */
  readonly loss?: LossBuffers;
  /** names of the parameters that `learn` leaves gradients for, in the order of the graph */
  readonly learned: readonly string[];
}

/** Labels in; losses and hits, one an image, out. */
export interface LossBuffers {
  readonly labels: Buffer; // i32
  readonly losses: Buffer; // f32
  readonly right: Buffer; // i32
}

/** What a plan depends on beside the graph. */
export interface PlanOptions {
  readonly mode: Mode;
  readonly images: number;
  readonly labelSmoothing?: number;
  readonly weight?: number;
  readonly randomSeed?: number;
  /** threads that will run the program; only the memory that it needs depends on them */
  readonly threads: number;
  readonly placeOf: (parameter: string) => ParameterPlace;
}

/** Plans one program. */
export function planNetwork(graph: NetworkGraph, options: PlanOptions): Plan {
  const { mode, images, labelSmoothing = 0, weight = 1, randomSeed = 0, threads, placeOf } = options;
  const learning = mode === 'learn';
  const program = new ProgramBuilder();
  const { steps, output } = stepsOf(graph, { training: learning, pruned: mode !== 'calibrate' });
  const plan = new Planning(program, mode, images, randomSeed, threads, steps, placeOf);
  for (const step of steps) carryOut(forwardRules, plan, step);
  const logits = plan.value(output);
  const loss = learning ? crossEntropy(plan, output, { labelSmoothing, weight }) : undefined;
  if (learning) for (const step of steps.toReversed()) carryOut(backwardRules, plan, step);
  else keep(logits);
  const learned = steps.flatMap(({ operation }) => operation.parameters.map(({ name }) => name));
  return {
    program: program.finish(),
    input: plan.value(steps[0]!.output),
    logits,
    statistics: statisticsOf(plan, steps),
    learned: learning ? [...new Set(learned)] : [],
    ...(loss === undefined ? {} : { loss }),
  };
}

function carryOut(rules: Rules, plan: Planning, step: Step): void {
  const rule = rules[step.operation.kind] as (plan: Planning, step: Step) => void;
  rule(plan, step);
}

function crossEntropy(
  plan: Planning,
  output: string,
  { labelSmoothing, weight }: { labelSmoothing: number; weight: number },
): LossBuffers {
  const { program, images } = plan;
  const logits = plan.value(output);
  const buffers = {
    labels: program.buffer(4 * images, { begins: true }),
    losses: program.buffer(4 * images, { outlives: true }),
    right: program.buffer(4 * images, { outlives: true }),
  };
  const { map } = plan.gradientFor(output);
  program.emit('crossEntropy', images, {
    x: at(logits),
    classes: logits.channels,
    smoothing: labelSmoothing,
    dx: at(map),
    images,
    weight,
    labels: { buffer: buffers.labels, offset: 0 },
    loss: { buffer: buffers.losses, offset: 0 },
    right: { buffer: buffers.right, offset: 0 },
  });
  return buffers;
}

/** The buffer is read after the program has ended. */
function keep({ buffer }: FeatureMap): void {
  buffer.outlives = true;
}

function statisticsOf(plan: Planning, steps: readonly Step[]): Plan['statistics'] {
  return new Map(
    steps.flatMap(({ operation }) => {
      const norm = plan.norms.get(operation.name);
      return norm === undefined
        ? []
        : [[operation.name, { mean: norm.mean, variance: norm.variance, channels: operation.shape[0] }]];
    }),
  );
}
