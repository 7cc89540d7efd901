import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { permutations } from '../math/orders.js';
import { createRandom } from '../math/random.js';
import {
  forEachNasbench101Cell,
  type Nasbench101Cell,
  nasbench101,
  nasbench101Cell,
  nasbench101Codes,
} from './nasbench101.js';
import { cellEdges, cellGraphs, leastNumberings, renumbered } from './nasbench101-graphs.js';

const [C3, C1, POOL] = ['conv3x3-bn-relu', 'conv1x1-bn-relu', 'maxpool3x3'];

/** As in the README of google-research/nasbench. */
const inception: Nasbench101Cell = {
  matrix: [
    [0, 1, 1, 1, 0, 1, 0],
    [0, 0, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 1, 0, 0],
    [0, 0, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0, 0, 0],
  ],
  operations: ['input', C1!, C3!, C3!, C3!, POOL!, 'output'],
};

describe('the cells of nasbench101', () => {
  it('are 423,624, each once and valid, with the published shares of vertices', () => {
    const seen = new Set<number>();
    const byVertices = new Map<number, number>();
    let invalid = 0;
    forEachNasbench101Cell((codes) => {
      if (!nasbench101.isValid(codes)) invalid++;
      seen.add(codes.reduce((number, code) => 4 * number + code, 0));
      const vertices = 2 + codes.slice(-5).filter((code) => code < 3).length;
      byVertices.set(vertices, (byVertices.get(vertices) ?? 0) + 1);
    });
    expect(invalid).toBe(0);
    expect(seen.size).toBe(423_624);
    expect(nasbench101.size).toBe(423_624n);
    expect([...byVertices].sort()).toEqual([
      ...[
        [2, 1],
        [3, 6],
        [4, 84],
        [5, 2441],
        [6, 62_010],
        [7, 359_082],
      ],
    ]);
  });

  it('are, up to 5 vertices, what brute force over all matrices, operations and numberings finds', () => {
    const found = new Set<string>();
    for (const vertices of [2, 3, 4, 5]) {
      const orders = permutations(Array.from({ length: vertices - 2 }, (_, i) => i + 1)).map((o) => [
        0,
        ...o,
        vertices - 1,
      ]);
      const pairs = Array.from({ length: vertices }, (_, to) =>
        Array.from({ length: to }, (_, from) => [from, to]),
      ).flat();
      for (let bits = 0; bits < 2 ** pairs.length; bits++) {
        const edges = pairs.filter((_, i) => (bits >> i) & 1);
        if (edges.length > 9 || !allOnPaths(edges, vertices)) continue;
        for (let index = 0; index < 3 ** (vertices - 2); index++) {
          const operation = (vertex: number) => Math.floor(index / 3 ** (vertex - 1)) % 3;
          const texts = orders.map((order) => {
            const labels = order.map((vertex) => (vertex === 0 || vertex === vertices - 1 ? '' : operation(vertex)));
            const moved = edges.map(([from, to]) => `${order.indexOf(from!)}>${order.indexOf(to!)}`).sort();
            return `${labels.join()} ${moved.join()}`;
          });
          found.add(`${vertices} ${texts.sort()[0]}`);
        }
      }
    }
    expect(found.size).toBe(1 + 6 + 84 + 2441);
  });

  it('are sampled from all, graphs with symmetries among them', () => {
    const random = createRandom(1);
    const drawn = Array.from({ length: 4000 }, () => nasbench101.sample(random));
    expect(drawn.every((codes) => nasbench101.isValid(codes))).toBe(true);
    const small = drawn.filter((codes) => codes.at(-1) === 3).length;
    expect(Math.abs(small / 4000 - 64_542 / 423_624)).toBeLessThan(0.02); // 3.5 standard deviations
  });
});

/** Whether every vertex is on a path from the first to the last. */
function allOnPaths(edges: readonly (readonly number[])[], vertices: number): boolean {
  const after = new Set([0]);
  const before = new Set([vertices - 1]);
  for (let pass = 0; pass < vertices; pass++) {
    for (const [from, to] of edges) {
      if (after.has(from!)) after.add(to!);
      if (before.has(to!)) before.add(from!);
    }
  }
  return after.size === vertices && before.size === vertices;
}

