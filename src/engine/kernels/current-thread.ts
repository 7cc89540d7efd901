/** Which thread this instance of the kernels belongs to; instances share their memory, but not this. */

let current: i32 = 0;

/** The number of this thread, from 0. */
export function currentThread(): i32 {
  return current;
}

/** Says which thread runs from here on. */
export function setCurrentThread(thread: i32): void {
  current = thread;
}
