import { expect, it } from 'vitest';
import { LissnasError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { EngineMemory, RESERVED } from './memory.js';

it('hands out aligned blocks that never overlap, and takes them back', () => {
  const memory = new EngineMemory();
  const random = createRandom(1);
  const taken: { address: number; bytes: number }[] = [];
  for (let step = 0; step < 2000; step++) {
    if (taken.length > 0 && random.integer(2) === 0) {
      const [block] = taken.splice(random.integer(taken.length), 1);
      memory.release(block!.address);
      continue;
    }
    const bytes = 1 + random.integer(20_000);
    const address = memory.take(bytes);
    expect(address % 64).toBe(0);
    expect(address).toBeGreaterThanOrEqual(RESERVED);
    expect(address + bytes).toBeLessThanOrEqual(memory.shared.buffer.byteLength);
    expect(taken.some((other) => address < other.address + other.bytes && other.address < address + bytes)).toBe(false);
    taken.push({ address, bytes });
  }
  const before = memory.shared.buffer.byteLength;
  for (const { address } of taken) memory.release(address);
  memory.take(before - RESERVED - 64); // all free blocks have become one again
  expect(memory.shared.buffer.byteLength).toBe(before);
});

it('shows all of the memory after it has grown', () => {
  const memory = new EngineMemory();
  const address = memory.take(4_000_000);
  memory.views.f32[address / 4 + 999_999] = 7;
  expect(memory.views.f32[address / 4 + 999_999]).toBe(7);
});

it('says what to do where there is no more, and goes on working', () => {
  const memory = new EngineMemory();
  expect(() => memory.take(5 * 2 ** 30)).toThrow(LissnasError);
  expect(() => memory.take(5 * 2 ** 30)).toThrow(/5\.00 GiB in one piece .* use a smaller batch or smaller images/);
  expect(memory.take(1000)).toBeGreaterThanOrEqual(RESERVED);
});

it('refuses to take back what it never handed out', () => {
  const memory = new EngineMemory();
  const address = memory.take(100);
  memory.release(address);
  expect(() => memory.release(address)).toThrow(LissnasError);
});
