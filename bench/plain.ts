/** Plain JavaScript that does what the product does without any of its ideas: the peers to beat. */
import type { LocalityModel } from '../src/predictors/gaussian-process.js';
import type { Codes } from '../src/spaces/space.js';

/** All architectures one edit away, every dimension with the same number of choices. */
export function neighboursByCopying(codes: ArrayLike<number>, choices: number): number[][] {
  const found: number[][] = [];
  for (let d = 0; d < codes.length; d++) {
    for (let choice = 0; choice < choices; choice++) {
      if (choice === codes[d]) continue;
      const copy = Array.from(codes);
      copy[d] = choice;
      found.push(copy);
    }
  }
  return found;
}

/** Best-first growth that predicts every neighbour by itself, with a set of strings and a binary heap of objects. */
export function growOneByOne(model: LocalityModel, seeds: readonly Codes[], size: number): number[][] {
  const choices = model.space.dimensions[0]!.choices.length;
  const seen = new Set<string>();
  const heap: { codes: number[]; mean: number }[] = [];
  const meet = (codes: number[]) => {
    const key = codes.join();
    if (seen.has(key)) return;
    seen.add(key);
    push(heap, { codes, mean: model.mean(codes) });
  };
  for (const seed of seeds) meet(Array.from(seed));
  const members: number[][] = [];
  while (members.length < size && heap.length > 0) {
    const { codes } = pop(heap);
    members.push(codes);
    for (const neighbour of neighboursByCopying(codes, choices)) meet(neighbour);
  }
  return members;
}

function push<T extends { mean: number }>(heap: T[], entry: T): void {
  heap.push(entry);
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.mean >= heap[at]!.mean) return;
    [heap[parent], heap[at]] = [heap[at]!, heap[parent]!];
    at = parent;
  }
}

function pop<T extends { mean: number }>(heap: T[]): T {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  heap[0] = last;
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    if (left >= heap.length) return first;
    const child = left + 1 < heap.length && heap[left + 1]!.mean > heap[left]!.mean ? left + 1 : left;
    if (heap[at]!.mean >= heap[child]!.mean) return first;
    [heap[at], heap[child]] = [heap[child]!, heap[at]!];
    at = child;
  }
}

/** Kendall's tau-b by its definition. */
export function kendallTauOfAllPairs(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let surplus = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const a = Math.sign(x[i]! - x[j]!);
      const b = Math.sign(y[i]! - y[j]!);
      surplus += a * b;
      untiedX += a * a;
      untiedY += b * b;
    }
  }
  return surplus / Math.sqrt(untiedX) / Math.sqrt(untiedY);
}

/** A table of text as arrays of cells, without quotes, checks or anything else. */
export function splitCsv(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((row) => row.split(','));
}
