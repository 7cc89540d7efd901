/** The generated data set: its geometry, its promises, and that it cannot be told by colours and positions alone. */
import { describe, expect, test } from 'vitest';
import { refusal } from '../testing/files.js';
import { createShapes } from './create-shapes.js';
import type { Ink } from './ink.js';
import { createCanvas, render } from './render.js';
import { SIDE } from './side.js';
import { silhouettes } from './silhouettes.js';

/** Area of what two discs with these radii share whose centres are so far apart. */
function lens(r: number, s: number, apart: number): number {
  const a = (apart ** 2 + r ** 2 - s ** 2) / (2 * apart);
  const b = apart - a;
  return (
    r ** 2 * Math.acos(a / r) -
    a * Math.sqrt(r ** 2 - a ** 2) +
    s ** 2 * Math.acos(b / s) -
    b * Math.sqrt(s ** 2 - b ** 2)
  );
}

/** Areas from elementary geometry. */
const areas: Readonly<Record<keyof typeof silhouettes, number>> = {
  disc: Math.PI * 0.9 ** 2,
  'half-disc': Math.PI / 2,
  crescent: Math.PI * 0.95 ** 2 - lens(0.95, 0.75, 0.45),
  triangle: (3 * Math.sqrt(3)) / 4, // circumradius 1
  square: 1.5 ** 2,
  hexagon: 2 * Math.sqrt(3) * 0.85 ** 2,
  star: 10 * 0.5 * Math.sin(Math.PI / 5) * (Math.cos((2 * Math.PI) / 5) / Math.cos(Math.PI / 5)), // ten triangles from the centre
  cross: 2 * 0.6 * 1.9 - 0.6 ** 2,
  chevron: 1.6 * (2 * 0.28 * Math.SQRT2),
  curl: 2 * (1.5 * Math.PI * 0.42) * 0.4 + Math.PI * 0.2 ** 2, // stroke and two half-round ends
};

describe('silhouettes', () => {
  test.each(
    Object.entries(silhouettes),
  )('%s has its area, lies within 1.2 units, and is no longer than the distance', (name, at) => {
    const cell = 0.01;
    let inside = 0;
    let wrong = '';
    for (let y = -1.5 + cell / 2; y < 1.5; y += cell) {
      for (let x = -1.5 + cell / 2; x < 1.5; x += cell) {
        const distance = at(x, y);
        if (distance < 0) inside++;
        if (distance <= 0 && Math.hypot(x, y) > 1.2) wrong = `reaches ${x} ${y}`;
        if (Math.abs(at(x + cell, y + cell / 2) - distance) > 1.000001 * Math.hypot(cell, cell / 2))
          wrong = `steep at ${x} ${y}`;
      }
    }
    expect(wrong).toBe('');
    expect(inside * cell ** 2).toBeCloseTo(areas[name as keyof typeof silhouettes], 2);
  });
});

test('a figure covers the pixels of its area in its colour', () => {
  const plain = (first: Ink['first']): Ink => ({
    first,
    second: first,
    pattern: 'plain',
    along: [1, 0],
    phase: 0,
    grid: [],
  });
  const figure = {
    silhouette: silhouettes.disc,
    ink: plain([200, 0, 0]),
    centre: [15.3, 16.1],
    scale: [10, 8],
  } as const;
  const still = { light: [0, 0], blurred: false, noise: 0, noiseSeed: 1 } as const;
  const whole = {
    ...figure,
    axis: [0.6, 0.8],
    handed: 1,
    outline: Number.POSITIVE_INFINITY,
    cut: Number.POSITIVE_INFINITY,
  } as const;
  const pixels = new Uint8ClampedArray(3 * SIDE * SIDE);
  const covered = (figures: Parameters<typeof render>[0]['figures'], blurred = false) => {
    render({ ...still, blurred, background: plain([0, 100, 0]), figures }, createCanvas(), pixels);
    let sum = 0;
    for (let i = 0; i < pixels.length; i += 3) sum += pixels[i] / 200;
    return sum;
  };
  const ellipse = Math.PI * 0.9 ** 2 * 10 * 8;
  expect(covered([])).toBe(0);
  expect(Math.abs(covered([whole]) / ellipse - 1)).toBeLessThan(0.01);
  expect([...pixels.subarray(0, 3)]).toEqual([0, 100, 0]);
  expect([...pixels.subarray(3 * (16 * SIDE + 15), 3 * (16 * SIDE + 16))]).toEqual([200, 0, 0]);
  expect(Math.abs(covered([whole], true) / ellipse - 1)).toBeLessThan(0.01);
  expect(Math.abs(covered([{ ...whole, cut: 0 }]) / ellipse - 0.5)).toBeLessThan(0.01);
  const round = { ...whole, scale: [10, 10] } as const;
  const ring = Math.PI * (9 ** 2 - 7 ** 2);
  expect(Math.abs(covered([{ ...round, outline: 2 }]) / ring - 1)).toBeLessThan(0.02);
});

