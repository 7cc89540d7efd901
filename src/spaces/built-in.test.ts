import { describe, expect, it } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { accelMnasnet, accelMnasnetStages } from './accel-mnasnet.js';
import { darts, dartsCells } from './darts.js';
import { forEachArchitecture } from './enumerate.js';
import { builtInSpaces } from './index.js';
import { mobileTiny } from './mobile-tiny.js';
import { mobilenetv3, mobilenetv3Stages } from './mobilenetv3.js';
import { nasbenchMacro } from './nasbench-macro.js';
import { nasbench201 } from './nasbench201.js';
import { natsSss } from './nats-sss.js';
import { proxyless, proxylessStages } from './proxyless.js';
import { shufflenetv2 } from './shufflenetv2.js';
import { allCodes } from './testing/contract.js';
import { tableRows } from './testing/table.js';
import { transnasbench101Macro } from './transnasbench101-macro.js';
import { transnasbench101Micro } from './transnasbench101-micro.js';

describe('published sizes', () => {
  it.each([
    ['nasbench101', 423_624n],
    ['nasbench201', 15_625n],
    ['nasbench-macro', 6_561n],
    ['accel-mnasnet', 104_485_552_128n],
    ['mobile-tiny', 390_625n],
    ['nats-sss', 32_768n],
    ['transnasbench101-macro', 3_256n],
    ['transnasbench101-micro', 4_096n],
    ['darts', (180n * 7n ** 8n) ** 2n], // about 10^18
    ['shufflenetv2', 1_099_511_627_776n],
    ['mobilenetv3', 7371n ** 5n], // 9^2 + 9^3 + 9^4 stages
    ['proxyless', 7371n ** 5n * 9n],
  ] as const)('%s has %d architectures', (name, size) => {
    expect(builtInSpaces[name].size).toBe(size);
  });
});

describe('nasbench201', () => {
  it('writes and reads the official string', () => {
    const text = '|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|';
    expect(nasbench201.parse(text)).toEqual([3, 3, 4, 1, 3, 1]);
    expect(nasbench201.format([3, 3, 4, 1, 3, 1])).toBe(text);
    expect(nasbench201.dimensions.map(({ name }) => name)).toEqual(['e1_0', 'e2_0', 'e2_1', 'e3_0', 'e3_1', 'e3_2']);
  });

  it.each([
    ['|none~0|', /1 nodes/],
    ['|none~0|+|none~0|+|none~0|none~1|none~2|', /node 2 is "\|none~0\|", but needs 2 edges/],
    ['|conv~0|+|none~0|none~1|+|none~0|none~1|none~2|', /edge "conv~0" of node 1 has an unknown operator/],
    ['|none~0|+|none~0|none~0|+|none~0|none~1|none~2|', /edge "none~0" of node 2 must come from node 1/],
    ['|none~0|+|none~0|none~1|+|none~0|none~1|none~2|x', /node 3/],
    ['', /1 nodes/],
  ])('refuses %j with a reason', (text, reason) => {
    expect(() => nasbench201.parse(text)).toThrow(InputError);
    expect(() => nasbench201.parse(text)).toThrow(reason);
  });

  it('has 6,466 canonical cells, each the first of its class and its own canonical form', () => {
    const seen = new Set<string>();
    for (const codes of allCodes(nasbench201)) {
      const architecture = nasbench201.architecture(codes);
      const canonical = nasbench201.canonical(architecture).join();
      if (!seen.has(canonical)) expect(canonical).toBe(architecture.join());
      seen.add(canonical);
    }
    expect(seen.size).toBe(6_466);
  });

  it('never gives cells of one class a different output', () => {
    for (const codes of allCodes(nasbench201)) {
      const canonical = nasbench201.canonical(nasbench201.architecture(codes));
      expect(cellOutput(codes)).toBeCloseTo(cellOutput(canonical), 9);
    }
  });

  const file = benchmarkFile('nasbench201/nasbench201.csv.gz');
  it.skipIf(file === undefined)('partitions the cells as the table does, and reads all its strings', () => {
    const classOf = new Map<string, string>();
    const canonicalOf = new Map<string, string>();
    for (const row of tableRows(file!, nasbench201)) {
      const architecture = nasbench201.parse(row.column('arch_str'));
      expect(architecture).toEqual(row.codes);
      expect(nasbench201.format(architecture)).toBe(row.column('arch_str'));
      const canonical = nasbench201.canonical(architecture).join();
      const published = row.column('iso_class');
      expect(classOf.get(canonical) ?? published).toBe(published);
      expect(canonicalOf.get(published) ?? canonical).toBe(canonical);
      classOf.set(canonical, published);
      canonicalOf.set(published, canonical);
    }
    expect(classOf.size).toBe(6_466);
  });
});

