/** Cards: the blocks of a network as they stand in its overview, long runs of equal blocks folded into one. */
import { flopsByOperation, parameterCount } from '../flops.js';
import type { NetworkGraph, Operation } from '../graph.js';
import { blocksOf } from './blocks.js';
import { type Cutting, cutOut, formOf } from './opened-block.js';
import { diagramOf, type Edge, outputOf } from './units.js';

const SHORTEST_RUN = 3; // equal blocks that are folded

/** One or more equal blocks in a row. */
export interface Card {
  readonly names: readonly string[];
  /** of the first block */
  readonly cutting: Cutting;
  /** the operation whose output leaves the last unit */
  readonly output: Operation;
  /** of one block */
  readonly flops: number;
  /** of one block */
  readonly parameters: number;
  /** equal for blocks that do the same with other channels */
  readonly form: string;
}

/** The cards of a network, the arrows between them, and the FLOPs of all operations. */
export interface Overview {
  readonly cards: readonly Card[];
  readonly edges: readonly Edge[];
  readonly flopsOf: ReadonlyMap<string, number>;
}

/** Groups a graph's operations to cards. */
export function overviewOf(graph: NetworkGraph): Overview {
  const flopsOf = flopsByOperation(graph);
  const diagram = diagramOf(graph);
  const { blocks, edges } = blocksOf(diagram);
  const cards = blocks.map((block): Card => {
    const cutting = cutOut(diagram, block);
    const operations = cutting.units.flatMap((unit) => unit.operations);
    return {
      names: [block.name],
      cutting,
      output: outputOf(cutting.units.at(-1)!),
      flops: operations.reduce((sum, { name }) => sum + flopsOf.get(name)!, 0),
      parameters: parameterCount({ name: block.name, operations }),
      form: formOf(cutting),
    };
  });
  return { ...folded(cards, edges), flopsOf };
}

function folded(cards: readonly Card[], edges: readonly Edge[]): Omit<Overview, 'flopsOf'> {
  const runs = runsOf(cards, edges).flatMap((run) => (run.length < SHORTEST_RUN ? run.map((place) => [place]) : [run]));
  const runOf = new Map(runs.flatMap((run, i) => run.map((place) => [place, i] as const)));
  return {
    cards: runs.map((run) => ({ ...cards[run[0]!]!, names: run.flatMap((place) => cards[place]!.names) })),
    edges: edges
      .map(({ from, to }) => ({ from: runOf.get(from)!, to: runOf.get(to)! }))
      .filter(({ from, to }) => from !== to),
  };
}

/** Every card in one run: those that lead to an equal one, and to nothing else, go together. */
function runsOf(cards: readonly Card[], edges: readonly Edge[]): number[][] {
  const targets = cards.map((): number[] => []);
  const sources = cards.map((): number[] => []);
  for (const { from, to } of edges) {
    targets[from]!.push(to);
    sources[to]!.push(from);
  }
  const continuation = cards.map((card, place) => {
    const [next, ...others] = targets[place]!;
    const continues = next !== undefined && others.length === 0 && sources[next]!.length === 1;
    return continues && isEqual(card, cards[next]!) ? next : undefined;
  });
  const continued = new Set(continuation);
  return cards.flatMap((_, start) => {
    if (continued.has(start)) return [];
    const run: number[] = [];
    for (let place: number | undefined = start; place !== undefined; place = continuation[place]) run.push(place);
    return [run];
  });
}

function isEqual(a: Card, b: Card): boolean {
  const numbers = ({ form, output: { shape }, flops, parameters }: Card) => [form, ...shape, flops, parameters].join();
  return numbers(a) === numbers(b);
}
