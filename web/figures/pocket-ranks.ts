/** Pockets by their size. */

/** The rank of each pocket, 0 for the largest; of equal ones the first. */
export function rankOfPockets(pocketOf: ArrayLike<number>): number[] {
  const sizes: number[] = [];
  for (let i = 0; i < pocketOf.length; i++) sizes[pocketOf[i]!] = (sizes[pocketOf[i]!] ?? 0) + 1;
  const ranks: number[] = [];
  [...sizes.keys()]
    .sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b)
    .forEach((pocket, rank) => {
      ranks[pocket] = rank;
    });
  return ranks;
}
