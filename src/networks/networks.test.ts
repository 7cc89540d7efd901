import { describe, expect, it } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { createRandom } from '../math/random.js';
import { type BuiltInSpaceName, builtInSpaces } from '../spaces/index.js';
import { tableRows } from '../spaces/testing/table.js';
import { countingRules, flops, parameterCount } from './flops.js';
import type { NetworkInput } from './graph.js';
import { networks } from './index.js';

const cifar = (classes: number): NetworkInput => ({ shape: [3, 32, 32], classes });
const imageNet: NetworkInput = { shape: [3, 224, 224], classes: 1000 };

describe('published facts', () => {
  it('NAS-Bench-201: the all-conv3x3 cell has 220.12 MFLOPs and 1.5315 M parameters', () => {
    const graph = networks.nasbench201([3, 3, 3, 3, 3, 3], cifar(10));
    expect((flops(graph) / 1e6).toFixed(2)).toBe('220.12');
    expect((parameterCount(graph) / 1e6).toFixed(4)).toBe('1.5315');
  });

  it('NAS-Bench-Macro: 00000000 has 7,713,280 FLOPs', () => {
    expect(flops(networks['nasbench-macro'](new Uint8Array(8), cifar(10)))).toBe(7_713_280);
  });

  it('NATS-Bench: 8:8:8:16:40, number 12 of the size space, has 7.991706 MFLOPs and 0.067378 M parameters', () => {
    // notebooks/create-query-sss.ipynb of D-X-Y/NATS-Bench
    const graph = networks['nats-sss'](builtInSpaces['nats-sss'].parse('8:8:8:16:40'), cifar(10));
    expect(flops(graph, countingRules['nats-bench'])).toBe(7_991_706);
    expect(parameterCount(graph)).toBe(67_378);
  });

  it('single-path one-shot: the published network has 323 MFLOPs', () => {
    // README.md of megvii-model/SinglePathOneShot, which gives 3.5 M parameters: of 3,558,464 the first two digits
    const text = '21012020202300003233';
    const graph = networks.shufflenetv2(builtInSpaces.shufflenetv2.parse(text), imageNet);
    expect(Math.round(flops(graph) / 1e6)).toBe(323);
    expect(Math.floor(parameterCount(graph) / 1e5) / 10).toBe(3.5);
  });

  it.each([
    ['0', 3_154_880],
    ['2', 3_297_600],
    ['3', 3_870_816],
  ])('single-path one-shot: 20 times choice %s has the parameters of the same network in PyTorch', (digit, count) => {
    const graph = networks.shufflenetv2(builtInSpaces.shufflenetv2.parse(digit.repeat(20)), imageNet);
    expect(parameterCount(graph)).toBe(count);
  });
});

describe('nasbench101', () => {
  // trainable_parameters that the published table gives for these cells; FLOPs counted by hand below
  it.each([
    [
      'conv1x1-bn-relu.conv3x3-bn-relu.conv3x3-bn-relu.conv3x3-bn-relu.maxpool3x3/111010.00001.0001.100.01.1',
      2_694_282,
    ],
    [
      'conv3x3-bn-relu.maxpool3x3.conv3x3-bn-relu.conv3x3-bn-relu.conv1x1-bn-relu/100110.10000.1001.010.10.1',
      8_555_530,
    ],
  ])('%s has %d parameters', (text, parameters) => {
    expect(parameterCount(networks.nasbench101(builtInSpaces.nasbench101.parse(text), cifar(10)))).toBe(parameters);
  });

  it('has the FLOPs worked out by hand: a 3x3 convolution beside the input', () => {
    const graph = networks.nasbench101(builtInSpaces.nasbench101.parse('conv3x3-bn-relu/11.1'), cifar(10));
    const cell = (pixels: number, from: number, to: number) => pixels * (2 * from * to + 9 * to * to); // projections to the vertex and the output
    const stack = (pixels: number, from: number, to: number) => cell(pixels, from, to) + 2 * cell(pixels, to, to);
    const stem = 1024 * 27 * 128;
    expect(flops(graph)).toBe(stem + stack(1024, 128, 128) + stack(256, 128, 256) + stack(64, 256, 512) + 5120);
  });

  it('gives the first vertices one channel more where they do not divide, and takes as many of a wider one', () => {
    const three = 'conv1x1-bn-relu.conv1x1-bn-relu.conv1x1-bn-relu/1010.101.01.1'; // vertex 1 leads to 2, and all to the output
    const { operations } = networks.nasbench101(builtInSpaces.nasbench101.parse(three), cifar(10));
    const inner = operations.filter(({ name }) => /^stack0.cell0.v\d.conv1x1/.test(name) && name.endsWith('.conv'));
    expect(inner.map(({ shape }) => shape[0]).sort()).toEqual([42, 43, 43]);
    expect(operations.find(({ name }) => name === 'stack0.cell0.concat')!.shape[0]).toBe(128);
  });
});

