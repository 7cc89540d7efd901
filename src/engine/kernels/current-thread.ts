/** Which thread this instance of the kernels belongs to; instances share their memory, but not this. */

let current: i32 = 0;
let tile: usize = 0;

/** The number of this thread, from 0. */
export function currentThread(): i32 {
  return current;
}

/** 160 bytes that belong to this thread alone. */
export function tileOfThread(): usize {
  return tile;
}

/** Says which thread runs from here on, and where it has 160 bytes of its own. */
export function setCurrentThread(thread: i32, ownTile: usize): void {
  current = thread;
  tile = ownTile;
}
