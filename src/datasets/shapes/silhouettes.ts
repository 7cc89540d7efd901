/**
 * The ten silhouettes as signed distances: negative inside, positive outside, exact or a lower bound near the outline. Each fills about the
 * unit circle around the origin. Union is the minimum of two distances, intersection the maximum, the complement the negative.
 * Only + - * / and square roots occur here and in the rest of the folder: they give the same bits on every machine, sines would not.
 */

/** Signed distance of a point; a silhouette is this function. */
export type Silhouette = (x: number, y: number) => number;

const length = (x: number, y: number) => Math.sqrt(x * x + y * y);

const COS_30 = Math.sqrt(3) / 2;
const COS_36 = (Math.sqrt(5) + 1) / 4;
const COS_72 = (Math.sqrt(5) - 1) / 4;
const SIN_36 = Math.sqrt(1 - COS_36 * COS_36);
const SIN_72 = Math.sqrt(1 - COS_72 * COS_72);

function disc(x: number, y: number): number {
  return length(x, y) - 0.9;
}

function halfDisc(x: number, y: number): number {
  return Math.max(length(x, y + 0.4) - 1, -0.4 - y);
}

/** A disc without a second one that lies to its right. */
function crescent(x: number, y: number): number {
  return Math.max(length(x, y) - 0.95, 0.75 - length(x - 0.45, y));
}

function triangle(x: number, y: number): number {
  return Math.max(-y, y / 2 + COS_30 * Math.abs(x)) - 0.5;
}

function square(x: number, y: number): number {
  return Math.max(Math.abs(x), Math.abs(y)) - 0.75;
}

function hexagon(x: number, y: number): number {
  return Math.max(Math.abs(y), Math.abs(y) / 2 + COS_30 * Math.abs(x)) - 0.85;
}

/** The pentagram: inside of at least four of its five lines, so the second largest distance from them decides. */
function star(x: number, y: number): number {
  const right = Math.abs(x); // so that of each mirrored pair of lines the right one is further
  const upRight = SIN_72 * right + COS_72 * y;
  const upLeft = COS_72 * y - SIN_72 * right;
  const downRight = SIN_36 * right - COS_36 * y;
  const downLeft = -SIN_36 * right - COS_36 * y;
  const largest = Math.max(upRight, downRight);
  const second = Math.max(Math.min(upRight, downRight), upLeft, downLeft);
  return Math.max(second, Math.min(largest, y)) - COS_72;
}

function cross(x: number, y: number): number {
  const [a, b] = [Math.abs(x), Math.abs(y)];
  return Math.min(Math.max(a - 0.3, b - 0.95), Math.max(b - 0.3, a - 0.95));
}

function chevron(x: number, y: number): number {
  const side = Math.abs(x);
  return Math.max(Math.abs(y + side - 0.4) * Math.SQRT1_2 - 0.28, side - 0.8);
}

/** A stroke along two arcs of three quarters of a circle each, joined to an S. It is its own half turn. */
function curl(x: number, y: number): number {
  const [u, v] = y < 0 ? [-x, -y] : [x, y];
  const onUpperArc = u <= 0 || v >= 0.42;
  const centreLine = onUpperArc
    ? Math.abs(length(u, v - 0.42) - 0.42)
    : Math.min(length(u - 0.42, v - 0.42), length(u, v + 0.42) - 0.42);
  return centreLine - 0.2;
}

/** The classes of the data set, in the order of their labels. */
export const silhouettes = {
  disc,
  'half-disc': halfDisc,
  crescent,
  triangle,
  square,
  hexagon,
  star,
  cross,
  chevron,
  curl,
} as const satisfies Record<string, Silhouette>;
