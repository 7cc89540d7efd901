import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { Frontier } from './frontier.js';

/** The same promises kept by a plain sorted array that never forgets. */
class Plain {
  readonly #entries: [key: number, id: number][] = [];
  push(key: number, id: number) {
    this.#entries.push([key, id]);
    this.#entries.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  }
  get size() {
    return this.#entries.length;
  }
  pop(): [number, number] {
    return this.#entries.shift()!;
  }
}

it('gives out what a sorted array would, the older of equals first, as long as any are wanted', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant('pop' as const)), { maxLength: 300 });
  fc.assert(
    fc.property(steps, (program) => {
      const [frontier, plain] = [new Frontier(), new Plain()];
      let wanted = program.filter((step) => step === 'pop').length + 1;
      program.forEach((step, id) => {
        if (step !== 'pop') {
          frontier.push(step, id, wanted);
          plain.push(step, id);
        } else if (plain.size > 0) {
          const key = frontier.firstKey;
          expect([key, frontier.pop()]).toEqual(plain.pop());
          wanted--;
        }
        expect(frontier.size).toBe(plain.size);
      });
    }),
    { numRuns: 200 },
  );
});

it('forgets what can never be wanted, and nothing else', () => {
  for (const levels of [5, 1e9]) {
    const random = createRandom(levels);
    const [frontier, plain] = [new Frontier(), new Plain()];
    let id = 0;
    for (let wanted = 40; wanted > 0; wanted--) {
      for (let i = 0; i < 200; i++) {
        const key = random.integer(levels);
        frontier.push(key, id, wanted);
        plain.push(key, id++);
        expect(frontier.size).toBeLessThanOrEqual(2 * wanted + 1024);
      }
      const key = frontier.firstKey;
      expect([key, frontier.pop()]).toEqual(plain.pop());
    }
    expect(frontier.cutoff).toBeGreaterThan(0);
  }
});

it('still gives out every one that was wanted after it has forgotten', () => {
  const random = createRandom(3);
  for (const levels of [3, 40, 1e9]) {
    const [frontier, plain] = [new Frontier(), new Plain()];
    for (let id = 0; id < 1625; id++) {
      // once it holds 1625 it forgets
      const key = random.integer(levels);
      frontier.push(key, id, 300);
      plain.push(key, id);
    }
    for (let popped = 0; popped < 300; popped++) {
      const key = frontier.firstKey;
      expect([key, frontier.pop()]).toEqual(plain.pop());
    }
  }
});

it('stays quick and small where all keys are equal', () => {
  const frontier = new Frontier();
  const started = performance.now();
  for (let id = 0; id < 200_000; id++) frontier.push(1, id, 20_000);
  expect(performance.now() - started).toBeLessThan(2000); // sorting at every push takes minutes
  expect(frontier.size).toBeLessThanOrEqual(41_024);
  for (let id = 0; id < 20_000; id++) if (frontier.pop() !== id) expect.unreachable();
});
