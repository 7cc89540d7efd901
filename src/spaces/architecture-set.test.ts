import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { ArchitectureSet } from './architecture-set.js';
import { defineSpace } from './define.js';
import { forEachArchitecture } from './enumerate.js';

it('is a set in insertion order, as Map is by text', () => {
  const codes = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(codes, { maxLength: 200 }), fc.integer({ min: 0, max: 100 }), (added, expected) => {
      const set = new ArchitectureSet(4, expected);
      const plain = new Map<string, number>();
      for (const one of added) {
        const isNew = !plain.has(one.join());
        expect(set.add(one)).toBe(isNew ? plain.size : -1);
        if (isNew) plain.set(one.join(), plain.size);
      }
      expect(set.size).toBe(plain.size);
      for (const [text, index] of plain) {
        expect(set.codesAt(index).join()).toBe(text);
        expect(set.indexOf(text.split(',').map(Number))).toBe(index);
      }
      for (const other of [
        [3, 0, 0, 0],
        [0, 0, 0, 255],
      ])
        expect([set.has(other), set.indexOf(other)]).toEqual([false, -1]);
      expect(set.packed).toEqual(Uint8Array.from([...plain.keys()].flatMap((text) => text.split(',').map(Number))));
      const again = ArchitectureSet.fromPacked(Uint8Array.from([...set.packed, ...set.packed]), 4);
      expect(again.packed).toEqual(set.packed);
    }),
    { numRuns: 100 },
  );
});

it('holds a hundred thousand members, and takes views of itself and packed bytes', () => {
  const random = createRandom(1);
  const set = new ArchitectureSet(12);
  const texts = new Set<string>();
  for (let i = 0; i < 100_000; i++) {
    const codes = Uint8Array.from({ length: 12 }, () => random.integer(256));
    texts.add(codes.join());
    set.add(codes);
  }
  expect(set.size).toBe(texts.size);
  let index = 0;
  for (const text of texts) if (set.codesAt(index++).join() !== text) expect.unreachable();
  for (let i = 0; i < set.size; i += 97) {
    expect(set.indexOf(set.codesAt(i))).toBe(i);
    expect(set.add(set.codesAt(i))).toBe(-1);
    const target = new Array<number>(12).fill(0);
    set.copyTo(i, target);
    expect(target.join()).toBe(set.codesAt(i).join());
  }
});

it('listing visits every valid architecture once, in the order of the codes', () => {
  const space = defineSpace({
    name: 'small',
    dimensions: [2, 1, 3].map((count, d) => ({ name: `d${d}`, choices: Array.from({ length: count }, (_, c) => c) })),
    forbidden: [{ d0: 1, d2: 1 }],
  });
  const visited: string[] = [];
  forEachArchitecture(space, (codes) => visited.push(codes.join()));
  expect(visited).toEqual(['0,0,0', '0,0,1', '0,0,2', '1,0,0', '1,0,2']);
});
