/** The network found, drawn, with its cost by layer. */
import { isNetworkSpace, type NetworkSpace } from '../../costs/network-space.js';
import { LissnasError } from '../../errors.js';
import { LayerError } from '../../networks/chain.js';
import { drawNetwork } from '../../networks/draw.js';
import { operationText } from '../../networks/drawing/labels.js';
import { flops, flopsByOperation, parameterCount } from '../../networks/flops.js';
import type { NetworkGraph } from '../../networks/graph.js';
import { ShapeError } from '../../networks/shape-inference.js';
import type { Architecture } from '../../spaces/space.js';
import type { RunContent } from '../reading/run-content.js';
import type { NetworkFigure } from '../run-report.js';
import { percent } from '../words.js';

/**
 * Of a one-shot run that has ended its best network; of others the best measured member, or else the best predicted. It is drawn anew from the
 * space's networks: a drawing that lies in the folder might be anybody's.
 */
export function networkFigure(run: RunContent): NetworkFigure | undefined {
  const space = run.space?.space;
  if (space === undefined || !isNetworkSpace(space)) return undefined;
  const chosen = chosenBy(run, space);
  if (chosen === undefined) return undefined;
  const { architecture, what } = chosen;
  const graph = graphOf(space, architecture);
  if (graph === undefined) return undefined;
  const text = space.format(architecture);
  const layers = layersOf(graph);
  if (layers.length === 0) return undefined;
  const costliest = layers.reduce((most, layer) => (layer.flops > most.flops ? layer : most));
  const share = Math.round((100 * costliest.flops) / flops(graph));
  return {
    caption: `${what}: ${millions(flops(graph))} million multiply-adds and ${millions(parameterCount(graph))} million parameters; ${costliest.name} takes ${share} % of the multiply-adds.`,
    architecture: text,
    drawing: drawNetwork(graph, { title: `${space.name} ${text}` }),
    layers,
  };
}

interface Chosen {
  readonly architecture: Architecture;
  readonly what: string;
}

function chosenBy({ result, shrunk, config }: RunContent, space: NetworkSpace): Chosen | undefined {
  if (result !== undefined) {
    const { architecture, accuracy } = result.found;
    const test =
      accuracy === null
        ? 'whose training from scratch diverged'
        : `${percent(accuracy)} of the test images, trained from scratch`;
    return { architecture: space.parse(architecture), what: `The network found, ${test}` };
  }
  if (shrunk === undefined || config.kind === 'one-shot') return undefined;
  const { measured, predicted } = shrunk.best();
  if (measured !== undefined) {
    return { architecture: measured.architecture, what: `The member measured best, ${percent(measured.accuracy)}` };
  }
  if (predicted === undefined) return undefined;
  return { architecture: predicted.architecture, what: `The member predicted best, ${percent(predicted.predicted)}` };
}

/** Undefined where there is no network for the images. */
function graphOf(space: NetworkSpace, architecture: Architecture): NetworkGraph | undefined {
  try {
    return space.network(architecture, space.input);
  } catch (error) {
    if (error instanceof LissnasError || error instanceof ShapeError || error instanceof LayerError) return undefined;
    throw error;
  }
}

/** A parameter that several operations name counts for the first of them. */
function layersOf(graph: NetworkGraph): NetworkFigure['layers'] {
  const counts = flopsByOperation(graph);
  const seen = new Set<string>();
  return graph.operations.flatMap((operation) => {
    let parameters = 0;
    for (const { name, shape } of operation.parameters) {
      if (!seen.has(name)) parameters += shape.reduce((product, size) => product * size, 1);
      seen.add(name);
    }
    const own = counts.get(operation.name)!;
    return own === 0 && parameters === 0
      ? []
      : [{ name: operation.name, operation: operationText(operation), flops: own, parameters }];
  });
}

function millions(value: number): string {
  return String(Number((value / 1e6).toPrecision(3)));
}