describe('darts', () => {
  const first =
    "Genotype(normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 0), ('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 0), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('avg_pool_3x3', 0)], reduce_concat=[2, 3, 4, 5])";
  const second =
    "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=[2, 3, 4, 5])";
  const mixed =
    "Genotype(normal=[('avg_pool_3x3', 0), ('dil_conv_5x5', 1), ('sep_conv_5x5', 0), ('dil_conv_5x5', 2), ('sep_conv_5x5', 2), ('max_pool_3x3', 3), ('skip_connect', 1), ('dil_conv_3x3', 4)], normal_concat=range(2, 6), reduce=[('skip_connect', 0), ('sep_conv_5x5', 1), ('dil_conv_3x3', 0), ('sep_conv_3x3', 2), ('dil_conv_5x5', 1), ('dil_conv_5x5', 3), ('skip_connect', 1), ('sep_conv_5x5', 4)], reduce_concat=range(2, 6))";

  // the training script of quark0/darts says 3.349342 MB of the second; all of them counted in PyTorch 1.13 as below
  it.each([
    ['first order', first, [500_987_520, 3_169_414]],
    ['second order', second, [528_359_040, 3_349_342]],
    ['every operation', mixed, [490_121_856, 3_102_886]],
  ] as const)('%s has the counts of the same network in PyTorch', (_, text, [adds, parameters]) => {
    const graph = networks.darts(builtInSpaces.darts.parse(text), cifar(10));
    expect(flops(graph)).toBe(adds);
    expect(parameterCount(graph)).toBe(parameters);
  });
});

describe('mobile spaces for ImageNet', () => {
  const largest = (name: 'mobilenetv3' | 'proxyless') =>
    builtInSpaces[name].dimensions.map(({ choices }) => choices.indexOf('e6k7'));
  const smallest = (name: 'mobilenetv3' | 'proxyless') =>
    builtInSpaces[name].dimensions.map(({ choices }) => Math.max(0, choices.indexOf('none')));

  // counted in PyTorch 1.13, by hooks on the convolutions and linear layers of a network written after the published source
  it.each([
    ['mobilenetv3', 'largest', 566_170_656, 7_664_760],
    ['mobilenetv3', 'smallest', 121_278_672, 3_410_792],
    ['proxyless', 'largest', 606_590_720, 5_103_336],
    ['proxyless', 'smallest', 154_160_000, 2_500_632],
  ] as const)('%s: the %s has the counts of the same network in PyTorch', (name, which, adds, parameters) => {
    const graph = networks[name](which === 'largest' ? largest(name) : smallest(name), imageNet);
    expect(flops(graph)).toBe(adds);
    expect(parameterCount(graph)).toBe(parameters);
  });

  it('mobilenetv3 has squeeze-excite in three stages, through a quarter of the channels rounded to eights', () => {
    const { operations } = networks.mobilenetv3(smallest('mobilenetv3'), imageNet);
    const reduced = operations.filter(({ name }) => name.endsWith('.se.reduce'));
    expect(reduced.map(({ name, shape }) => `${name.slice(0, 4)} ${shape[0]}`)).toEqual([
      ...['s1l0 24', 's1l1 32'], // 18 would be 16, less than nine tenths
      ...['s3l0 64', 's3l1 88', 's4l0 88', 's4l1 120'],
    ]);
  });
});

