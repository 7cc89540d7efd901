/**
 * Exact counting and exactly uniform sampling of the points that break no forbidden rule.
 *
 * Rules that share no dimension are independent, so the count is a product over connected groups of rules. A group is
 * counted by branching on its most mentioned dimension: choices that match the same rules leave the same smaller
 * problem. Equal smaller problems are counted once. The record of the branching is kept, and sampling walks down it.
 */
import { LissnasError } from '../errors.js';
import type { Random } from '../math/random.js';
import type { Rule, Term } from './forbidden.js';

/** Independent parts: any combination of points of the groups and of choices of the free dimensions is valid. */
interface Product {
  readonly count: bigint;
  readonly groups: readonly Group[];
  /** dimensions that no remaining rule mentions */
  readonly free: readonly number[];
}

/** Rules tied together by shared dimensions, resolved by branching on one of these dimensions. */
interface Group {
  readonly count: bigint;
  readonly dimension: number;
  readonly branches: readonly Branch[];
}

interface Branch {
  readonly choices: readonly number[];
  /** choices x points of the rest */
  readonly count: bigint;
  readonly rest: Product;
}

/** The number of valid points, and a sampler of them. */
export interface CountedRules {
  readonly count: bigint;
  /** Fills `codes` with a uniformly random valid point; must not be called when `count` is 0. */
  sampleInto(codes: number[], random: Random): void;
}

/** Rules looked at, over all groups, before counting gives up: some seconds. */
const MOST_WORK = 2_000_000;

/**
 * Counts the points that break none of the rules.
 * @param choiceCounts number of choices of every dimension
 * @throws LissnasError with code 'counting' when the rules are so entangled that the count would take too long
 */
export function countRules(choiceCounts: readonly number[], rules: readonly Rule[]): CountedRules {
  const root = new Counter(choiceCounts).count(rules);
  return {
    count: root.count,
    sampleInto: (codes, random) => sampleProduct(root, choiceCounts, codes, random),
  };
}

/** A rule, or what is left of one after some of its terms have matched; equal contents are the same object. */
interface Residual {
  readonly id: number;
  readonly terms: Rule;
  readonly termOf: ReadonlyMap<number, Term>;
  /** by dimension: what is left once that dimension has matched */
  readonly shortened: Map<number, Residual>;
}

class Counter {
  private readonly residuals = new Map<string, Residual>();
  private readonly groups = new Map<string, Group>();
  private work = 0;

  constructor(private readonly choiceCounts: readonly number[]) {}

  count(rules: readonly Rule[]): Product {
    if (rules.some((rule) => rule.length === 0)) return { count: 0n, groups: [], free: [] };
    const residuals = [...new Set(rules.map((rule) => this.intern(rule)))];
    return this.product(
      residuals.filter((rule) => !residuals.some((other) => other !== rule && implies(rule, other))),
      this.choiceCounts.map((_, dimension) => dimension),
    );
  }

  private product(rules: readonly Residual[], dimensions: readonly number[]): Product {
    const { linked, free } = connected(rules, dimensions);
    let count = 1n;
    for (const dimension of free) count *= BigInt(this.choiceCounts[dimension]!);
    const groups: Group[] = [];
    for (const { rules: own, dimensions: mentioned } of linked) {
      const group = this.group(own, mentioned);
      groups.push(group);
      count *= group.count;
    }
    return { count, groups, free };
  }

  private group(rules: readonly Residual[], dimensions: readonly number[]): Group {
    const key = rules
      .map(({ id }) => id)
      .sort((a, b) => a - b)
      .join();
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    this.work += rules.length;
    if (this.work > MOST_WORK) {
      throw new LissnasError('counting', 'the forbidden rules are too entangled to count the space exactly; use fewer');
    }
    const dimension = mostMentioned(rules);
    const others = dimensions.filter((other) => other !== dimension);
    const branches: Branch[] = [];
    let count = 0n;
    for (const choices of this.alikeChoices(rules, dimension)) {
      const left = this.assign(rules, dimension, choices[0]!);
      if (left === 'broken') continue;
      const rest = this.product(left, others);
      if (rest.count === 0n) continue;
      branches.push({ choices, rest, count: BigInt(choices.length) * rest.count });
      count += BigInt(choices.length) * rest.count;
    }
    const group: Group = { dimension, branches, count };
    this.groups.set(key, group);
    return group;
  }

  /** The dimension's choices, those that match the same rules together. */
  private alikeChoices(rules: readonly Residual[], dimension: number): number[][] {
    const sets = new Set(rules.flatMap((rule) => rule.termOf.get(dimension)?.choices ?? []));
    const alike = new Map<string, number[]>();
    for (let choice = 0; choice < this.choiceCounts[dimension]!; choice++) {
      let key = '';
      for (const choices of sets) key += choices.has(choice) ? '1' : '0';
      const same = alike.get(key);
      if (same === undefined) alike.set(key, [choice]);
      else same.push(choice);
    }
    return [...alike.values()];
  }

