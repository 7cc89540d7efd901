/** Sets of numbers joined where they overlap. */

/** The union of the sets that overlap, directly or by way of others; ascending, the group with the least number first. */
export function linkedGroups(sets: readonly (readonly number[])[]): number[][] {
  const groups: Set<number>[] = [];
  for (const set of sets) {
    if (set.length === 0) continue;
    const joined = new Set(set);
    for (let i = groups.length - 1; i >= 0; i--) {
      if (!set.some((own) => groups[i]!.has(own))) continue;
      for (const own of groups[i]!) joined.add(own);
      groups.splice(i, 1);
    }
    groups.push(joined);
  }
  return groups.map((group) => [...group].sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!);
}
