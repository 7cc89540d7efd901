/** Help for mistyped names. */

/** Advice after an unknown name: the closest known one, where one is close, and all that are known. */
export function nearest(name: string, known: readonly string[]): string {
  const shown =
    known.length <= 20 ? known.join(', ') : `${known.slice(0, 20).join(', ')} and ${known.length - 20} more`;
  const distances = known.map((candidate) => typingDistance(name.toLowerCase(), candidate.toLowerCase()));
  const least = Math.min(...distances);
  const close = least <= Math.max(2, Math.floor(name.length / 3)) ? known[distances.indexOf(least)] : undefined;
  return close === undefined ? `known are ${shown}` : `did you mean "${close}"? Known are ${shown}`;
}

/** Insertions, deletions and replacements of characters that turn `a` into `b` (Levenshtein), of the first 64 characters. */
function typingDistance(a: string, b: string): number {
  const from = a.slice(0, 64);
  const to = b.slice(0, 64);
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
