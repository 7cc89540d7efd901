/** Seeded random generators, passed as arguments; never a global one. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A stream of random numbers. Two streams made the same way give the same numbers on every machine. */
export interface Random {
  /** uniform in [0, 1) */
  float(): number;
  /** uniform in 0 .. below - 1 */
  integer(below: number): number;
  /** standard normal */
  normal(): number;
  /**
   * An independent stream that depends on this stream's origin and the label only,
   * never on how many numbers have been drawn, so that adding a draw somewhere does not disturb the rest.
   */
  split(label: string | number): Random;
}

/** A new stream from a random seed (any integer; only the low 32 bits count). */
export function createRandom(randomSeed: number): Random {
  return fromOrigin(mix(randomSeed | 0, 0x9e3779b9));
}

function fromOrigin(origin: number): Random {
  const generator: RandomGenerator = xoroshiro128plus(origin);
  const float = () => uniformFloat64(generator);
  return {
    float,
    integer: (below) => uniformInt(generator, 0, below - 1),
    normal: () => Math.sqrt(-2 * Math.log(1 - float())) * Math.cos(2 * Math.PI * float()), // Box-Muller
    split: (label) => fromOrigin(mix(origin, hashText(String(label)))),
  };
}

/** 32-bit FNV-1a of a text, for labels. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}

/** Mixes two 32-bit integers into one (the finalizer of MurmurHash3). */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (b + 0x9e3779b9 + (a << 6) + (a >>> 2)), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** Moves a uniformly random sample of `count` items to the front of `items` and returns it (partial Fisher-Yates, in place). */
export function sampleInPlace<T>(items: T[], count: number, random: Random): T[] {
  const wanted = Math.min(count, items.length);
  for (let i = 0; i < wanted; i++) {
    const j = i + random.integer(items.length - i);
    const held = items[i] as T;
    items[i] = items[j] as T;
    items[j] = held;
  }
  return items.slice(0, wanted);
}
