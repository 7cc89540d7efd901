/** The interpreter: all threads go through a program together, one instruction after the other. */
import { setCurrentThread } from './current-thread';
import { dispatch } from './dispatch';

// The control block, in bytes from its beginning: each word stands in a cache line of its own.
const ARRIVED = 0;
const GENERATION = 64;
const CLAIMED = 128;

/** How often a thread looks before it sleeps: some microseconds, which is what an uneven end of an instruction takes. */
const SPINS = 4000;

/** Items are claimed in this many portions a thread, so that a thread that was held up leaves its work to the others. */
const PORTIONS = 4;

/**
 * Carries out the program at an address: [code, words of arguments, items, arguments...]* and a 0. Every thread of 0 .. threads - 1 calls
 * this with the same program and the same `control`, a block of 256 bytes that was zeroed once; all return when all is done.
 */
export function run(program: usize, thread: i32, threads: i32, control: usize): void {
  setCurrentThread(thread);
  for (let code = load<i32>(program); code != 0; code = load<i32>(program)) {
    const items = load<i32>(program, 8);
    const words = program + 12;
    if (threads == 1) dispatch(code, 0, items, words);
    else {
      claimItems(code, items, words, threads, control);
      meet(threads, control);
    }
    program = words + (load<i32>(program, 4) << 2);
  }
}

function claimItems(code: i32, items: i32, words: usize, threads: i32, control: usize): void {
  const portion = max(1, items / (threads * PORTIONS));
  for (;;) {
    const begin = atomic.add<i32>(control + CLAIMED, portion);
    if (begin >= items) return;
    dispatch(code, begin, min(begin + portion, items), words);
  }
}

/** A barrier: the last thread to arrive begins a new generation, and the others wait for it. */
function meet(threads: i32, control: usize): void {
  const generation = atomic.load<i32>(control + GENERATION);
  if (atomic.add<i32>(control + ARRIVED, 1) == threads - 1) {
    atomic.store<i32>(control + ARRIVED, 0);
    atomic.store<i32>(control + CLAIMED, 0);
    atomic.add<i32>(control + GENERATION, 1);
    atomic.notify(control + GENERATION, threads);
    return;
  }
  for (let spins = 0; spins < SPINS; spins++) if (atomic.load<i32>(control + GENERATION) != generation) return;
  while (atomic.load<i32>(control + GENERATION) == generation) atomic.wait<i32>(control + GENERATION, generation, -1);
}
