/** What surfaces are filled with: two colours and a pattern that mixes them. */
import type { Random } from '../../math/random.js';
import { CENTRE } from './side.js';

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** How an ink mixes its colours over the image. */
type Pattern = 'plain' | 'gradient' | 'stripes' | 'checks' | 'blotches';

/** A filling of a surface. */
export interface Ink {
  readonly first: Colour;
  readonly second: Colour;
  readonly pattern: Pattern;
  /** direction along which the pattern runs, divided by its period in pixels */
  readonly along: readonly [x: number, y: number];
  /** shift along the direction, in periods */
  readonly phase: number;
  /** of blotches: values 0 to 1 on a grid of `GRID` x `GRID` */
  readonly grid: readonly number[];
}

const PATTERNS: readonly Pattern[] = ['plain', 'gradient', 'stripes', 'checks', 'blotches'];
const GRID = 8;

/** A colour drawn uniformly. */
export function drawColour(random: Random): Colour {
  return [255 * random.float(), 255 * random.float(), 255 * random.float()];
}

/** A direction drawn uniformly, as a vector of length 1. */
export function drawDirection(random: Random): [x: number, y: number] {
  for (;;) {
    const x = 2 * random.float() - 1;
    const y = 2 * random.float() - 1;
    const square = x * x + y * y;
    if (square > 0.01 && square <= 1) return [x / Math.sqrt(square), y / Math.sqrt(square)];
  }
}

/** An ink around a colour; the second colour differs from it by at most `spread` per channel before clipping. */
export function drawInk(random: Random, first: Colour, spread: number): Ink {
  const pattern = PATTERNS[random.integer(PATTERNS.length)];
  const shifted = (channel: number) => Math.min(255, Math.max(0, channel + spread * (2 * random.float() - 1)));
  const second: Colour = [shifted(first[0]), shifted(first[1]), shifted(first[2])];
  const [x, y] = drawDirection(random);
  const period = pattern === 'gradient' ? 40 : pattern === 'blotches' ? 3 + 4 * random.float() : 3 + 9 * random.float();
  return {
    first,
    second,
    pattern,
    along: [x / period, y / period],
    phase: random.float(),
    grid: pattern === 'blotches' ? Array.from({ length: GRID * GRID }, () => random.float()) : [],
  };
}

/** Share of the second colour at a pixel, 0 to 1. */
export function mixAt({ pattern, along, phase, grid }: Ink, x: number, y: number): number {
  const u = (x - CENTRE) * along[0] + (y - CENTRE) * along[1] + phase;
  const v = (y - CENTRE) * along[0] - (x - CENTRE) * along[1];
  switch (pattern) {
    case 'plain':
      return 0;
    case 'gradient':
      return Math.min(1, Math.max(0, u));
    case 'stripes':
      return wave(u);
    case 'checks':
      return Math.abs(wave(u) - wave(v));
    case 'blotches':
      return blotch(grid, u, v);
  }
}

/** A wave of period 1 between 0 and 1, with flat crests and troughs. */
function wave(u: number): number {
  const triangle = Math.abs(2 * (u - Math.floor(u)) - 1); // 1 to 0 to 1
  return Math.min(1, Math.max(0, 2 * triangle - 0.5));
}

/** Bilinear interpolation in a grid that repeats. */
function blotch(grid: readonly number[], u: number, v: number): number {
  const left = Math.floor(u);
  const top = Math.floor(v);
  const at = (x: number, y: number) => grid[(y & (GRID - 1)) * GRID + (x & (GRID - 1))];
  const upper = at(left, top) + (u - left) * (at(left + 1, top) - at(left, top));
  const lower = at(left, top + 1) + (u - left) * (at(left + 1, top + 1) - at(left, top + 1));
  return upper + (v - top) * (lower - upper);
}