describe('transnasbench101-macro', () => {
  // counted in PyTorch 1.13 as above
  it.each([
    ['64-1234-basic', 3_998_763_776, 3_419_499],
    ['64-2311-basic', 4_065_863_040, 2_343_915],
    ['64-444111-basic', 3_512_243_712, 39_400_811],
    ['64-333312-basic', 306_521_472, 1_311_467],
  ])('%s has the counts of the same network in PyTorch', (text, adds, parameters) => {
    const input: NetworkInput = { shape: [3, 256, 256], classes: 75 };
    const graph = networks['transnasbench101-macro'](builtInSpaces['transnasbench101-macro'].parse(text), input);
    expect(flops(graph)).toBe(adds);
    expect(parameterCount(graph)).toBe(parameters);
  });
});

describe('transnasbench101-micro', () => {
  // counted in PyTorch 1.13 as above
  it.each([
    ['64-41414-1_02_333', 4_585_985_536, 22_559_083],
    ['64-41414-3_33_333', 8_469_911_040, 41_450_091],
    ['64-41414-0_00_000', 89_691_648, 57_963],
    ['64-41414-1_11_111', 165_189_120, 579_435],
    ['64-41414-2_13_021', 1_935_185_408, 9_446_763],
  ])('%s has the counts of the same network in PyTorch', (text, adds, parameters) => {
    const input: NetworkInput = { shape: [3, 256, 256], classes: 75 };
    const graph = networks['transnasbench101-micro'](builtInSpaces['transnasbench101-micro'].parse(text), input);
    expect(flops(graph)).toBe(adds);
    expect(parameterCount(graph)).toBe(parameters);
  });
});

describe('mobile-tiny', () => {
  const network = (text: string, input: NetworkInput) =>
    networks['mobile-tiny'](builtInSpaces['mobile-tiny'].parse(text), input);

  it('has the counts worked out by hand: nothing but identities', () => {
    const graph = network('00000000', cifar(10));
    // stem at 16 x 16; averages and 1x1 convolutions to 8 x 8 and 4 x 4; head at 4 x 4
    expect(flops(graph)).toBe(256 * 16 * 27 + 64 * 16 * 24 + 16 * 24 * 40 + 16 * 128 * 40 + 1280);
    expect(parameterCount(graph)).toBe(16 * 27 + 32 + (16 * 24 + 48) + (24 * 40 + 80) + (40 * 128 + 256) + 1290);
  });

  it('has the counts worked out by hand: one bottleneck of each kind', () => {
    const graph = network('10230040', cifar(10));
    const [stem, head] = [256 * 16 * 27, 16 * 128 * 40 + 1280];
    const b0 = 256 * (16 * 32 + 9 * 32 + 32 * 16); // expansion 2, kernel 3, 16 x 16 pixels
    const transition1 = 64 * 16 * 24; // to 8 x 8 pixels
    const b2 = 64 * (24 * 48 + 25 * 48 + 48 * 24); // expansion 2, kernel 5
    const b3 = 64 * (24 * 96 + 9 * 96 + 96 * 24); // expansion 4, kernel 3
    const transition2 = 16 * 24 * 40; // to 4 x 4 pixels
    const b6 = 16 * (40 * 160 + 25 * 160 + 160 * 40); // expansion 4, kernel 5
    expect(flops(graph)).toBe(stem + b0 + transition1 + b2 + b3 + transition2 + b6 + head);
  });

  it('adds every bottleneck to what it is given, as nothing at first', () => {
    const graph = network('34443444', { shape: [3, 32, 32], classes: 10 });
    const sums = graph.operations.filter(({ kind }) => kind === 'add').map(({ name }) => name[1]);
    expect(sums).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    const last = graph.operations.filter(({ name }) => /^b\d\..*project\.bn$/.test(name));
    expect(last.map((norm) => 'initialScale' in norm && norm.initialScale)).toEqual(sums.map(() => 0));
    expect(last[1]!.shape).toEqual([24, 8, 8]);
    expect(last[4]!.shape).toEqual([40, 4, 4]);
  });

  it('shares the convolutions around the kernels of one expansion', () => {
    const named = (text: string) =>
      network(text, cifar(10)).operations.flatMap(({ parameters }) => parameters.map(({ name }) => name));
    const other = new Set(named('40000000'));
    expect(named('30000000').filter((name) => !other.has(name))).toEqual([
      'b0.e4.k3.conv.weight',
      'b0.e4.k3.bn.scale',
      'b0.e4.k3.bn.shift',
    ]);
  });

  it.each([
    [{ shape: [3, 32, 32], classes: 10 }],
    [{ shape: [1, 28, 28], classes: 2 }],
    [{ shape: [4, 8, 9], classes: 1000 }],
    [{ shape: [3, 97, 64], classes: 1 }],
  ] as const)('takes images of any size and number of channels: %j', (input) => {
    for (const text of ['00000000', '44444444', '12340123']) {
      const graph = network(text, input);
      expect(graph.operations[0]!.shape).toEqual(input.shape);
      expect(graph.operations.at(-1)!.shape).toEqual([input.classes, 1, 1]);
    }
  });
});

