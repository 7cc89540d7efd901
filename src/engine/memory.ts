/** The engine's memory: one shared WebAssembly memory that grows as needed, and the blocks that are taken from it. */
import { LissnasError } from '../errors.js';

const PAGE = 65_536; // bytes
const MOST_PAGES = 65_535; // all but the last page that 32-bit addresses reach, so that no end of a block wraps around to 0
const ALIGNMENT = 64; // bytes; a cache line

/** So many can work on one memory. */
export const MOST_THREADS = 64;

/** Bytes below this address are never handed out: the kernels' constants lie at their beginning, the threads' control words at their end. */
export const RESERVED = PAGE;

/** Where the last reserved bytes begin, which belong to the threads: 512 bytes, and 256 for each of them. */
export const CONTROL_BLOCK = RESERVED - 512 - 256 * MOST_THREADS;

/** The whole memory as arrays. */
export interface Views {
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i32: Int32Array;
}

/** A memory with a list of free blocks. Addresses are bytes; views go stale when the memory grows, so ask for them anew. */
export class EngineMemory {
  readonly shared = new WebAssembly.Memory({ initial: 16, maximum: MOST_PAGES, shared: true });
  #free: { address: number; bytes: number }[] = [{ address: RESERVED, bytes: 16 * PAGE - RESERVED }]; // ascending, never adjacent
  readonly #taken = new Map<number, number>();
  #views: Views | undefined;

  /** Views of the whole memory as it is now. */
  get views(): Views {
    const { buffer } = this.shared;
    if (this.#views?.f32.buffer !== buffer) {
      this.#views = { f32: new Float32Array(buffer), f64: new Float64Array(buffer), i32: new Int32Array(buffer) };
    }
    return this.#views as Views;
  }

  /** The address of a new block, aligned to a cache line; its content is undefined. @throws LissnasError with code `memory` where there is none */
  take(bytes: number): number {
    const wanted = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    let index = this.#free.findIndex((block) => block.bytes >= wanted);
    if (index < 0) {
      this.#grow(wanted);
      index = this.#free.findIndex((block) => block.bytes >= wanted);
    }
    const block = this.#free[index]!;
    const { address } = block;
    if (block.bytes === wanted) this.#free.splice(index, 1);
    else this.#free[index] = { address: address + wanted, bytes: block.bytes - wanted };
    this.#taken.set(address, wanted);
    return address;
  }

  /** Gives a block back. */
  release(address: number): void {
    const bytes = this.#taken.get(address);
    if (bytes === undefined) throw new LissnasError('memory', `no block of the engine's memory begins at ${address}`);
    this.#taken.delete(address);
    this.#insert(address, bytes);
  }

  #insert(address: number, bytes: number): void {
    const next = this.#free.findIndex((block) => block.address > address);
    const at = next < 0 ? this.#free.length : next;
    const before = this.#free[at - 1];
    const after = this.#free[at];
    const joinsBefore = before !== undefined && before.address + before.bytes === address;
    const joinsAfter = after !== undefined && address + bytes === after.address;
    const start = joinsBefore ? before.address : address;
    const end = joinsAfter ? after.address + after.bytes : address + bytes;
    const from = joinsBefore ? at - 1 : at;
    this.#free.splice(from, Number(joinsBefore) + Number(joinsAfter), { address: start, bytes: end - start });
  }

  #grow(wanted: number): void {
    const end = this.shared.buffer.byteLength;
    const last = this.#free.at(-1);
    const atEnd = last !== undefined && last.address + last.bytes === end ? last.bytes : 0;
    const needed = Math.ceil((wanted - atEnd) / PAGE);
    const room = MOST_PAGES - end / PAGE;
    const ample = Math.min(room, Math.max(needed, Math.ceil(end / PAGE / 4))); // a quarter more each time
    if (needed > room || !(this.#growBy(ample) || this.#growBy(needed))) {
      const size = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
      throw new LissnasError(
        'memory',
        `training needs ${size(wanted)} in one piece beside the ${size(end - atEnd)} in use, and that is more than can be had; use a smaller batch or smaller images`,
      );
    }
    this.#insert(end, this.shared.buffer.byteLength - end);
  }

  #growBy(pages: number): boolean {
    try {
      this.shared.grow(pages);
      return true;
    } catch {
      return false; // RangeError: the machine has no more
    }
  }
}
