/** Reads a shrunk space from its JSON document, believing nothing. */
import { InputError } from '../errors.js';
import { float64From, int32From } from '../math/little-endian.js';
import type { Measurement } from '../measurements/measurement.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { parseDocument } from '../spaces/json-document.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { readTextFile } from '../spaces/text-file.js';
import { unpackBytes } from './packed-bytes.js';
import type { Round } from './result.js';
import { checkCosts, checkMembers, checkPockets, checkRounds } from './shrunk-space-checks.js';
import type { Provenance, ShrunkSpaceData } from './shrunk-space-data.js';
import { type AnyNumber, SHRUNK_SPACE_FORMAT, type ShrunkSpaceFile, shrunkSpaceSchema } from './shrunk-space-schema.js';
import { LARGEST_SHRUNK_SPACE_FILE } from './shrunk-space-write.js';
import { restoreSpace } from './space-source.js';

const SHRUNK_SPACE = { what: 'a shrunk space', format: SHRUNK_SPACE_FORMAT, schema: shrunkSpaceSchema };

/**
 * Reads a shrunk-space file.
 * @param space the space itself, needed only where a program made it with rules of its own
 * @throws InputError naming the file, for everything that can be wrong with it
 */
export async function readShrunkSpaceFile(file: string, space?: SearchSpace): Promise<ShrunkSpaceData> {
  return parseShrunkSpace(await readTextFile(file, LARGEST_SHRUNK_SPACE_FILE, 'a shrunk space'), file, space);
}

/**
 * Reads a shrunk space from the text of its document.
 * @param file where the text came from, for error messages
 * @throws InputError naming the file, for everything that can be wrong with it
 */
export function parseShrunkSpace(text: string, file: string, space?: SearchSpace): ShrunkSpaceData {
  try {
    return dataOf(parseDocument(text, SHRUNK_SPACE), space);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.message, { file }, { cause: error });
    throw error;
  }
}

function dataOf(file: ShrunkSpaceFile, given: SearchSpace | undefined): ShrunkSpaceData {
  const space = restoreSpace({ ...file.space, size: BigInt(file.space.size) }, given);
  const { size } = file;
  const D = space.dimensions.length;
  if (!Number.isSafeInteger(size * D)) throw new InputError(`"size" is ${size}, which is impossible`);
  if (BigInt(size) > space.size) throw new InputError(`"size" is ${size}, but the whole space has ${space.size}`);
  const packed = unpackBytes(file.members, size * D, 'members');
  checkMembers(space, packed);
  const members = ArchitectureSet.fromPacked(packed, D);
  if (members.size !== size) throw new InputError(`"members" holds an architecture twice`);
  const pocketOf = int32From(unpackBytes(file.pocketOf, 4 * size, 'pocketOf'));
  const predicted = float64From(unpackBytes(file.predicted, 8 * size, 'predicted'));
  const memberCosts = new Map<string, Float64Array>();
  for (const { cost, values } of file.memberCosts) {
    if (memberCosts.has(cost)) throw new InputError(`"memberCosts" has the cost "${cost}" twice`);
    memberCosts.set(cost, float64From(unpackBytes(values, 8 * size, `memberCosts of ${cost}`)));
  }
  const { costBins, limits } = file;
  const data: ShrunkSpaceData = {
    provenance: file.provenance as Provenance,
    space,
    source: file.space.source,
    limits,
    ...(costBins && { costBins }),
    spent: file.spent,
    stop: file.stop,
    rounds: file.rounds.map((round, i) => roundOf(round, space, `rounds[${i}]`)),
    measurements: file.measurements.map((entry, i) => measurementOf(entry, space, `measurements[${i}]`)),
    failures: file.failures.map(({ architecture, reason }, i) => ({
      kind: 'failed',
      architecture: architectureOf(architecture, space, `failures[${i}]`),
      reason,
    })),
    members,
    pocketOf,
    pocketCount: checkPockets(pocketOf),
    predicted,
    memberCosts,
    costs: space.costs,
  };
  checkCosts(data);
  checkRounds(data);
  return data;
}

function architectureOf(codes: readonly number[], space: SearchSpace, where: string): Architecture {
  try {
    return space.architecture(codes);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`"${where}": ${error.message}`, {}, { cause: error });
    throw error;
  }
}

function measurementOf(
  { architecture, accuracy, costs, source }: ShrunkSpaceFile['measurements'][number],
  space: SearchSpace,
  where: string,
): Measurement {
  const decoded = Object.entries(costs).map(([name, value]) => [name, Number(value)] as const);
  return Object.freeze({
    kind: 'measured',
    architecture: architectureOf(architecture, space, where),
    accuracy,
    costs: Object.freeze(Object.fromEntries(decoded)),
    source,
  });
}

function roundOf(round: ShrunkSpaceFile['rounds'][number], space: SearchSpace, where: string): Round {
  const { sampledMean, ...rest } = round;
  return {
    ...rest,
    size: BigInt(round.size),
    border: Number(round.border),
    seeds: round.seeds.map((seed, i) => ({
      ...seed,
      architecture: architectureOf(seed.architecture, space, `${where}.seeds[${i}]`),
    })),
    ...(sampledMean && { sampledMean: intervalOf(sampledMean) }),
  };
}

function intervalOf({ mean, low, high, n }: { mean: AnyNumber; low: AnyNumber; high: AnyNumber; n: number }) {
  return { mean: Number(mean), low: Number(low), high: Number(high), n };
}
