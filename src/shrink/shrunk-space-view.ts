/** All that a shrunk space can be asked. It reads and writes no files, so that a browser can ask it too. */
import { InputError } from '../errors.js';
import type { Random } from '../math/random.js';
import type { Measurement } from '../measurements/measurement.js';
import { type LocalityModel, restoreLocalityModel } from '../predictors/gaussian-process.js';
import type { Prediction } from '../predictors/predictor.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Architecture, Codes, Cost, SearchSpace } from '../spaces/space.js';
import { binOf, MemberGroups } from './member-groups.js';
import type { Pocket } from './result.js';
import type { ShrunkSpaceData } from './shrunk-space-data.js';

/** A kept architecture. */
export interface Member {
  /** position in the order of admission */
  readonly index: number;
  readonly architecture: Architecture;
  readonly pocket: number;
  /** predicted mean accuracy */
  readonly predicted: number;
}

/** A part of the members; all of them where nothing is said. */
export interface Part {
  readonly pocket?: number;
  readonly costBin?: number;
}

/** A shrunk space never changes. What is costly to have (models, orders) is made when first asked for. */
export class ShrunkSpaceView {
  readonly data: ShrunkSpaceData;
  readonly #models = new Map<number, LocalityModel>();
  readonly #parts = new Map<string, Int32Array>();
  #byPocket: MemberGroups | undefined;
  #byBin: MemberGroups | undefined;
  #byPrediction: Int32Array | undefined;
  #measured: ArchitectureSet | undefined;

  constructor(data: ShrunkSpaceData) {
    this.data = data;
  }

  /** The search space that was shrunk. */
  get space(): SearchSpace {
    return this.data.space;
  }

  /** Number of architectures kept. */
  get size(): number {
    return this.data.members.size;
  }

  /** The pockets with their seeds and parents. */
  get pockets(): readonly Pocket[] {
    return this.data.rounds.at(-1)!.pockets;
  }

  /** Number of cost bins; 1 where none were asked for. */
  get costBinCount(): number {
    return (this.data.costBins?.edges.length ?? 0) + 1;
  }

  /** Whether the architecture was kept. Exact. */
  contains(codes: Codes): boolean {
    return this.data.members.has(codes);
  }

  /** The pocket of a kept architecture, or undefined. */
  pocketOf(codes: Codes): number | undefined {
    return this.data.pocketOf[this.data.members.indexOf(codes)];
  }

  /** The cost bin of a member, given by index. */
  costBinOf(index: number): number {
    const { costBins, memberCosts } = this.data;
    return costBins === undefined ? 0 : binOf(memberCosts.get(costBins.cost)![index]!, costBins.edges);
  }

  /** The costs that limits and cost bins are about, as they are recorded: known for the members only, and without the tables. */
  get recordedCosts(): ReadonlyMap<string, Cost> {
    const { limits, costBins, memberCosts, members } = this.data;
    const units = new Map(
      [...limits, ...(costBins === undefined ? [] : [costBins])].map(({ cost, unit }) => [cost, unit]),
    );
    return new Map(
      [...memberCosts].map(([name, values]) => [
        name,
        { name, unit: units.get(name) ?? '', of: (codes) => values[members.indexOf(codes)] ?? Number.NaN },
      ]),
    );
  }

  /** Member number `index`, 0 .. size - 1. */
  member(index: number): Member {
    const { members, pocketOf, predicted, space } = this.data;
    return {
      index,
      architecture: space.architecture(members.codesAt(index)),
      pocket: pocketOf[index]!,
      predicted: predicted[index]!,
    };
  }

  /** Number of members in a part. @throws InputError where there is no such pocket or bin */
  sizeOf(part: Part): number {
    return this.#indicesOf(part)?.length ?? this.size;
  }

  /** A uniformly random member, or one of a part. @throws InputError where there is no such pocket or bin, or nobody in it */
  sample(random: Random, part: Part = {}): Architecture {
    const indices = this.#indicesOf(part);
    const count = indices?.length ?? this.size;
    if (count === 0) throw new InputError(`there are no members${describePart(part)}`);
    const drawn = random.integer(count);
    const { space, members } = this.data;
    return space.architecture(members.codesAt(indices === undefined ? drawn : indices[drawn]!));
  }