describe('createShapes', () => {
  test('an image depends on the random seed, the part and its number alone', () => {
    const small = createShapes({ size: 20, randomSeed: 1 });
    const large = createShapes({ size: 30, randomSeed: 1 });
    expect(Buffer.compare(large.pixels.subarray(0, 20 * 3072), small.pixels)).toBe(0);
    expect([...large.labels]).toEqual(Array.from({ length: 30 }, (_, i) => i % 10));
    const others = [createShapes({ size: 20, randomSeed: 2 }), createShapes({ size: 20, randomSeed: 1, part: 'test' })];
    expect(new Set([small, ...others].map(({ sha256 }) => sha256)).size).toBe(3);
    expect(createShapes({ size: 20, randomSeed: 1 }).sha256).toBe(small.sha256);
    expect(createShapes({ size: 6, randomSeed: 1, classes: 3 }).classes).toEqual(['disc', 'half-disc', 'crescent']);
  });

  test('the bits are those of every other machine', () => {
    expect(createShapes({ size: 500, randomSeed: 1 }).sha256).toBe(
      '6faa8129a4f9e2e0eab7e0a6eaa873cc90727cc5c09e73a2707acb8fe052fcfe',
    );
  });

  test('no image occurs twice, not in the other part either', () => {
    const images = (['train', 'test'] as const).flatMap((part) => {
      const { pixels, size } = createShapes({ size: 400, randomSeed: 4, part });
      return Array.from({ length: size }, (_, i) =>
        Buffer.from(pixels.subarray(i * 3072, i * 3072 + 300)).toString('latin1'),
      );
    });
    expect(new Set(images).size).toBe(800);
  });

  test('the nearest class mean, a linear classifier, knows little more than chance', () => {
    const train = createShapes({ size: 2000, randomSeed: 1 });
    const means = Array.from({ length: 10 }, () => new Float64Array(3072));
    for (let i = 0; i < train.size; i++) {
      const mean = means[train.labels[i]];
      for (let at = 0; at < 3072; at++) mean[at] += train.pixels[i * 3072 + at] / 200;
    }
    const test = createShapes({ size: 500, randomSeed: 1, part: 'test' });
    let correct = 0;
    for (let i = 0; i < test.size; i++) {
      const distances = means.map((mean) => {
        let sum = 0;
        for (let at = 0; at < 3072; at++) sum += (test.pixels[i * 3072 + at] - mean[at]) ** 2;
        return sum;
      });
      if (distances.indexOf(Math.min(...distances)) === test.labels[i]) correct++;
    }
    expect(correct / test.size).toBeLessThan(0.17);
  });

  test('impossible settings are refused', async () => {
    expect(await refusal(() => createShapes({ size: 0, randomSeed: 1 }))).toMatch(
      /size of the shapes data set is 0; .* from 1 to 651041/,
    );
    expect(await refusal(() => createShapes({ size: 1e6, randomSeed: 1 }))).toMatch(/is 1000000/);
    expect(await refusal(() => createShapes({ size: 5, randomSeed: 1, classes: 11 }))).toMatch(
      /shapes with 11 classes; .* 2 to 10/,
    );
  });
});
