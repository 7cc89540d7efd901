/** Figures of many points are drawn one after another, so that the first can be used while the others are drawn; before printing all are. */
import { flushSync } from 'svelte';

const waiting = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Does a piece of work when all before it are done, the first at once. Gives back what takes it out of the row. */
export function inTurn(work: () => void): () => void {
  if (timer === undefined) {
    work();
    timer = setTimeout(next);
  } else waiting.add(work);
  return () => waiting.delete(work);
}

function next(): void {
  timer = undefined;
  const [work] = waiting;
  if (work === undefined) return;
  waiting.delete(work);
  inTurn(work);
}

globalThis.addEventListener('beforeprint', () => {
  for (const work of waiting) work();
  waiting.clear();
  flushSync();
});