describe('parameter names', () => {
  const named = (name: BuiltInSpaceName, text: string, input: NetworkInput) =>
    new Map(
      networks[name](builtInSpaces[name].parse(text), input).operations.flatMap(({ parameters }) =>
        parameters.map((parameter) => [parameter.name, parameter.shape.join('x')]),
      ),
    );

  it('are shared by architectures that choose the same at the same place, with the same shapes', () => {
    const random = createRandom(4);
    for (const [name, input] of [
      ['nasbench201', cifar(10)],
      ['nasbench-macro', cifar(10)],
      ['accel-mnasnet', imageNet],
      ['mobile-tiny', cifar(10)],
      ['nats-sss', cifar(10)],
      ['shufflenetv2', imageNet],
      ['transnasbench101-macro', imageNet],
      ['transnasbench101-micro', imageNet],
      ['darts', cifar(10)],
      ['nasbench101', cifar(10)],
      ['mobilenetv3', imageNet],
      ['proxyless', imageNet],
    ] as const) {
      const shapes = new Map<string, string>();
      for (let i = 0; i < 20; i++) {
        const space = builtInSpaces[name];
        for (const [parameter, shape] of named(name, space.format(space.sample(random)), input)) {
          expect(shapes.get(parameter) ?? shape).toBe(shape);
          shapes.set(parameter, shape);
        }
      }
    }
  });

  it('differ where the choice differs', () => {
    const a = named('nasbench-macro', '11111111', cifar(10));
    const b = named('nasbench-macro', '11111112', cifar(10));
    const own = [...b.keys()].filter((name) => !a.has(name));
    expect(own.length).toBeGreaterThan(0);
    expect(own.every((name) => name.startsWith('b7.mbconv_e6_k5.'))).toBe(true);
  });
});

const tables = [
  ['nasbench201', 'nasbench201/nasbench201.csv.gz', 15_625, cifar(10), 'multiply-adds', 'c10_flops_m', 'c10_params_m'],
  [
    'nasbench201',
    'nasbench201/nasbench201.csv.gz',
    15_625,
    cifar(100),
    'multiply-adds',
    'c100_flops_m',
    'c100_params_m',
  ],
  ['nasbench-macro', 'nasbench-macro/nasbench_macro.csv.gz', 6_561, cifar(10), 'multiply-adds', 'flops_m', 'params_m'],
  [
    'accel-mnasnet',
    'accel-nasbench/accel_nasbench_mnasnet_imagenet.csv.gz',
    5_138,
    imageNet,
    'accel-nasbench',
    'macs_m',
    'params_m',
  ],
] as const;

for (const [name, path, count, input, rule, flopsColumn, parametersColumn] of tables) {
  const file = benchmarkFile(path);
  it.skipIf(file === undefined)(
    `${name}: the graphs of all ${count} rows have exactly the table's ${flopsColumn} and ${parametersColumn}`,
    () => {
      const rows = tableRows(file!, builtInSpaces[name]);
      expect(rows.length).toBe(count);
      const wrong = rows.filter((row) => {
        const graph = networks[name](row.codes, input);
        return (
          flops(graph, countingRules[rule]) / 1e6 !== Number(row.column(flopsColumn)) ||
          parameterCount(graph) / 1e6 !== Number(row.column(parametersColumn))
        );
      });
      expect(wrong.length).toBe(0);
    },
    120_000, // some seconds on an idle core
  );
}
