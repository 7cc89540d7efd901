/** The cell that NAS-Bench-201 and TransNAS-Bench-101 share: four nodes, each the sum of what the edges from the nodes before it bring. */
import { nasbench201Edges } from '../spaces/nasbench201.js';
import type { Codes } from '../spaces/space.js';
import type { NetworkBuilder, Value } from './builder.js';
import type { Shape } from './graph.js';

/** What an edge with this choice makes of the value at its source; undefined for nothing. */
export type CellEdgeOperation = (name: string, value: Value, code: number, from: number) => Value | undefined;

/** The last node. @param shape of all nodes but the first, which is the input */
export function fourNodeCell(
  net: NetworkBuilder,
  prefix: string,
  input: Value,
  { codes, shape, edge }: { readonly codes: Codes; readonly shape: Shape; readonly edge: CellEdgeOperation },
): Value {
  const nodes = [input];
  for (const node of [1, 2, 3]) {
    const incoming = nasbench201Edges.flatMap(({ from, to }, d) => {
      if (to !== node) return [];
      const result = edge(`${prefix}.e${to}_${from}`, nodes[from]!, codes[d]!, from);
      return result === undefined ? [] : [result];
    });
    const name = `${prefix}.node${node}`;
    nodes[node] = incoming.length === 0 ? net.zeros(name, shape) : net.add(name, incoming);
  }
  return nodes[3]!;
}
