import { expect, it } from 'vitest';
import { pocketColour, pocketColours, scaleColour } from './colours.js';

const parts = (colour: string) => colour.match(/\d+/g)!.map(Number);
const grey = (colour: string) => {
  const [red, green, blue] = parts(colour);
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
};

it('grows brighter from low to high, so that it can be read without colours', () => {
  const steps = Array.from({ length: 50 }, (_, i) => grey(scaleColour(i / 49)));
  for (let i = 1; i < steps.length; i++) expect(steps[i]!).toBeGreaterThan(steps[i - 1]!);
  expect(scaleColour(-1)).toBe(scaleColour(0));
  expect(scaleColour(2)).toBe(scaleColour(1));
});

it('gives the largest pockets colours of their own', () => {
  expect(new Set(pocketColours).size).toBe(pocketColours.length);
  expect(pocketColour(99)).toBe(pocketColours.at(-1));
});
