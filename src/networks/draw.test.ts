import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { builtInSpaces } from '../spaces/index.js';
import { NetworkBuilder, type Value } from './builder.js';
import { drawNetwork } from './draw.js';
import { blocksOf } from './drawing/blocks.js';
import { overviewOf } from './drawing/cards.js';
import { scaled } from './drawing/labels.js';
import { diagramOf, type Edge } from './drawing/units.js';
import { flops, parameterCount } from './flops.js';
import type { NetworkGraph } from './graph.js';
import { networks } from './index.js';
import { everyKindNetwork, shuffleNetwork } from './testing/example-networks.js';

const cifar = { shape: [3, 32, 32], classes: 10 } as const;
const builtIn = (name: keyof typeof networks, text: string) => networks[name](builtInSpaces[name].parse(text), cifar);
const count = (text: string, part: string | RegExp) => text.split(part).length - 1;
const CELL = '|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|';

describe('a drawing', () => {
  const graphs: [string, NetworkGraph][] = [
    ['every kind', everyKindNetwork()],
    ['shuffle blocks', shuffleNetwork(cifar)],
    ['nasbench201', builtIn('nasbench201', CELL)],
    ['nasbench-macro', builtIn('nasbench-macro', '22212202')],
    ['mobile-tiny', builtIn('mobile-tiny', '00000000')],
    ['nats-sss', builtIn('nats-sss', '8:16:24:24:64')],
    ['shufflenetv2', builtIn('shufflenetv2', '21012020202300003233')],
    ['accel-mnasnet', networks['accel-mnasnet'](builtInSpaces['accel-mnasnet'].sample(createRandom(1)), cifar)],
  ];

  it.each(graphs)('of %s is an image by itself, the same every time', async (_, graph) => {
    const svg = drawNetwork(graph);
    expect(drawNetwork(graph)).toBe(svg);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|href|url\(|<script|@import| id=/);
    const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
    const size = /width="(\d+)" height="(\d+)"/.exec(svg)!;
    expect([info.width, info.height]).toEqual([Number(size[1]), Number(size[2])]);
    expect(new Set(data).size).toBeGreaterThan(20); // not blank
  });

  it('says in words what it shows', () => {
    const svg = drawNetwork(builtIn('nasbench-macro', '22212202'), { title: 'The best of 22212202' });
    expect(svg).toContain('<title>The best of 22212202</title>');
    expect(/<desc>(.*)<\/desc>/.exec(svg)![1]).toMatch(
      /^3 × 32 × 32 → 10 · 85\.2 M FLOPs · 1\.99 M parameters · 69 operations\. Blocks in order: input .*b7\.mbconv_e6_k5 \(256 × 4 × 4 · 13\.2 M FLOPs · 831 k params\); head .*\.$/,
    );
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('opens every form of block once and folds equal blocks: the published picture of NAS-Bench-201', () => {
    const { cards } = overviewOf(builtIn('nasbench201', CELL));
    expect(cards.map(({ names }) => [names[0], names.length])).toEqual([
      ['input', 1],
      ['stem', 1],
      ['stage0.cell0', 5],
      ['stage1.reduction', 1],
      ['stage1.cell0', 5],
      ['stage2.reduction', 1],
      ['stage2.cell0', 5],
      ['head', 1],
    ]);
    const svg = drawNetwork(builtIn('nasbench201', CELL));
    expect(count(svg, 'class="badge"')).toBe(6 + 3); // cards with a letter, and the cell, the reduction, the head
    expect(svg).toContain('stage0.cell0 … stage0.cell4');
    expect(svg).toContain('and 14 more of this form');
  });

  it('shows residuals as arrows that pass boxes by', () => {
    expect(count(drawNetwork(builtIn('mobile-tiny', '10000000')), 'class="skip"')).toBe(1);
    expect(count(drawNetwork(builtIn('mobile-tiny', '00000000')), 'class="skip"')).toBe(0);
  });

  it('marks what nothing uses', () => {
    const text = '|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|none~0|nor_conv_1x1~1|none~2|';
    const svg = drawNetwork(builtIn('nasbench201', text));
    expect(svg).toContain('· unused');
    expect(count(svg, 'class="box unused"')).toBe(2); // the convolution into node 2, and node 2
    expect(drawNetwork(builtIn('nasbench201', CELL))).not.toContain('class="box unused"');
  });

  it('is well-formed whatever the names', async () => {
    const hostile = '"><script>alert(1)</script>&amp;\u0000\ud800]]>';
    const net = new NetworkBuilder(hostile, [1, 4, 4]);
    net.activation(`${hostile}.${hostile}.b`, net.pool(`${hostile}.a`, net.input, 'average', { kernel: 2 }), 'relu');
    const svg = drawNetwork(net.build());
    expect(svg).not.toContain('<script');
    expect((await sharp(Buffer.from(svg)).metadata()).format).toBe('svg');
  });
});

describe('the blocks of a drawing', () => {
  it('hold every operation once, with all FLOPs and parameters, and lead in no circle', () => {
    let joined = 0;
    fc.assert(
      fc.property(fc.integer(), (randomSeed) => {
        const graph = randomNetwork(randomSeed);
        const diagram = diagramOf(graph);
        const names = diagram.units.flatMap(({ operations }) => operations.map(({ name }) => name));
        expect(names.toSorted()).toEqual(graph.operations.map(({ name }) => name).toSorted());
        const { blocks, edges } = blocksOf(diagram);
        expect(blocks.flatMap(({ units }) => units).toSorted((a, b) => a - b)).toEqual([...diagram.units.keys()]);
        expect(hasCircle(blocks.length, edges)).toBe(false);
        const { cards } = overviewOf(graph);
        expect(cards.reduce((sum, card) => sum + card.flops * card.names.length, 0)).toBe(flops(graph));
        expect(cards.reduce((sum, card) => sum + card.parameters * card.names.length, 0)).toBe(parameterCount(graph));
        expect(drawNetwork(graph)).not.toMatch(/NaN|undefined|Infinity/);
        if (blocks.length < diagram.units.length) joined++;
      }),
      { numRuns: 200 },
    );
    expect(joined).toBeGreaterThan(50);
  });
});

/** A few dozen operations with arbitrary inputs and names of few prefixes. */
function randomNetwork(randomSeed: number): NetworkGraph {
  const random = createRandom(randomSeed);
  const net = new NetworkBuilder('random', [2, 4, 4]);
  const values: Value[] = [net.input];
  const any = () => values[random.integer(values.length)]!;
  for (let i = 0; i < 5 + random.integer(30); i++) {
    const name = `${['', 'a.', 'b.', 'a.x.', 'a.y.', 'c.z.u.'][random.integer(6)]}op${i}`;
    const make = [
      () => net.convolution(name, any(), { channels: 2, kernel: 3 }),
      () => net.batchNorm(name, any()),
      () => net.activation(name, any(), 'relu'),
      () => net.add(name, [any(), any()]),
    ];
    values.push(make[random.integer(make.length)]!());
  }
  return net.build();
}

/** Takes away boxes to which no arrow leads, until nothing is left or nothing can be taken. */
function hasCircle(count: number, edges: readonly Edge[]): boolean {
  const left = new Set(Array.from({ length: count }, (_, place) => place));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const place of left) if (!edges.some(({ from, to }) => to === place && left.has(from))) left.delete(place);
  }
  return left.size > 0;
}

it('writes counts with three digits', () => {
  expect([0, 7, 999, 1_000, 12_345, 999_499, 999_500, 1e6, 999_499_999, 999_500_000, 2.5e12].map(scaled)).toEqual([
    '0',
    '7',
    '999',
    '1.00 k',
    '12.3 k',
    '999 k',
    '1.00 M',
    '1.00 M',
    '999 M',
    '1.00 G',
    '2.50 T',
  ]);
});
