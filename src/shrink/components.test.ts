import { expect, it } from 'vitest';
import { createRandom, type Random } from '../math/random.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { defineSpace } from '../spaces/define.js';
import { editDistance } from '../spaces/edits.js';
import type { SearchSpace } from '../spaces/space.js';
import { connectedComponents } from './components.js';

function spaceOf(counts: readonly number[], ordered: (d: number) => boolean): SearchSpace {
  return defineSpace({
    name: 'test',
    dimensions: counts.map((count, d) => ({
      name: `d${d}`,
      choices: Array.from({ length: count }, (_, choice) => choice),
      ordered: ordered(d),
    })),
  });
}

function randomMembers(space: SearchSpace, tries: number, random: Random): ArchitectureSet {
  const members = new ArchitectureSet(space.dimensions.length);
  for (let i = 0; i < tries; i++) members.add(space.sample(random));
  return members;
}

/** Flood fill by comparing everybody with everybody. */
function byBruteForce(space: SearchSpace, members: ArchitectureSet): number[] {
  const componentOf: number[] = new Array(members.size).fill(-1);
  let count = 0;
  for (let first = 0; first < members.size; first++) {
    if (componentOf[first] !== -1) continue;
    const open = [first];
    componentOf[first] = count;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (let other = 0; other < members.size; other++) {
        if (componentOf[other] !== -1) continue;
        if (editDistance(space, members.codesAt(at), members.codesAt(other)) !== 1) continue;
        componentOf[other] = count;
        open.push(other);
      }
    }
    count++;
  }
  return componentOf;
}

it.each([
  ['unordered', () => false],
  ['ordered', () => true],
  ['mixed', (d: number) => d % 2 === 0],
])('finds what brute force finds: %s', (_, ordered) => {
  const random = createRandom(3);
  const counts: number[] = [];
  for (const [shape, tries] of [
    [[5, 4, 3, 6], 60],
    [[5, 4, 3, 6], 20],
    [[2, 2, 2, 2, 2, 2, 2], 40],
    [[1, 9, 1, 9], 30],
    [[256, 3], 120],
    [[7], 4],
  ] as const) {
    for (let repeat = 0; repeat < 5; repeat++) {
      const space = spaceOf(shape, ordered);
      const members = randomMembers(space, tries, random);
      const { componentOf, count } = connectedComponents(space, members);
      const expected = byBruteForce(space, members);
      expect(Array.from(componentOf)).toEqual(expected);
      expect(count).toBe(Math.max(...expected) + 1);
      counts.push(count);
    }
  }
  expect(new Set(counts).size).toBeGreaterThan(5); // the cases are not all one pocket
});

it('joins no members through an architecture that is not there', () => {
  const space = spaceOf([3, 3], () => false);
  const members = ArchitectureSet.fromPacked(Uint8Array.from([0, 0, 1, 1, 2, 1]), 2);
  expect(connectedComponents(space, members)).toEqual({ componentOf: Int32Array.from([0, 1, 1]), count: 2 });
});

it('has no components without members', () => {
  expect(
    connectedComponents(
      spaceOf([2], () => false),
      new ArchitectureSet(1),
    ).count,
  ).toBe(0);
});

it('takes 200,000 members of 30 dimensions in a second or two', () => {
  const space = spaceOf(Array(30).fill(5), () => false);
  const members = new ArchitectureSet(30, 200_000);
  const random = createRandom(1);
  const codes = new Uint8Array(30);
  while (members.size < 200_000) {
    codes[random.integer(30)] = random.integer(5); // a walk: one long pocket
    members.add(codes);
  }
  const started = performance.now();
  expect(connectedComponents(space, members).count).toBe(1);
  expect(performance.now() - started).toBeLessThan(5000);
});
