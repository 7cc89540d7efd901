/** The supernet: a store of parameters in an engine, shared by the graphs of all subnets of a space. */
import type { Engine } from '../engine/engine.js';
import type { NetworkGraph, NetworkInput } from '../networks/graph.js';
import type { BuildNetwork } from '../networks/index.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import type { TrainingImages } from './training-images.js';

/** Graphs that are kept at hand: asking again for one of them gives the same object, so that an engine may keep its plan for it. */
const GRAPHS_KEPT = 1024;

/** What makes a supernet. Two subnets share a parameter where their graphs name the same one; nothing else is shared or kept. */
export interface SupernetParts {
  readonly space: SearchSpace;
  readonly network: BuildNetwork;
  readonly input: NetworkInput;
  readonly engine: Engine;
  readonly images: TrainingImages;
}

/** A supernet has no active subnet: whoever wants one asks for its graph. */
export interface Supernet extends SupernetParts {
  /** The subnet of an architecture. Its parameters are those of the engine's store that it names. @throws ShapeError */
  graph(architecture: Architecture): NetworkGraph;
}

/** The supernet of these parts. */
export function createSupernet(parts: SupernetParts): Supernet {
  const graphs = new Map<string, NetworkGraph>();
  return {
    ...parts,
    graph(architecture) {
      const key = architecture.join();
      const graph = graphs.get(key) ?? parts.network(architecture, parts.input);
      graphs.delete(key); // and in again: the map's order is that of the last use
      graphs.set(key, graph);
      if (graphs.size > GRAPHS_KEPT) graphs.delete(graphs.keys().next().value!);
      return graph;
    },
  };
}
