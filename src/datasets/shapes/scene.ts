/** What an image shows, drawn at random: a figure of the class between clutter, in front of a background. */
import type { Random } from '../../math/random.js';
import { type Colour, drawColour, drawDirection, drawInk, type Ink } from './ink.js';
import { CENTRE } from './side.js';
import { type Silhouette, silhouettes } from './silhouettes.js';

/** A silhouette somewhere in the image. */
export interface Figure {
  readonly silhouette: Silhouette;
  readonly ink: Ink;
  /** of its origin, in pixels */
  readonly centre: readonly [x: number, y: number];
  /** pixels per unit along the axes of the silhouette; the first is the larger one */
  readonly scale: readonly [x: number, y: number];
  /** its x axis in the image, of length 1 */
  readonly axis: readonly [x: number, y: number];
  /** 1, or -1 where it is mirrored */
  readonly handed: number;
  /** width of the outline in pixels; infinite where the figure is filled */
  readonly outline: number;
  /** what is left of it: points with this first coordinate or less, in its own units */
  readonly cut: number;
}

/** Everything that decides an image. */
export interface Scene {
  readonly background: Ink;
  /** from back to front */
  readonly figures: readonly Figure[];
  /** added across the image from one side to the other, in grey levels: -light to light */
  readonly light: readonly [x: number, y: number];
  readonly blurred: boolean;
  /** standard deviation in grey levels */
  readonly noise: number;
  /** not zero */
  readonly noiseSeed: number;
}

const all: readonly Silhouette[] = Object.values(silhouettes);

/** Between two numbers, uniformly. */
function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.float();
}

/**
 * A scene whose figure has the silhouette with this index. Each has a hardness of its own, 0 to 1, so that weak networks learn the easy ones
 * soon and good networks still fail at some: it adds clutter, bars, noise and patterns, and makes the figure smaller, flatter, hollow, paler
 * or darker than what is around it.
 */
export function drawScene(label: number, random: Random): Scene {
  const hardness = random.float();
  const [ground, colour] = drawContrast(random, 280 - 220 * hardness, hardness < 0.4);
  const background = drawInk(random, ground, 20 + 90 * hardness);
  const figure = drawFigure(label, colour, hardness, random);
  const upTo = (most: number) => random.integer(1 + Math.round(most * hardness));
  const behind = Array.from({ length: upTo(6) }, () => drawFragment(random, figure));
  const bars = Array.from({ length: upTo(3) }, () => drawBar(random, figure));
  const before = Array.from({ length: upTo(2) }, () => drawFragment(random, figure));
  const [x, y] = drawDirection(random);
  const light = between(random, 0, 50 * hardness);
  return {
    background,
    figures: [...behind, figure, ...bars, ...before],
    light: [x * light, y * light],
    blurred: 2 * random.float() < hardness,
    noise: 2 + between(random, 0.5, 1) * 28 * hardness,
    noiseSeed: 1 + random.integer(0x7ffffffe),
  };
}

/** The figure that the image is about: the largest of all, and whole inside the image but for its tips. */
function drawFigure(label: number, colour: Colour, hardness: number, random: Random): Figure {
  const radius = between(random, 11 - 4.5 * hardness, 13 - hardness);
  const room = CENTRE - radius + 2;
  return {
    silhouette: all[label],
    ink: drawInk(random, colour, 15 + 65 * hardness),
    centre: [CENTRE + between(random, -room, room), CENTRE + between(random, -room, room)],
    scale: [radius, radius * between(random, 1 - 0.3 * hardness, 1)],
    axis: drawDirection(random),
    handed: random.integer(2) === 0 ? 1 : -1,
    outline: 2 * random.float() < hardness ? between(random, 2, 3) : Number.POSITIVE_INFINITY,
    cut: Number.POSITIVE_INFINITY,
  };
}

/** A part of a small figure of any class, near the border of the one that counts or anywhere else. */
function drawFragment(random: Random, { centre, scale }: Figure): Figure {
  const radius = between(random, 2.5, 5);
  const [x, y] = drawDirection(random);
  const distance = scale[0] + radius * between(random, 0, 1.5);
  return {
    silhouette: all[random.integer(all.length)],
    ink: drawInk(random, drawColour(random), 70),
    centre: [centre[0] + x * distance, centre[1] + y * distance],
    scale: [radius, radius * between(random, 0.6, 1)],
    axis: drawDirection(random),
    handed: 1,
    outline: Number.POSITIVE_INFINITY,
    cut: between(random, -0.2, 0.6),
  };
}

/** A bar across the figure. */
function drawBar(random: Random, { centre, scale }: Figure): Figure {
  const [x, y] = drawDirection(random);
  const distance = scale[0] * between(random, -0.9, 0.9);
  return {
    silhouette: silhouettes.square,
    ink: drawInk(random, drawColour(random), 70),
    centre: [centre[0] - y * distance, centre[1] + x * distance],
    scale: [between(random, 8, 20), between(random, 1.2, 2.4)],
    axis: [x, y],
    handed: 1,
    outline: Number.POSITIVE_INFINITY,
    cut: Number.POSITIVE_INFINITY,
  };
}

/** Two colours whose sums over the channels differ by at least `least` grey levels; the second one is brighter, or either. */
function drawContrast(random: Random, least: number, ordered: boolean): readonly [Colour, Colour] {
  for (;;) {
    const [one, other] = [drawColour(random), drawColour(random)];
    const brighter = other[0] + other[1] + other[2] - one[0] - one[1] - one[2];
    if (Math.abs(brighter) >= least) return ordered && brighter < 0 ? [other, one] : [one, other];
  }
}
