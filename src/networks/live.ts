/** What of a network its output depends on. */
import type { NetworkGraph } from './graph.js';

/** The graph without operations that no path leads from to the output; the input stays. Search spaces make such dead ends. */
export function liveGraph(graph: NetworkGraph): NetworkGraph {
  const needed = new Set([graph.operations.at(-1)!.name]);
  for (const { name, inputs } of graph.operations.toReversed()) {
    if (needed.has(name)) for (const input of inputs) needed.add(input);
  }
  const operations = graph.operations.filter(({ name, kind }) => kind === 'input' || needed.has(name));
  return { ...graph, operations };
}
