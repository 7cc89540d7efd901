/** Names that must not meet. */

/** A function that gives every wanted name, with `_2`, `_3`, ... behind those that were given or reserved before. */
export function uniqueNames(reserved: Iterable<string> = []): (wanted: string) => string {
  const taken = new Set(reserved);
  return (wanted) => {
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
    taken.add(name);
    return name;
  };
}
