/** The invariants of a shrunk space that its file cannot express by form alone. Every check throws InputError. */
import { InputError } from '../errors.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import type { SearchSpace } from '../spaces/space.js';
import type { Round } from './result.js';
import type { ShrunkSpaceData } from './shrunk-space-data.js';

/** All codes are in range and form architectures of the space. `packed` has one byte a dimension, member by member. */
export function checkMembers(space: SearchSpace, packed: Uint8Array): void {
  const counts = Uint16Array.from(space.dimensions, ({ choices }) => choices.length);
  const D = counts.length;
  for (let d = 0; d < D; d++) {
    for (let at = d; at < packed.length; at += D) {
      if (packed[at]! >= counts[d]!) {
        throw new InputError(
          `"members": ${packed[at]} is no choice index of dimension "${space.dimensions[d]!.name}" (member ${(at - d) / D}); allowed are 0 to ${counts[d]! - 1}`,
        );
      }
    }
  }
  if (space.unconstrained) return;
  for (let start = 0; start < packed.length; start += D) {
    const codes = packed.subarray(start, start + D);
    if (!space.isValid(codes)) {
      throw new InputError(
        `"members": "${space.format(codes)}" (member ${start / D}) is forbidden in space "${space.name}"`,
      );
    }
  }
}

/** Pockets are numbered by first member. Returns their number. */
export function checkPockets(pocketOf: Int32Array): number {
  let count = 0;
  for (let member = 0; member < pocketOf.length; member++) {
    const pocket = pocketOf[member]!;
    if (pocket < 0 || pocket > count) {
      throw new InputError(
        `"pocketOf": member ${member} is in pocket ${pocket}, but pockets are numbered by first member, so 0 to ${count} are allowed`,
      );
    }
    if (pocket === count) count++;
  }
  return count;
}

/** Every limit and the cost bins are about a cost that the members have, and every member keeps every limit. */
export function checkCosts({ limits, costBins, memberCosts, predicted }: ShrunkSpaceData): void {
  const member = predicted.findIndex((mean) => !Number.isFinite(mean));
  if (member >= 0) throw new InputError(`"predicted": member ${member} is predicted at ${predicted[member]}`);
  for (const { cost, max } of limits) {
    const over = costsOf(memberCosts, cost).findIndex((value) => !(value <= max));
    if (over >= 0) {
      throw new InputError(
        `"memberCosts": member ${over} has ${cost} ${memberCosts.get(cost)![over]}, over the limit of ${max}`,
      );
    }
  }
  if (costBins === undefined) return;
  costsOf(memberCosts, costBins.cost);
  if (costBins.edges.some((edge, i) => i > 0 && edge < costBins.edges[i - 1]!)) {
    throw new InputError('"costBins.edges" must be in ascending order');
  }
}

function costsOf(memberCosts: ShrunkSpaceData['memberCosts'], cost: string): Float64Array {
  const costs = memberCosts.get(cost);
  if (costs === undefined)
    throw new InputError(`"memberCosts" lacks the cost "${cost}", which a limit or cost bin is about`);
  return costs;
}

/** The rounds agree with the space, the measurements, each other and, the last one, with the members. */
export function checkRounds(data: ShrunkSpaceData): void {
  const { rounds, measurements, failures, spent, members, pocketCount } = data;
  if (spent !== measurements.length + failures.length) {
    throw new InputError(
      `"spent" is ${spent}, but there are ${measurements.length} measurements and ${failures.length} failures`,
    );
  }
  const measured = new ArchitectureSet(data.space.dimensions.length, measurements.length);
  const twice = measurements.findIndex(({ architecture }) => measured.add(architecture) < 0);
  if (twice >= 0) throw new InputError(`"measurements[${twice}]" is of an architecture measured before`);
  rounds.forEach((round, i) => {
    checkKernel(round, data.space, i);
    if (round.measured < 1 || round.measured > measurements.length) {
      throw new InputError(
        `"rounds[${i}].measured" is ${round.measured}, but there are ${measurements.length} measurements`,
      );
    }
    checkLineage(round, rounds[i - 1], i);
  });
  const last = rounds.at(-1)!;
  if (last.size !== BigInt(members.size)) {
    throw new InputError(`"size" is ${members.size}, but the last round ended with ${last.size}`);
  }
  if (last.pockets.length !== pocketCount) {
    throw new InputError(`"pocketOf" has ${pocketCount} pockets, but the last round has ${last.pockets.length}`);
  }
  const sizes = new Float64Array(pocketCount);
  for (const pocket of data.pocketOf) sizes[pocket]!++;
  const wrong = last.pockets.findIndex(({ size }, pocket) => size !== sizes[pocket]);
  if (wrong >= 0) {
    throw new InputError(
      `pocket ${wrong} has ${sizes[wrong]} members, but the last round says ${last.pockets[wrong]!.size}`,
    );
  }
  last.seeds.forEach(({ architecture, pocket }, i) => {
    const member = members.indexOf(architecture);
    if (member < 0 || data.pocketOf[member] !== pocket) {
      throw new InputError(`seed ${i} of the last round is not a member of its pocket ${pocket}`);
    }
  });
}

function checkKernel({ kernel }: Round, { dimensions }: SearchSpace, round: number): void {
  const fits =
    kernel.weights.length === dimensions.length &&
    dimensions.every(({ choices }, d) => kernel.weights[d]!.length === choices.length);
  if (!fits)
    throw new InputError(`"rounds[${round}].kernel.weights" must have one number for every choice of every dimension`);
}

function checkLineage({ seeds, pockets }: Round, before: Round | undefined, round: number): void {
  const within = (indices: readonly number[], count: number) => indices.every((index) => index < count);
  pockets.forEach((pocket, p) => {
    const where = `"rounds[${round}].pockets[${p}]`;
    if (!within(pocket.seeds, seeds.length)) throw new InputError(`${where}.seeds" names a seed that does not exist`);
    if (!within(pocket.parents, before?.pockets.length ?? 0)) {
      throw new InputError(`${where}.parents" names a pocket that the round before does not have`);
    }
  });
  const orphan = seeds.findIndex(({ pocket }) => pocket >= pockets.length);
  if (orphan >= 0)
    throw new InputError(`"rounds[${round}].seeds[${orphan}].pocket" names a pocket that does not exist`);
}
