import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { torch } from '../../test/optional.js';
import { createRandom } from '../math/random.js';
import { builtInSpaces } from '../spaces/index.js';
import { NetworkBuilder } from './builder.js';
import { dartsNetwork } from './darts-network.js';
import type { NetworkGraph } from './graph.js';
import { networks } from './index.js';
import { toPyTorch } from './pytorch.js';
import { safetensorsPieces } from './safetensors.js';
import { everyOperation, oddNetwork } from './testing/every-operation.js';
import { channelsFirst, randomImages, randomlyTrained, referenceLogits } from './testing/trained.js';
import { networkTensors } from './trained-network.js';

const small = { shape: [3, 8, 8], classes: 10 } as const;
const macro = builtInSpaces['nasbench-macro'];

/** Blocks that no class can stand for: interleaved, with two outputs, and with names that try to be code. */
function hostile(): NetworkGraph {
  const net = new NetworkBuilder('"""\nimport os  # \\"', [4, 6, 6]);
  const convolution = (name: string, value = net.input) => net.convolution(name, value, { channels: 4, kernel: 3 });
  const a = convolution('a.one');
  const b = convolution('b.one', a);
  const c = convolution('a.two', b);
  const twice = net.add('__init__.self', [c, net.add('a.x', [a, b])]);
  const named = [
    'forward',
    'class.lambda',
    'x = 1\nimport os',
    '',
    '..',
    'ünï',
    '1',
    'training.bn.',
    'a-b',
    'a_b',
    'y',
  ].map((name) => net.batchNorm(`${name}.norm`, net.convolution(name, twice, { channels: 4, bias: true })));
  const hidden = ['none1', 'none2'].map((name, i) => {
    const wide = net.convolution(`${name}.`, twice, { channels: 4 + i });
    const active = net.activation(`${name}.__class__`, net.batchNorm(`${name}.0`, wide), 'swish');
    return net.batchNorm(`${name}.x.y`, net.dropout(`${name}.True`, convolution(`${name}.None`, active), 0.5));
  });
  const parts = ['left', 'right'].flatMap((side, i) => {
    const half = net.slice(`${side}.slice`, twice, 2 * i, 2);
    const zeros = net.zeros(`${side}.nothing`, [3, 2, 2]);
    const pooled = net.pool(`${side}.pool`, half, 'maximum', { kernel: 2, stride: 3 });
    return [
      net.concat(`${side}.both`, [pooled, zeros]),
      net.shuffle(`${side}.shuffle`, net.dropout(`${side}.d`, pooled, 0.1), 2),
    ];
  });
  const all = net.concat('load', [
    ...[...named, ...hidden].map((value) => net.pool(`p${value.name}`, value, 'average', { kernel: 2, stride: 3 })),
    ...parts,
  ]);
  net.linear('torch.nn', net.globalPool('import', all), 3);
  return net.build();
}

const cases: Readonly<Record<string, NetworkGraph>> = {
  'every operation': everyOperation,
  'an odd network': oddNetwork,
  'hostile names': hostile(),
  'all operators of nasbench201': networks.nasbench201([3, 2, 4, 1, 3, 0], small),
  nasbench101: networks.nasbench101(
    builtInSpaces.nasbench101.parse('conv1x1-bn-relu.conv1x1-bn-relu.maxpool3x3/1011.101.01.1'),
    small,
  ),
  'nasbench201 of nothing': networks.nasbench201([0, 0, 0, 0, 0, 0], small),
  'nasbench201 with zeros in its cells': networks.nasbench201([3, 0, 0, 4, 3, 1], small),
  'nasbench-macro 00000000': networks['nasbench-macro'](macro.parse('00000000'), small),
  'nasbench-macro 21012120': networks['nasbench-macro'](macro.parse('21012120'), small),
  'mobile-tiny': networks['mobile-tiny']([0, 1, 2, 3, 4, 1, 0, 2], small),
  'transnasbench101-macro': networks['transnasbench101-macro']([0, 1, 2, 3, 0, 4], small),
  'transnasbench101-micro': networks['transnasbench101-micro']([1, 0, 2, 3, 1, 3], small),
  darts: dartsNetwork(builtInSpaces.darts.sample(createRandom(1)), small, { channels: 8, cells: 4 }),
  'nats-sss': networks['nats-sss']([0, 1, 1, 3, 0], small),
  mobilenetv3: networks.mobilenetv3(builtInSpaces.mobilenetv3.sample(createRandom(1)), {
    shape: [3, 64, 64],
    classes: 7,
  }),
  proxyless: networks.proxyless(builtInSpaces.proxyless.sample(createRandom(1)), { shape: [3, 64, 64], classes: 7 }),
  shufflenetv2: networks.shufflenetv2(builtInSpaces.shufflenetv2.sample(createRandom(1)), {
    shape: [3, 64, 64],
    classes: 7,
  }),
  'accel-mnasnet': networks['accel-mnasnet'](builtInSpaces['accel-mnasnet'].sample(createRandom(1)), {
    shape: [3, 32, 32],
    classes: 7,
  }),
};