/** A cell as numbers: each operator some fixed nonlinear function of the sum at its source, 0 for a zero source. */
function cellOutput(codes: ArrayLike<number>): number {
  const apply = (code: number, x: number) => {
    if (code < 2) return code * x;
    return x * Math.sin(code + x * x); // 0 at 0, as pooling and bias-free convolution of zeros
  };
  const n0 = 0.7;
  const n1 = apply(codes[0]!, n0);
  const n2 = apply(codes[1]!, n0) + apply(codes[2]!, n1);
  return apply(codes[3]!, n0) + apply(codes[4]!, n1) + apply(codes[5]!, n2);
}

describe('nasbench-macro', () => {
  it('writes and reads 8 digits', () => {
    expect(nasbenchMacro.parse('22212202')).toEqual([2, 2, 2, 1, 2, 2, 0, 2]);
    expect(nasbenchMacro.format([2, 2, 2, 1, 2, 2, 0, 2])).toBe('22212202');
  });

  it.each([
    ['2221220', /7 characters/],
    ['22212203', /character 8 of "22212203" is "3"; allowed are 0/],
  ])('refuses %j with a reason', (text, reason) => {
    expect(() => nasbenchMacro.parse(text)).toThrow(reason);
  });
});

describe('mobile-tiny', () => {
  it('writes and reads 8 digits', () => {
    expect(mobileTiny.parse('04321000')).toEqual([0, 4, 3, 2, 1, 0, 0, 0]);
    expect(mobileTiny.format([0, 4, 3, 2, 1, 0, 0, 0])).toBe('04321000');
  });

  it('refuses other digits', () => {
    expect(() => mobileTiny.parse('00000005')).toThrow(
      'character 8 of "00000005" is "5"; allowed are 0 (identity), 1 (mbconv_e2_k3), 2 (mbconv_e2_k5), 3 (mbconv_e4_k3) and 4 (mbconv_e4_k5)',
    );
  });
});

describe('nats-sss', () => {
  it('writes and reads channels', () => {
    expect(natsSss.parse('8:16:24:40:64')).toEqual([0, 1, 2, 4, 7]);
    expect(natsSss.format([0, 1, 2, 4, 7])).toBe('8:16:24:40:64');
  });

  it.each([
    ['8:16:24:40', /has 4 numbers joined by ":"/],
    ['8:16:24:40:72', /layer 4 of "8:16:24:40:72" cannot have "72" channels; allowed are 8, 16/],
    ['8:16::40:64', /layer 2 of .* cannot have "" channels/],
  ])('refuses %j with a reason', (text, reason) => {
    expect(() => natsSss.parse(text)).toThrow(reason);
  });
});

describe('shufflenetv2', () => {
  it('writes and reads 20 digits', () => {
    const text = '21012020202300003233';
    expect(shufflenetv2.parse(text)).toEqual(Array.from(text, Number));
    expect(shufflenetv2.format(shufflenetv2.parse(text))).toBe(text);
  });

  it('refuses other digits', () => {
    expect(() => shufflenetv2.parse('4'.repeat(20))).toThrow(
      /character 1 of "4+" is "4"; allowed are 0 \(choice_3\), .* and 3 \(choice_x\)/,
    );
  });
});

