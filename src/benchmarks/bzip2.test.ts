import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { python } from '../../test/optional.js';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { bunzip2 } from './bzip2.js';

/** `hello world\n` and nothing at all, packed by Python. */
const HELLO = Buffer.from('QlpoOTFBWSZTWU7s6DYAAAJRgAAQQAAGRJCAIAAxBkxBAaeppYC7lDH4u5IpwoSCd2dBsA==', 'base64');
const EMPTY = Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64');
const unpacked = (packed: Uint8Array, largest = 1e8) => Buffer.from(bunzip2(packed, 'x.bz2', largest));

test('a line, and nothing', () => {
  expect(unpacked(HELLO).toString()).toBe('hello world\n');
  expect(unpacked(EMPTY)).toEqual(Buffer.alloc(0));
});

const random = createRandom(5);
const noise = Uint8Array.from({ length: 300_000 }, () => random.integer(256));
const letters = Uint8Array.from({ length: 1_000_000 }, () => 97 + Math.min(random.integer(9), random.integer(9)));
const CONTENTS: [string, Uint8Array][] = [
  ...[1, 3, 4, 5, 258, 259, 260, 1000].map((length): [string, Uint8Array] => [
    `${length} equal bytes`,
    new Uint8Array(length).fill(120),
  ]),
  ['a million zeros', new Uint8Array(1_000_000)],
  ['all bytes', Uint8Array.from({ length: 2560 }, (_, i) => i & 255)],
  ['noise', noise],
  ['two blocks of letters', letters],
];

test.each(CONTENTS)('%s, packed by Python in small and in large blocks', (_, content) => {
  const program = python();
  if (program === undefined) return;
  for (const level of [1, 9]) {
    const script = `import bz2, sys; sys.stdout.buffer.write(bz2.compress(sys.stdin.buffer.read(), ${level}))`;
    const { stdout } = spawnSync(program, ['-c', script], { input: content, maxBuffer: 1 << 28 });
    expect(unpacked(stdout).equals(content)).toBe(true);
    expect(unpacked(Buffer.concat([stdout, stdout])).length).toBe(2 * content.length);
  }
});

test('more content than allowed, a cut and any single changed byte are refused', () => {
  expect(() => unpacked(HELLO, 5)).toThrow(/x\.bz2: more than 0 MB of content/);
  fc.assert(
    fc.property(fc.nat(HELLO.length - 1), (end) => {
      expect(() => unpacked(HELLO.subarray(0, end))).toThrow(InputError);
    }),
  );
  fc.assert(
    fc.property(fc.nat(HELLO.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(HELLO);
      damaged[at]! ^= flip;
      let content: Buffer | undefined;
      try {
        content = unpacked(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
      if (content !== undefined) expect(content.toString()).toBe('hello world\n'); // only the block size and the last bits are free
    }),
  );
});
