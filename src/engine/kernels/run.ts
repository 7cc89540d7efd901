/** The interpreter: all threads go through a program together, one instruction after the other. */
import { setCurrentThread } from './current-thread';
import { dispatch } from './dispatch';

// The control block, in bytes from its beginning: each word stands in a cache line of its own.
const ARRIVED = 0;
const GENERATION = 64;
const THREADS = 128; // a block for every thread follows

// The block of a thread.
const THREAD_BLOCK = 256; // bytes
const CLAIMED = 0;
const TILE = 64;

/** How often a thread looks before it sleeps: some tens of microseconds, for waking up takes longer than that. */
const SPINS = 50000;

/**
 * Every thread has a share of the items, the same one in every instruction, so that it finds in its cache the images that it has just worked on.
 * It claims its share in this many portions, and then what is left of the others', so that nobody waits for a thread that was held up.
 */
const PORTIONS = 4;

/**
 * Carries out the program at an address: [code, words of arguments, items, arguments...]* and a 0. Every thread of 0 .. threads - 1 calls
 * this with the same program and the same `control`, a block of 128 + 256 * threads bytes that was zeroed once; all return when all is done.
 */
export function run(program: usize, thread: i32, threads: i32, control: usize): void {
  setCurrentThread(thread, blockOf(thread, control) + TILE);
  for (let code = load<i32>(program); code != 0; code = load<i32>(program)) {
    const items = load<i32>(program, 8);
    const words = program + 12;
    if (threads == 1) dispatch(code, 0, items, words);
    else {
      claimItems(code, items, words, thread, threads, control);
      meet(threads, control);
    }
    program = words + (load<i32>(program, 4) << 2);
  }
}

function claimItems(code: i32, items: i32, words: usize, thread: i32, threads: i32, control: usize): void {
  for (let turn = 0; turn < threads; turn++) {
    const owner = (thread + turn) % threads;
    const first = share(items, owner, threads);
    const last = share(items, owner + 1, threads);
    const portion = max(1, (last - first) / PORTIONS);
    const claimed = blockOf(owner, control) + CLAIMED;
    for (;;) {
      const begin = first + atomic.add<i32>(claimed, portion);
      if (begin >= last) break;
      dispatch(code, begin, min(begin + portion, last), words);
    }
  }
}

function blockOf(thread: i32, control: usize): usize {
  return control + THREADS + thread * THREAD_BLOCK;
}

/** The first item of a thread's share. */
function share(items: i32, thread: i32, threads: i32): i32 {
  return i32((<i64>items * thread) / threads);
}

/** A barrier: the last thread to arrive begins a new generation, and the others wait for it. */
function meet(threads: i32, control: usize): void {
  const generation = atomic.load<i32>(control + GENERATION);
  if (atomic.add<i32>(control + ARRIVED, 1) == threads - 1) {
    atomic.store<i32>(control + ARRIVED, 0);
    for (let thread = 0; thread < threads; thread++) atomic.store<i32>(blockOf(thread, control) + CLAIMED, 0);
    atomic.add<i32>(control + GENERATION, 1);
    atomic.notify(control + GENERATION, threads);
    return;
  }
  for (let spins = 0; spins < SPINS; spins++) if (atomic.load<i32>(control + GENERATION) != generation) return;
  while (atomic.load<i32>(control + GENERATION) == generation) atomic.wait<i32>(control + GENERATION, generation, -1);
}