  /** Indices of all members, best prediction first, the earlier admitted first where predictions are equal. Do not change it. */
  get byPrediction(): Int32Array {
    if (this.#byPrediction === undefined) {
      const { predicted } = this.data;
      this.#byPrediction = Int32Array.from(predicted, (_, i) => i).sort(
        (a, b) => predicted[b]! - predicted[a]! || a - b,
      );
    }
    return this.#byPrediction;
  }

  /** All members, best prediction first or in the order of admission. */
  *members(order: 'prediction' | 'admission' = 'prediction'): Generator<Member> {
    for (let i = 0; i < this.size; i++) yield this.member(order === 'prediction' ? this.byPrediction[i]! : i);
  }

  /** Mean and deviation for any architecture of the whole space, kept or not, by the predictor that made the members. */
  predict(codes: Codes): Prediction {
    return this.modelOf(this.data.rounds.length - 1).predict(codes);
  }

  /** The predictor of a round, made again from the measurements that it knew. */
  modelOf(round: number): LocalityModel {
    const { space, measurements, rounds } = this.data;
    const made = this.#models.get(round);
    if (made !== undefined) return made;
    const { measured, kernel } = rounds[round]!;
    const known = measurements.slice(0, measured);
    const model = restoreLocalityModel(
      space,
      known.map(({ architecture }) => architecture),
      known.map(({ accuracy }) => accuracy),
      kernel,
    );
    this.#models.set(round, model);
    return model;
  }

  /** The measurement of an architecture, or undefined where it was not measured. */
  measured(codes: Codes): Measurement | undefined {
    const { measurements, space } = this.data;
    if (this.#measured === undefined) {
      this.#measured = new ArchitectureSet(space.dimensions.length, measurements.length);
      for (const { architecture } of measurements) this.#measured.add(architecture);
    }
    return measurements[this.#measured.indexOf(codes)];
  }

  /** The best of the members: the one measured best, if any was measured, and the one predicted best. */
  best(): { readonly measured: Measurement | undefined; readonly predicted: Member | undefined } {
    let best: Measurement | undefined;
    for (const measurement of this.data.measurements) {
      const better = best === undefined || measurement.accuracy > best.accuracy;
      if (better && this.contains(measurement.architecture)) best = measurement;
    }
    return { measured: best, predicted: this.size === 0 ? undefined : this.member(this.byPrediction[0]!) };
  }

  /** The indices of a part's members; undefined for all of them. */
  #indicesOf({ pocket, costBin }: Part): Int32Array | undefined {
    if (pocket !== undefined) checkPart('pocket', pocket, this.data.pocketCount);
    if (costBin !== undefined) checkPart('cost bin', costBin, this.costBinCount);
    if (pocket !== undefined && costBin !== undefined) {
      const key = `${pocket} ${costBin}`;
      let indices = this.#parts.get(key);
      if (indices === undefined) {
        indices = this.#pockets()
          .of(pocket)
          .filter((index) => this.costBinOf(index) === costBin);
        this.#parts.set(key, indices);
      }
      return indices;
    }
    if (pocket !== undefined) return this.#pockets().of(pocket);
    return costBin === undefined ? undefined : this.#bins().of(costBin);
  }

  #pockets(): MemberGroups {
    this.#byPocket ??= new MemberGroups(this.data.pocketOf, this.data.pocketCount);
    return this.#byPocket;
  }

  #bins(): MemberGroups {
    this.#byBin ??= new MemberGroups(
      Uint16Array.from(this.data.pocketOf, (_, index) => this.costBinOf(index)),
      this.costBinCount,
    );
    return this.#byBin;
  }
}

function checkPart(what: string, value: number, count: number): void {
  if (Number.isInteger(value) && value >= 0 && value < count) return;
  throw new InputError(
    `there is no ${what} ${value}; ${count === 0 ? 'there are none' : count === 1 ? 'the only one is 0' : `allowed are 0 to ${count - 1}`}`,
  );
}

function describePart({ pocket, costBin }: Part): string {
  const parts = [
    ...(pocket === undefined ? [] : [`pocket ${pocket}`]),
    ...(costBin === undefined ? [] : [`cost bin ${costBin}`]),
  ];
  return parts.length === 0 ? '' : ` in ${parts.join(' and ')}`;
}
