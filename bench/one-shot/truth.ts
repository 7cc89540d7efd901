/** What a table that knows every architecture of a space says is true. */
import type { Table } from '../../src/benchmarks/table.js';
import { truthOf } from '../../src/evaluators/tabular.js';
import { kendallTau } from '../../src/math/kendall.js';
import { mean } from '../../src/math/statistics.js';
import type { ArchitectureSet } from '../../src/spaces/architecture-set.js';
import type { Codes, Cost } from '../../src/spaces/space.js';
import type { KnownNetwork, SpaceFacts } from './macro-result.js';

/** True accuracies, in percent, and what follows from them. */
export class Truth {
  readonly #table: Table;
  readonly #flops: Cost;
  readonly #of: (codes: Codes) => number;
  readonly #all: readonly number[];

  constructor(table: Table, column: string, flops: Cost) {
    this.#table = table;
    this.#flops = flops;
    this.#of = truthOf(table, column);
    this.#all = Array.from(table.architectures(), this.#of);
  }

  of(codes: Codes): KnownNetwork {
    return { architecture: this.#table.space.format(codes), truth: this.#of(codes) };
  }

  /** With its place among all architectures: 1 where none is truly better. */
  ranked(codes: Codes): KnownNetwork & { readonly rank: number } {
    const known = this.of(codes);
    return { ...known, rank: 1 + this.#all.filter((other) => other > known.truth).length };
  }

  facts(members: ArchitectureSet): SpaceFacts {
    const all = membersOf(members);
    const truths = all.map(this.#of);
    const bestTruth = truths.reduce((a, b) => Math.max(a, b));
    return { size: members.size, meanTruth: mean(truths), bestTruth, meanFlops: mean(all.map(this.#flops.of)) };
  }

  /** Kendall tau-b over these members between two columns, e.g. two trainings from scratch. */
  agreement(members: ArchitectureSet, columns: readonly [string, string]): number {
    const all = membersOf(members);
    const [first, second] = columns.map((column) => all.map(truthOf(this.#table, column)));
    return kendallTau(first!, second!);
  }
}

function membersOf(members: ArchitectureSet): Codes[] {
  return Array.from({ length: members.size }, (_, i) => members.codesAt(i));
}