describe('a cell of nasbench101', () => {
  it('is the same architecture however its vertices are numbered', () => {
    const published: Nasbench101Cell = {
      matrix: [
        [0, 1, 1, 1, 1, 0, 0],
        [0, 0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 0, 0],
      ],
      operations: ['input', C3!, C1!, POOL!, C3!, C3!, 'output'],
    };
    expect(nasbench101Codes(inception)).toEqual(nasbench101Codes(published));
    const other = { ...published, operations: published.operations.with(1, POOL!) };
    expect(nasbench101Codes(other)).not.toEqual(nasbench101Codes(published));
  });

  it('keeps its codes under every numbering that leads forwards', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), (randomSeed, which) => {
        const codes = nasbench101.sample(createRandom(randomSeed));
        const { matrix, operations } = nasbench101Cell(codes);
        const last = matrix.length - 1;
        const orders = permutations(Array.from({ length: last - 1 }, (_, i) => i + 1)).map((order) => [
          0,
          ...order,
          last,
        ]);
        const forwards = orders.filter((order) =>
          matrix.every((row, from) => row.every((edge, to) => !edge || order.indexOf(from) < order.indexOf(to))),
        );
        const order = forwards[which % forwards.length]!;
        const cell = {
          matrix: order.map((from) => order.map((to) => matrix[from]![to]!)),
          operations: order.map((vertex) => operations[vertex]!),
        };
        expect(nasbench101Codes(cell)).toEqual([...codes]);
      }),
      { numRuns: 200 },
    );
  });

  it('loses what leads nowhere, and what nothing leads to', () => {
    const padded = {
      matrix: [
        [0, 1, 1, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0], // leads nowhere
        [0, 0, 0, 0, 1], // nothing leads to it
        [0, 0, 0, 0, 0],
      ],
      operations: ['input', C3!, POOL!, POOL!, 'output'],
    };
    expect(nasbench101.format(nasbench101Codes(padded))).toBe('conv3x3-bn-relu/10.1');
  });

  it('is written as operations and rows, down to the one without vertices', () => {
    expect(
      nasbench101.format(
        nasbench101Codes({
          matrix: [
            [0, 1],
            [0, 0],
          ],
          operations: ['input', 'output'],
        }),
      ),
    ).toBe('/1');
    for (const text of ['/1', 'maxpool3x3/11.1', 'conv1x1-bn-relu.conv3x3-bn-relu/110.01.1']) {
      const cell = nasbench101Cell(nasbench101.parse(text));
      expect(nasbench101Codes(cell)).toEqual([...nasbench101.parse(text)]);
    }
    expect(nasbench101.parse('maxpool3x3/01.1')).toEqual(nasbench101.parse('/1')); // of which nothing is left but an edge
  });

  it.each([
    ['conv3x3/10.1', /unknown operation "conv3x3"; .*conv3x3-bn-relu/],
    ['conv3x3-bn-relu/10', /must be written like conv3x3-bn-relu.maxpool3x3\/110.01.1/],
    ['conv3x3-bn-relu', /must be written like/],
    ['conv3x3-bn-relu.maxpool3x3/10.1', /has 3 vertices but 4 operations/],
    ['conv3x3-bn-relu/10.0', /no path from its input to its output/],
    [`${Array(6).fill(C3).join('.')}/1111111.111111.11111.1111.111.11.1`, /has 8 vertices; it needs 2 to 7/],
    [`${Array(5).fill(C3).join('.')}/111111.11111.1111.111.11.1`, /has 21 edges; at most 9/],
  ])('refuses %j with a reason', (text, reason) => {
    expect(() => nasbench101.parse(text)).toThrow(InputError);
    expect(() => nasbench101.parse(text)).toThrow(reason);
  });

  it('refuses codes that do not stand for a cell, with a reason', () => {
    const codes = [...nasbench101Codes(inception)];
    const off = codes.map((code, d) => (d < 21 ? 0 : code));
    expect(() => nasbench101.architecture(off)).toThrow(/no path from its input to its output/);
    const full = codes.map((code, d) => (d < 21 ? 1 : code));
    expect(() => nasbench101.architecture(full)).toThrow(/21 edges; at most 9 are allowed/);
    expect(() => nasbench101.architecture(codes.with(-1, 3))).toThrow(/lacks its operation/);
    expect(() => nasbench101Codes({ ...inception, matrix: inception.matrix.slice(1) })).toThrow(/not square/);
    expect(() => nasbench101Codes({ ...inception, matrix: inception.matrix.map((row) => [...row].reverse()) })).toThrow(
      /1 only above its diagonal/,
    );
  });

  it('keeps six of seven edges that can be changed among its edits; the others number its vertices anew', () => {
    const graphs = cellGraphs();
    let [direct, all] = [0, 0];
    for (const { edges, used } of graphs.values()) {
      if (used < 5) continue;
      const changed = cellEdges.map((_, bit) => edges ^ (1 << bit));
      direct += changed.filter((graph) => graphs.has(graph)).length;
      const orders = permutations([1, 2, 3, 4, 5]).map((order) => [0, ...order, 6]);
      const forms = new Set(orders.flatMap((order) => renumbered(edges, order) ?? []));
      const reached = new Set<number>();
      for (const form of forms) {
        for (let bit = 0; bit < cellEdges.length; bit++) {
          const graph = form ^ (1 << bit);
          const [numbering] = leastNumberings(graph, 5);
          const least = numbering && renumbered(graph, numbering);
          if (least !== undefined && least !== edges && graphs.has(least)) reached.add(least);
        }
      }
      all += reached.size;
    }
    expect(direct / all).toBeGreaterThan(6 / 7 - 0.01);
  });
});
