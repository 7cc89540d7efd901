import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { forEachEdit } from '../spaces/edits.js';
import { fitLocalityModel, restoreLocalityModel } from './gaussian-process.js';
import { Neighbourhood } from './neighbourhood.js';
import { measurements, shapes, spaceOf } from './testing/problems.js';

describe.each(shapes)('neighbourhood: %s', (_, counts) => {
  const space = spaceOf(counts);
  const { architectures, accuracies } = measurements(space, 40, 2);
  const model = fitLocalityModel(space, architectures, accuracies);

  it('knows the mean of an architecture and of all its neighbours', () => {
    const neighbourhood = new Neighbourhood(model);
    const codes = new Uint8Array(counts.length);
    let met = 0;
    for (const architecture of [...measurements(space, 5, 3).architectures, architectures[0]!]) {
      codes.set(architecture);
      expect(neighbourhood.moveTo(codes)).toBeCloseTo(model.mean(codes), 8);
      forEachEdit(space, codes, (d, choice) => {
        met++;
        if (Math.abs(neighbourhood.meanAfter(d, choice) - model.mean(codes)) > 1e-8) expect.unreachable();
      });
    }
    expect(met).toBeGreaterThan(5);
  });

  it('still does after 50 single steps', () => {
    const neighbourhood = new Neighbourhood(model);
    const random = createRandom(4);
    const codes = Uint8Array.from(space.sample(random));
    neighbourhood.moveTo(codes);
    for (let step = 0; step < 50; step++) {
      const edits: [number, number][] = [];
      forEachEdit(space, codes, (d, choice) => edits.push([d, choice]));
      const [d, choice] = edits[random.integer(edits.length)]!;
      const expected = model.mean(codes.with(d, choice));
      expect(neighbourhood.meanAfterStep(d, choice)).toBeCloseTo(expected, 8);
      neighbourhood.step(d, choice);
      codes[d] = choice;
    }
    neighbourhood.moveTo(codes); // and the quick way is whole again
    forEachEdit(space, codes, (d, choice) => {
      if (Math.abs(neighbourhood.meanAfter(d, choice) - model.mean(codes)) > 1e-8) expect.unreachable();
    });
  });
});

it('stays finite where similarities are too small for a number', () => {
  const space = spaceOf([-250, 3]);
  const { architectures, accuracies } = measurements(space, 30, 5);
  const weights = [Array.from({ length: 250 }, (_, c) => (c === 249 ? 0 : 7)), [1, 1, 1]];
  const model = restoreLocalityModel(space, architectures, accuracies, { weights, noise: 0.01 });
  const neighbourhood = new Neighbourhood(model);
  for (const codes of measurements(space, 50, 6).architectures.map((a) => Uint8Array.from(a))) {
    neighbourhood.moveTo(codes);
    forEachEdit(space, codes, (d, choice) => {
      expect(neighbourhood.meanAfter(d, choice)).toBeCloseTo(model.mean(codes), 6);
    });
    expect(Number.isFinite(neighbourhood.meanAfterStep(1, 0))).toBe(true);
  }
});