  /** The rules that can still be broken once the dimension has this choice; 'broken' when one already is. */
  private assign(rules: readonly Residual[], dimension: number, choice: number): Residual[] | 'broken' {
    const shortened = new Set<Residual>();
    const untouched: Residual[] = [];
    for (const rule of rules) {
      const term = rule.termOf.get(dimension);
      if (term === undefined) untouched.push(rule);
      else if (term.choices.has(choice)) {
        if (rule.terms.length === 1) return 'broken';
        shortened.add(this.without(rule, dimension));
      }
    }
    const left = new Set([...untouched, ...shortened]);
    for (const wider of shortened) {
      for (const rule of left) if (rule !== wider && implies(rule, wider)) left.delete(rule);
    }
    return [...left];
  }

  private without(rule: Residual, dimension: number): Residual {
    let rest = rule.shortened.get(dimension);
    if (rest === undefined) {
      rest = this.intern(rule.terms.filter((term) => term.dimension !== dimension));
      rule.shortened.set(dimension, rest);
    }
    return rest;
  }

  private intern(terms: Rule): Residual {
    const key = terms.map(({ dimension, choices }) => `${dimension}:${[...choices].sort((a, b) => a - b)}`).join(';');
    const known = this.residuals.get(key);
    if (known !== undefined) return known;
    const residual = {
      id: this.residuals.size,
      terms,
      termOf: new Map(terms.map((term) => [term.dimension, term])),
      shortened: new Map(),
    };
    this.residuals.set(key, residual);
    return residual;
  }
}

/** Whether whatever breaks `rule` also breaks `wider`, so that `rule` adds nothing. */
function implies(rule: Residual, wider: Residual): boolean {
  return wider.terms.every(({ dimension, choices }) => {
    const own = rule.termOf.get(dimension);
    return own !== undefined && isSubset(own.choices, choices);
  });
}

function isSubset(part: ReadonlySet<number>, whole: ReadonlySet<number>): boolean {
  if (part === whole) return true;
  for (const choice of part) if (!whole.has(choice)) return false;
  return true;
}

function mostMentioned(rules: readonly Residual[]): number {
  const mentions = new Map<number, number>();
  let most = -1;
  for (const { terms } of rules) {
    for (const { dimension } of terms) {
      const count = (mentions.get(dimension) ?? 0) + 1;
      mentions.set(dimension, count);
      if (count > (mentions.get(most) ?? 0)) most = dimension;
    }
  }
  return most;
}

interface Linked {
  readonly rules: Residual[];
  readonly dimensions: number[];
}

/** Splits rules into groups that share no dimension, and tells which of the dimensions no rule mentions. */
function connected(rules: readonly Residual[], dimensions: readonly number[]): { linked: Linked[]; free: number[] } {
  const parent = new Map<number, number>(); // union-find over the mentioned dimensions
  const rootOf = (dimension: number) => {
    let root = dimension;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    return root;
  };
  for (const { terms } of rules) {
    const root = rootOf(terms[0]!.dimension);
    for (const { dimension } of terms) parent.set(rootOf(dimension), root);
  }
  const groups = new Map<number, Linked>();
  const free: number[] = [];
  for (const dimension of dimensions) {
    if (!parent.has(dimension)) {
      free.push(dimension);
      continue;
    }
    const root = rootOf(dimension);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, { rules: [], dimensions: [dimension] });
    else group.dimensions.push(dimension);
  }
  for (const rule of rules) groups.get(rootOf(rule.terms[0]!.dimension))!.rules.push(rule);
  return { linked: [...groups.values()], free };
}

function sampleProduct(product: Product, choiceCounts: readonly number[], codes: number[], random: Random): void {
  for (const dimension of product.free) codes[dimension] = random.integer(choiceCounts[dimension]!);
  for (const group of product.groups) {
    let draw = uniformBelow(group.count, random);
    let index = 0;
    while (draw >= group.branches[index]!.count) {
      draw -= group.branches[index]!.count;
      index++;
    }
    const { choices, rest } = group.branches[index]!;
    codes[group.dimension] = choices[random.integer(choices.length)]!;
    sampleProduct(rest, choiceCounts, codes, random);
  }
}

/** An exactly uniform integer in 0n .. below - 1n. */
function uniformBelow(below: bigint, random: Random): bigint {
  if (below <= 0x7fffffffn) return BigInt(random.integer(Number(below)));
  let range = 1n;
  let draw = 0n;
  while (range < below) {
    range *= 0x40000000n;
    draw = draw * 0x40000000n + BigInt(random.integer(0x40000000));
  }
  const fair = range - (range % below);
  return draw < fair ? draw % below : uniformBelow(below, random);
}
