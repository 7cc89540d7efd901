/** The interpreter by itself: what it does with memory, and instructions that wait for each other. */
import { afterAll, expect, it } from 'vitest';
import { kernelModule } from '../../kernels-binary.js';
import { encode, strides, Workbench } from './workbench.js';

const bench = await Workbench.open();
afterAll(() => bench.close());

it('keeps nothing of its own in the memory', () => {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 65_536, shared: true });
  new WebAssembly.Instance(kernelModule(), { env: { memory, abort() {} } });
  expect(new Int32Array(memory.buffer).every((word) => word === 0)).toBe(true);
});

it('instructions of one program see the results of those before them', () => {
  for (let repeat = 0; repeat < 20; repeat++) {
    bench.clear(repeat);
    const maps = Array.from({ length: 30 }, () => bench.map([7, 3, 3, 4]));
    const start = maps[0]!.values();
    const program = maps.slice(1).map((map, i) => {
      const from = strides('x', maps[i]!);
      // every second instruction turns to other items, so that no thread can go on with what it has written itself
      const other = i % 2 === 1 ? 1 : 7;
      const shape = other === 1 ? { height: 21, width: 3 } : { height: 3, width: 3 };
      return encode('copy', other, { ...from, ...strides('y', map), ...shape, channels: 4, add: 0 });
    });
    bench.runProgram(
      program,
      maps.slice(1).flatMap((map) => map.regions()),
    );
    expect(maps.at(-1)!.values()).toEqual(start);
  }
});

it('a program may be empty, and an instruction may have no items', () => {
  bench.clear(1);
  bench.runProgram([], []);
  const map = bench.map([1, 1, 1, 4]);
  const args = { ...strides('x', map), ...strides('y', map), height: 1, width: 1, channels: 4, add: 1 };
  bench.run('copy', 0, args, []);
});
