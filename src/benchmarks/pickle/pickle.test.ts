import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../errors.js';
import { type ByteSource, bytesSource } from '../byte-source.js';
import { storedTables } from '../testing/fixtures.js';
import type { NumpyArray } from './numpy.js';
import { isPickle, readPickle } from './pickle.js';
import { PickledRecord } from './values.js';

const read = (content: string | Uint8Array) =>
  readPickle(bytesSource(typeof content === 'string' ? Buffer.from(content, 'latin1') : content, 'x.pickle')).value;

describe.each([0, 1, 2, 3, 4, 5])('what Python writes by protocol %i', (protocol) => {
  const content = readFileSync(join(storedTables, `values-${protocol}.pickle`));
  const value = read(content) as Map<string, unknown[]>;

  test('is known for a pickle', () => {
    expect(isPickle(content)).toBe(true);
  });

  test('integers are exact at any size', () => {
    const small = [0, -1, 255, 256, -256, 65535, 65536, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER];
    expect(value.get('integers')).toEqual(small);
    expect(value.get('long')).toEqual([2n ** 53n, -(2n ** 63n), 2n ** 64n, 2n ** 70n, -(2n ** 1000n)]);
  });

  test('floats, texts, None, booleans and tuples', () => {
    expect(value.get('floats')).toEqual([1.5, -0, 5e-324, 1e308, Number.POSITIVE_INFINITY]);
    expect(value.get('texts')).toEqual(['', 'ü€😀', 'it\'s "q" \\ \n \x07', 'y'.repeat(1000)]);
    expect(value.get('others')).toEqual([null, true, false, [], [1], [1, 2, 3, 4]]);
  });

  test('bytes, sets and dicts of every kind', () => {
    expect((value.get('bytes') as Uint8Array[]).map((bytes) => [...bytes])).toEqual([
      [0, 255, 97, 98, 99],
      [120, 121, 122],
      [],
    ]);
    const [set, frozen, ...dicts] = value.get('containers')!;
    expect([set, frozen]).toEqual([new Set([1]), new Set([3])]);
    expect(dicts).toEqual([new Map([['a', 1]]), new Map([['q', [1]]]), new Map([['a', 2]])]);
    expect(value.get('list')).toEqual(Array.from({ length: 1100 }, (_, i) => i));
    expect(value.get('dict')).toEqual(new Map(Array.from({ length: 1100 }, (_, i) => [i, String(i)])));
  });

  test('what is shared stays shared, and keys such as __proto__ are keys', () => {
    const [first, second] = value.get('shared')!;
    expect(first).toBe(second);
    expect(first).toBe(value.get('texts'));
    expect(value.get('__proto__')).toEqual(new Map([['polluted', 1]]));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('numbers and arrays of NumPy', () => {
    expect(value.get('numpy')).toEqual([1.5, 2n ** 62n, Math.fround(0.1), true, -3]);
    const arrays = value.get('arrays') as NumpyArray[];
    expect(arrays.map((array) => array.shape)).toEqual([[2, 3], [3], [1]]);
    expect(arrays[0]!.numbers()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(arrays[1]!.numbers()).toEqual([1.5, -0.25, 2 ** -24]);
    expect(arrays[2]!.numbers()).toEqual([2 ** 40]);
  });
});

test('a source that gives its bytes one chunk at a time reads the same', () => {
  const content = readFileSync(join(storedTables, 'values-4.pickle'));
  const long = Buffer.concat([
    Buffer.from([0x80, 4, 0x28, 0x42, 0, 0, 0x18, 0]),
    Buffer.alloc(0x180000, 7),
    content.subarray(2, -1),
    Buffer.from('t.'),
  ]);
  const reads: number[] = [];
  const source: ByteSource = {
    file: 'x',
    size: long.length,
    bytes(start, length) {
      reads.push(length);
      return new Uint8Array(long.subarray(start, start + length));
    },
  };
  const [zeros, value] = readPickle(source).value as [Uint8Array, unknown];
  expect(zeros.length).toBe(0x180000);
  expect(value).toEqual(read(content));
  expect(reads.length).toBeGreaterThan(2);
});

test('a record of NAS-Bench-201 becomes its attributes, whatever its class would do', () => {
  const pickled =
    "ccopy_reg\n_reconstructor\n(cnas_201_api.api_utils\nResultsCount\nc__builtin__\nobject\nNtR(dS'seed'\nI777\nsb.";
  const record = read(pickled) as PickledRecord;
  expect(record).toBeInstanceOf(PickledRecord);
  expect(record.className).toBe('nas_201_api.api_utils ResultsCount');
  expect(record.attributes).toEqual(new Map([['seed', 777]]));
});

test('entries can be replaced as soon as they are read, and what is used again stays', () => {
  const seen: number[] = [];
  const { value } = readPickle(bytesSource(readFileSync(join(storedTables, 'values-2.pickle')), 'x'), {
    onEntries(dict) {
      seen.push(dict.size);
      if (dict.has(0)) dict.clear();
    },
  });
  expect((value as Map<string, unknown>).get('dict')).toEqual(
    new Map(Array.from({ length: 100 }, (_, i) => [1000 + i, String(1000 + i)])),
  );
  expect(seen).toContain(1000);
});

describe('refused, naming the file and the byte', () => {
  const u32 = (value: number) =>
    String.fromCharCode(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
  const cases: [string, string, RegExp][] = [
    ['os.system', "cos\nsystem\n(S'true'\ntR.", /names "os\.system", which is not among .* at byte 0$/],
    ['posix.system by STACK_GLOBAL', '\x80\x04\x8c\x05posix\x8c\x06system\x93.', /names "posix\.system".* at byte 17$/],
    ['eval', "c__builtin__\neval\n(S'1'\ntR.", /names "__builtin__\.eval"/],
    ['getattr', 'cbuiltins\ngetattr\n.', /names "builtins\.getattr"/],
    [
      'an attribute of an allowed class',
      '\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.fromkeys\x93.',
      /OrderedDict\.fromkeys/,
    ],
    ['__proto__ as a name', 'c__proto__\n__proto__\n.', /names "__proto__\.__proto__"/],
    ['INST of a stranger', "(S'a'\nios\nsystem\n.", /names "os\.system"/],
    ['a record that only looks allowed', 'cevil_nats_bench\nArchResults\n.', /names "evil_nats_bench\.ArchResults"/],
    [
      'a call of what may only be named',
      'c__builtin__\nint\n(S"5"\ntR.',
      /calls __builtin__ int, which may only be named/,
    ],
    ['a call of a value', 'I1\n(tR.', /calls 1, at byte/],
    ['named arguments', '\x80\x04ccollections\nOrderedDict\n)}(K\x01K\x02u\x92.', /named arguments/],
    ['a persistent id', '\x80\x02K\x01Q.', /refers to something outside itself, at byte 4/],
    ['a registered extension', '\x80\x02\x82\x01.', /needs something outside itself \(opcode 0x82\)/],
    ['a buffer outside', '\x80\x05\x97.', /needs something outside itself \(opcode 0x97\)/],
    ['a later protocol', '\x80\x06N.', /has protocol 6; 0 to 5 are read, at byte 0/],
    ['an unknown opcode', '\x80\x02\xff.', /unknown opcode 0xff, at byte 2/],
    ['an end without a value', '\x80\x02.', /takes a value that is not there, at byte 2/],
    ['a value from under a mark', '\x80\x02K\x01(\x85.', /takes a value that is not there/],
    ['a missing mark', '\x80\x02K\x01t.', /takes a mark that is not there/],
    ['a missing memo entry', '\x80\x02h\x05.', /asks for memo entry 5, which is not there, at byte 2/],
    ['a memo entry before it is written', '\x80\x02h\x00]q\x00.', /asks for memo entry 0/],
    [
      'a memo index far off',
      `\x80\x02Nr${u32(4_000_000_000)}.`,
      /numbers a memo entry 4000000000 where at most 1 can be/,
    ],
    ['a negative memo index', 'Ng-1\n.', /has "-1" for a memo index, at byte 2/],
    [
      'a text longer than the file',
      `\x80\x02X${u32(4_000_000_000)}abc.`,
      /ends too early.*4000000000 bytes are needed where 4 are left/,
    ],
    ['a text of 2^60 bytes', '\x80\x04\x8d\0\0\0\0\0\0\0\x10abc.', /ends too early/],
    ['a frame of 2^60 bytes', '\x80\x04\x95\0\0\0\0\0\0\0\x10N.', /a frame of 1152921504606\d+ bytes where 2 are left/],
    ['a cut file', '\x80\x02}q\0(X\x03\0\0\0ab', /ends too early \(is the download complete\?\).* at byte 11/],
    ['no end', '\x80\x02N', /ends too early/],
    ['a long integer of 1 MB', `\x80\x02\x8b${u32(1 << 20)}${'\x01'.repeat(1 << 20)}.`, /an integer of 1048576 bytes/],
    ['a decimal of 10,000 digits', `L${'1'.repeat(10_000)}L\n.`, /for an integer/],
    ['a line without end', `S'${'a'.repeat(100_000)}`, /a line of more than 65536 bytes/],
    ['a number that is none', 'F1,5\n.', /has "1,5" for a number/],
    ['entries of a list', '\x80\x02]K\x01K\x02s.', /sets entries of a list of 0/],
    ['a key without a value', '\x80\x02}(K\x01u.', /sets a key without a value/],
    ['a state for a number', '\x80\x02K\x01}b.', /gives a state to 1/],
    [
      'a NumPy type of objects',
      "cnumpy\ndtype\n(S'O8'\ntR.",
      /NumPy's type "O8"; numbers and booleans are read, at byte/,
    ],
    ['an array of 10^12 numbers', arrayOf('L1000000L\nL1000000L\n'), /1000000 x 1000000 numbers of 8 bytes in 8 bytes/],
    ['an array of a shape that is none', arrayOf('I-1\n'), /a NumPy array without a shape/],
  ];
  test.each(cases)('%s', (_, content, message) => {
    const run = () => read(content);
    expect(run).toThrow(InputError);
    expect(run).toThrow(message);
    expect(run).toThrow(/^x\.pickle: [^\n]* at byte \d+$/);
  });

  /** An array of one float64, said to have this shape. */
  function arrayOf(shape: string): string {
    const type = "cnumpy\ndtype\n(S'f8'\ntR(I3\nS'<'\ntb";
    return `cnumpy.core.multiarray\n_reconstruct\n(tR(I1\n(${shape}t${type}I00\nS'${'a'.repeat(8)}'\ntb.`;
  }

  test('levels of nesting, values on the stack and copies without end', () => {
    expect(() => read(`\x80\x02${'('.repeat(2000)}${'t'.repeat(2000)}.`)).toThrow(/nests more than 1000 levels/);
    expect(() => read(`\x80\x02${'N'.repeat(1_000_001)}.`)).toThrow(/piles up more than 1000000 values/);
    const manyCopies = `\x80\x02cbuiltins\nlist\nq\x00](${'N'.repeat(5000)}eq\x01${'h\x00h\x01\x85R'.repeat(5000)}(t.`;
    expect(() => read(manyCopies)).toThrow(/copies more than it has bytes/);
  });

  test('a list of lists of lists, each twice, costs no more than its bytes', () => {
    const levels = Array.from(
      { length: 100 },
      (_, i) => `q${String.fromCharCode(i)}h${String.fromCharCode(i)}\x86`,
    ).join('');
    let value = read(`\x80\x02)${levels}.`);
    for (let i = 0; i < 100; i++) value = (value as unknown[])[0];
    expect(value).toEqual([]);
    const deep = 200_000; // without marks; Python itself stops at about a thousand
    expect(() => read(`\x80\x02${']'.repeat(deep)}${'a'.repeat(deep - 1)}.`)).not.toThrow();
  });

  test('whatever is changed in a good file, the answer is a value or a refusal', () => {
    const good = readFileSync(join(storedTables, 'nb201_cifar10_full_training.pickle')).subarray(0, 3000);
    const change = fc.tuple(fc.nat(400), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(2999), (changes, end) => {
        const bytes = Uint8Array.from(good.subarray(0, end + 1));
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        try {
          read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