/** Loads each exported network and answers with its logits for both batches, and whether its gradients reach all weights. */
const program = `
import importlib.util, json, sys, torch
torch.set_num_threads(1)
answers = []
for case in json.load(open(sys.argv[1])):
    spec = importlib.util.spec_from_file_location("network", case["source"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.load(case["weights"])
    logits = []
    for batch in case["batches"]:
        values = torch.frombuffer(bytearray(open(batch["file"], "rb").read()), dtype=torch.float32)
        with torch.no_grad():
            logits.append(network(values.reshape(batch["shape"])).tolist())
    network.train()
    network(torch.randn(4, *case["batches"][0]["shape"][1:])).sum().backward()
    reached = all(parameter.grad is not None for parameter in network.parameters())
    answers.append({"logits": logits, "reached": reached, "count": sum(p.numel() for p in network.parameters())})
print(json.dumps(answers))`;

interface Answer {
  readonly logits: readonly (readonly (readonly number[])[])[];
  readonly reached: boolean;
  readonly count: number;
}

const interpreter = torch();

describe.skipIf(interpreter === undefined)('PyTorch gives the logits of the reference engine', () => {
  let folder: string;
  let answers: readonly Answer[];
  const expected: Float32Array[][] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lissnas-'));
    const tasks: object[] = [];
    for (const [index, graph] of Object.values(cases).entries()) {
      const network = await randomlyTrained(graph, 7);
      const images = [randomImages(graph, 5, 1), randomImages(graph, 1, 2)];
      expected.push(await Promise.all(images.map((batch) => referenceLogits(network, batch))));
      const path = (name: string) => join(folder, `${index}.${name}`);
      writeFileSync(path('py'), toPyTorch(graph));
      writeFileSync(path('safetensors'), Buffer.concat([...safetensorsPieces(networkTensors(network))]));
      const batches = images.map((batch, i) => {
        const file = path(`images${i}`);
        writeFileSync(file, new Uint8Array(channelsFirst(batch).buffer));
        return { file, shape: [batch.count, ...batch.shape] };
      });
      tasks.push({ source: path('py'), weights: path('safetensors'), batches });
    }
    writeFileSync(join(folder, 'tasks.json'), JSON.stringify(tasks));
    const said = execFileSync(interpreter!, ['-c', program, join(folder, 'tasks.json')], { encoding: 'utf8' });
    answers = JSON.parse(said) as readonly Answer[];
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.keys(cases).map((name, i) => [name, i] as const))('for %s', (_, index) => {
    answers[index]!.logits.forEach((batch, i) => {
      const values = batch.flat();
      const wanted = expected[index]![i]!;
      expect(values.length).toBe(wanted.length);
      expect(Math.max(...values.map((value, k) => Math.abs(value - wanted[k]!)))).toBeLessThan(1e-4);
      expect(Math.max(...wanted) - Math.min(...wanted)).toBeGreaterThan(0.05);
    });
  });

  it('and every weight that was exported gets a gradient', () => {
    expect(answers.map(({ reached }) => reached)).toEqual(answers.map(() => true));
  });

  it('and a file of another network is refused, naming the tensor', () => {
    const text = `import sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True
import importlib.util
spec = importlib.util.spec_from_file_location("network", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.load(sys.argv[2])`;
    const { status, stderr } = spawnSync(
      interpreter!,
      ['-c', text, join(folder, '0.py'), join(folder, '1.safetensors')],
      { encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /ValueError: .*1\.safetensors: needs stem\.conv\.weight as F32 of shape \[8, 3, 3, 3\], but has None/,
    );
  });
});

describe('the source', () => {
  const source = (name: string) => toPyTorch(cases[name]!);

  it('has a class for every block that is repeated, and one line for every use', () => {
    const text = source('nasbench-macro 21012120');
    expect(text.match(/^class \w+/gm)).toEqual([
      'class ConvBnRelu',
      'class ConvBnRelu6',
      'class ConvBn',
      'class Mbconv',
      'class MbconvResidual',
      'class Network',
    ]);
    expect(text).toContain('        self.b0.mbconv_e6_k5 = Mbconv(32, 64, expand_channels=192, kernel=5)\n');
    expect(text).toContain('        x = self.b0.mbconv_e6_k5(x)\n');
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });

  it('is the same each time and knows nothing of PyTorch but what it needs', () => {
    expect(source('every operation')).toBe(source('every operation'));
    expect(source('every operation')).toContain('def shuffle(');
    expect(source('mobile-tiny')).not.toContain('def shuffle(');
    expect(source('mobile-tiny')).not.toContain('RENAMED');
  });

  it('takes no code from names', () => {
    const text = source('hostile names');
    const [docstring] = /^"""[\s\S]*?"""/.exec(text)!;
    expect(docstring.split('\n')[0]).toBe('"""____import os  # __, written by LISSNAS.');
    const code = text.slice(docstring.length).replace(/"(?:[^"\\]|\\.)*"/g, '""');
    expect(code).not.toMatch(/import os|x = 1|[^\n -~]/);
    expect(code).not.toMatch(/self\.(forward|class|__init__)\b|self\.training\./);
  });

  it('refuses numbers that are none', () => {
    const [input, ...others] = everyOperation.operations;
    const operations = [
      input!,
      ...others.map((operation) => ({
        ...operation,
        ...(operation.kind === 'dropout' ? { probability: Number.NaN } : {}),
      })),
    ];
    expect(() => toPyTorch({ name: 'x', operations })).toThrow('a network with the number NaN cannot be written');
  });
});