describe('transnasbench101-macro', () => {
  const space = transnasbench101Macro;

  it('writes and reads the published strings, short and long', () => {
    expect(space.parse('64-1234-basic')).toEqual([0, 1, 2, 3, 4, 4]);
    for (const text of ['64-1234-basic', '64-23111-basic', '64-341111-basic'])
      expect(space.format(space.parse(text))).toBe(text);
  });

  it('holds every network of 4 to 6 modules that halves the image 1 to 4 times and doubles the channels 1 to 3 times, once', () => {
    const texts = new Set<string>();
    for (const length of [4, 5, 6]) {
      for (let index = 0; index < 4 ** length; index++) {
        const digits = Array.from({ length }, (_, i) => 1 + (Math.floor(index / 4 ** i) % 4));
        const count = (which: number[]) => digits.filter((digit) => which.includes(digit)).length;
        const [halved, widened] = [count([3, 4]), count([2, 4])];
        if (halved >= 1 && halved <= 4 && widened >= 1 && widened <= 3) texts.add(`64-${digits.join('')}-basic`);
      }
    }
    const own: string[] = [];
    forEachArchitecture(space, (codes) => own.push(space.format(codes)));
    expect(own.length).toBe(3_256);
    expect(new Set(own)).toEqual(texts);
  });

  it.each([
    ['64-123-basic', /must be written like 64-1234-basic, with 4 to 6 digits from 1 to 4/],
    ['32-1234-basic', /must be written like/],
    ['64-1115-basic', /must be written like/],
    ['64-1111-basic', /is not in space "transnasbench101-macro"/],
    ['64-3131-basic', /forbidden/],
  ])('refuses %j with a reason', (text, reason) => {
    expect(() => space.parse(text)).toThrow(InputError);
    expect(() => space.parse(text)).toThrow(reason);
  });
});

describe('transnasbench101-micro', () => {
  it('writes and reads the published string: node by node, the operators from each node before', () => {
    expect(transnasbench101Micro.parse('64-41414-1_02_333')).toEqual([1, 0, 2, 3, 3, 3]);
    expect(transnasbench101Micro.format([1, 0, 2, 3, 3, 3])).toBe('64-41414-1_02_333');
  });

  it.each(['64-41414-1_02_33', '64-41414-4_02_333', '64-4141-1_02_333', '1_02_333'])('refuses %j', (text) => {
    expect(() => transnasbench101Micro.parse(text)).toThrow(
      `"${text}" must be written like 64-41414-1_02_333, with digits from 0 to 3`,
    );
  });
});

