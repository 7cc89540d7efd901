/** Texts that are equal only for networks which cost the same, so that one network is built for many architectures. */
import { nasbench101Channels } from '../networks/nasbench101-network.js';
import { dartsCells } from '../spaces/darts.js';
import type { DartsCell } from '../spaces/darts-cells.js';
import { nasbench101Cell } from '../spaces/nasbench101.js';
import type { Codes } from '../spaces/space.js';

/** Of DARTS: every operation with the kind of its cell, and whether it is on one of the cell's inputs. */
export function dartsOperations(codes: Codes): string {
  const edges = Object.entries(dartsCells(codes)).flatMap(([kind, cell]: [string, DartsCell]) =>
    cell.flat().map(({ operator, from }) => `${kind} ${from < 2} ${operator}`),
  );
  return edges.sort().join();
}

/** Of NAS-Bench-101: every vertex with its operation, its share of the channels, and whether the input is projected to it. */
export function nasbench101Vertices(codes: Codes): string {
  const { matrix, operations } = nasbench101Cell(codes);
  const widths = nasbench101Channels(matrix);
  const vertices = operations.map(
    (operation, vertex) => `${operation} ${widths.map((stack) => stack[vertex])} ${matrix[0]![vertex]}`,
  );
  return vertices.sort().join();
}
