/** The dimensions of a space file by the names that its network uses, and which of them it has used. */
import { nearest } from '../spaces/nearest.js';
import type { Choice } from '../spaces/space.js';
import type { Refuse } from './refuse.js';

/** The dimensions that one entry of the file stands for. */
export interface Family {
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly choices: readonly Choice[] }[];
}

/** A dimension that something depends on. */
export interface ChosenDimension {
  readonly name: string;
  /** in the space */
  readonly index: number;
  readonly choices: readonly Choice[];
}

/** Finds the dimension of a name. @throws InputError where there is none, or none is left */
export type FindDimension = (name: string, path: readonly PropertyKey[]) => ChosenDimension;

/** A repeated dimension goes by its common name: then whoever mentions it takes its next member. */
export class DimensionNames {
  private readonly dimensions: readonly ChosenDimension[];
  private readonly used = new Set<number>();
  private readonly taken = new Map<string, number>();

  constructor(
    private readonly families: readonly Family[],
    private readonly refuse: Refuse,
  ) {
    this.dimensions = families
      .flatMap(({ members }) => members)
      .map(({ name, choices }, index) => ({ name, index, choices }));
  }

  /** For something that may mention a repeated dimension more than once and means the same member each time; `who` names it in complaints. */
  finder(who: string): FindDimension {
    const members = new Map<string, string>();
    return (name, path) => {
      const own = this.dimensions.find((dimension) => dimension.name === name);
      if (own !== undefined) return this.use(own);
      const family = this.families.find((candidate) => candidate.name === name);
      if (family === undefined) {
        const known = [...this.dimensions.map((dimension) => dimension.name), ...this.repeated()];
        return this.refuse(`${who} mentions the unknown dimension "${name}"; ${nearest(name, known)}`, path);
      }
      const member = members.get(name) ?? this.next(family, who, path);
      members.set(name, member);
      return this.use(this.dimensions.find((dimension) => dimension.name === member)!);
    };
  }

  /** The first dimension that nothing has mentioned, and the entry of the file that it comes from. */
  unused(): { readonly dimension: string; readonly family: string } | undefined {
    const left = this.dimensions.find(({ index }) => !this.used.has(index));
    if (left === undefined) return undefined;
    const family = this.families.find(({ members }) => members.some(({ name }) => name === left.name))!;
    return { dimension: left.name, family: family.name };
  }

  private use(dimension: ChosenDimension): ChosenDimension {
    this.used.add(dimension.index);
    return dimension;
  }

  private next({ name, members }: Family, who: string, path: readonly PropertyKey[]): string {
    const count = this.taken.get(name) ?? 0;
    this.taken.set(name, count + 1);
    return (
      members[count]?.name ??
      this.refuse(`${who} needs another "${name}", but the ${members.length} of them are used up before it`, path)
    );
  }

  private repeated(): string[] {
    return this.families.filter(({ name, members }) => members[0]!.name !== name).map(({ name }) => name);
  }
}