describe('darts', () => {
  /** DARTS_V2 of cnn/genotypes.py in quark0/darts. */
  const second =
    "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=[2, 3, 4, 5])";

  it('reads a published genotype, and writes the two edges of each node in the order of their sources', () => {
    const architecture = darts.parse(second);
    const written = darts.format(architecture);
    expect(written).toBe(
      "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 1), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 0), ('skip_connect', 2), ('max_pool_3x3', 1), ('skip_connect', 2)], reduce_concat=range(2, 6))",
    );
    expect(darts.parse(written)).toEqual(architecture);
  });

  it('gives cells one canonical form, however their nodes are numbered, and others another', () => {
    const cell =
      "('skip_connect', 0), ('sep_conv_3x3', 1), ('max_pool_3x3', 0), ('max_pool_3x3', 1), ('dil_conv_3x3', 2), ('skip_connect', 3), ('skip_connect', 0), ('avg_pool_3x3', 4)";
    const swapped =
      "('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 1), ('dil_conv_3x3', 3), ('skip_connect', 2), ('skip_connect', 0), ('avg_pool_3x3', 4)";
    const other = swapped
      .replace("('dil_conv_3x3', 3)", "('dil_conv_3x3', 2)")
      .replace("('skip_connect', 2)", "('skip_connect', 3)");
    const [a, b, c] = [cell, swapped, other].map((normal) =>
      darts.canonical(darts.parse(second.replace(/normal=\[[^\]]*\]/, `normal=[${normal}]`))),
    );
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it('numbers nodes so that each comes after those it takes', () => {
    const random = createRandom(3);
    for (let i = 0; i < 200; i++) {
      const { normal, reduce } = dartsCells(darts.canonical(darts.sample(random)));
      for (const cell of [normal, reduce]) {
        cell.forEach(([first, second], index) => {
          expect(first.from).toBeLessThan(second.from);
          expect(second.from).toBeLessThan(2 + index);
        });
      }
    }
  });

  it.each([
    ['Genotype()', /"Genotype\(\)" is no genotype; it is written Genotype\(normal=/],
    [second.replace("('skip_connect', 0)", "('none', 0)"), /unknown operation "none" in the normal cell/],
    [second.replace("('sep_conv_3x3', 0), ", ''), /the normal cell has 7 edges; it needs 8/],
    [
      second.replace("('sep_conv_3x3', 1)", "('sep_conv_3x3', 0)"),
      /node 2 takes nodes 0 and 0; allowed are two different/,
    ],
    [second.replace("('sep_conv_3x3', 1)", "('sep_conv_3x3', 5)"), /node 2 takes nodes 0 and 5/],
    [second.replace("('sep_conv_3x3', 1)", "'sep_conv_3x3', 1"), /in the normal cell is no edge/],
    [second.replace('[2, 3, 4, 5], reduce', '[2, 3, 4], reduce'), /is no genotype/],
  ])('refuses %s with a reason', (text, reason) => {
    expect(() => darts.parse(text)).toThrow(InputError);
    expect(() => darts.parse(text)).toThrow(reason);
  });
});

describe('mobilenetv3', () => {
  const text = 'e3k3.e6k5-e4k7.e4k7.e3k3-e6k7.e6k7.e6k7.e6k7-e3k5.e3k5-e4k3.e6k3.e3k7';

  it('writes and reads the layers of each stage', () => {
    const architecture = mobilenetv3.parse(text);
    expect(mobilenetv3.format(architecture)).toBe(text);
    expect(mobilenetv3Stages(architecture).map(({ length }) => length)).toEqual([2, 3, 4, 2, 3]);
    expect(mobilenetv3Stages(architecture)[0]).toEqual([
      { expansion: 3, kernel: 3 },
      { expansion: 6, kernel: 5 },
    ]);
  });

  it.each([
    [text.slice(10), /has 4 stages joined by "-"; a network has 5/],
    [text.replace('e3k3.e6k5', 'e3k3'), /stage 0 is "e3k3", which has 1 layers; it needs 2 to 4/],
    [text.replace('e3k3.e6k5', 'e3k3.e5k5'), /layer 1 of stage 0 is "e5k5"; allowed are e3k3, e3k5/],
    [text.replace('e4k7.e4k7', 'e4k7.e4k7.none'), /layer 2 of stage 1 is "none"; allowed are e3k3/],
    [text.replace('e3k3-', 'e3k3.e3k3.e3k3-'), /stage 1 is .* 5 layers/],
  ])('refuses %j with a reason', (wrong, reason) => {
    expect(() => mobilenetv3.parse(wrong)).toThrow(InputError);
    expect(() => mobilenetv3.parse(wrong)).toThrow(reason);
  });

  it('takes layers away from the end of a stage only, so that no network has two codes', () => {
    const codes = [...mobilenetv3.parse(text)];
    const [third, fourth] = ['s2l2', 's2l3'].map((name) => mobilenetv3.dimensions.findIndex((d) => d.name === name));
    const none = mobilenetv3.dimensions[third!]!.choices.indexOf('none');
    expect(mobilenetv3.isValid(codes.with(fourth!, none))).toBe(true);
    expect(mobilenetv3.isValid(codes.with(third!, none))).toBe(false);
    expect(mobilenetv3.isValid(codes.with(third!, none).with(fourth!, none))).toBe(true);
  });
});

describe('proxyless', () => {
  it('has a last stage of one layer', () => {
    const text = 'e3k3.e6k5-e4k7.e4k7-e6k7.e6k7-e3k5.e3k5-e4k3.e6k3-e3k7';
    expect(proxyless.format(proxyless.parse(text))).toBe(text);
    expect(proxylessStages(proxyless.parse(text))[5]).toEqual([{ expansion: 3, kernel: 7 }]);
    expect(() => proxyless.parse(`${text}.e3k3`)).toThrow(/stage 5 is "e3k7.e3k3", which has 2 layers; it needs 1/);
  });
});

describe('accel-mnasnet', () => {
  const text = 'e6k3l1se0-e4k5l2se0-e6k3l3se0-e6k5l3se0-e6k5l2se0-e1k3l4se1-e1k3l2se0';

  it('writes and reads one part per stage', () => {
    const architecture = accelMnasnet.parse(text);
    expect(accelMnasnet.format(architecture)).toBe(text);
    expect(accelMnasnetStages(architecture)[5]).toEqual({ expansion: 1, kernel: 3, layers: 4, squeezeExcite: true });
  });

  it.each([
    [text.slice(10), /6 stages/],
    [text.replace('e4k5', 'e3k5'), /stage 1 is "e3k5l2se0", but b1_e cannot be 3; allowed are 1, 4, 6/],
    [text.replace('l2se0', 'l4se0'), /b1_l cannot be 4/],
    [text.replace('e6k3l1se0', 'e6k3l1'), /stage 0 is "e6k3l1", but must be written like/],
  ])('refuses %j with a reason', (wrong, reason) => {
    expect(() => accelMnasnet.parse(wrong)).toThrow(reason);
  });
});
