/** Writes a shrunk space as one JSON document. */
import { LissnasError } from '../errors.js';
import { littleEndian } from '../math/little-endian.js';
import type { Measurement } from '../measurements/measurement.js';
import { packBytes } from './packed-bytes.js';
import type { Round } from './result.js';
import type { Provenance, ShrunkSpaceData } from './shrunk-space-data.js';
import { type AnyNumber, encodeNumber, SHRUNK_SPACE_FORMAT, type ShrunkSpaceFile } from './shrunk-space-schema.js';
import { spaceHash } from './space-source.js';

/** Longest document that can be read back: JavaScript strings end soon after. */
export const LARGEST_SHRUNK_SPACE_FILE = 500_000_000;

/**
 * The document in pieces, for a file or a stream. The same data give the same pieces.
 * @throws LissnasError with code `too-large` when the document could not be read back (from about 10 million members on)
 */
export function* shrunkSpacePieces(data: ShrunkSpaceData): Generator<string> {
  let length = 0;
  let separator = '{\n';
  for (const [key, make] of Object.entries(fields(data))) {
    const value = make();
    if (value === undefined) continue;
    const piece = `${separator}${JSON.stringify(key)}: ${lines(value)}`;
    length += piece.length;
    if (length > LARGEST_SHRUNK_SPACE_FILE) {
      throw new LissnasError(
        'too-large',
        `a shrunk space of ${data.members.size} members needs more than ${LARGEST_SHRUNK_SPACE_FILE} bytes as JSON; export it instead`,
      );
    }
    yield piece;
    separator = ',\n';
  }
  yield '\n}\n';
}

/** One line for every item of a list of maps, so that people and line-wise tools can look in. */
function lines(value: unknown): string {
  const isList = Array.isArray(value) && value.length > 0 && typeof value[0] === 'object';
  return isList ? `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]` : JSON.stringify(value);
}

/** Every field of the file in its order, made only when its turn comes. */
function fields(data: ShrunkSpaceData): { [Key in keyof ShrunkSpaceFile]-?: () => ShrunkSpaceFile[Key] | undefined } {
  const { costBins } = data;
  return {
    $schema: () => undefined,
    format: () => SHRUNK_SPACE_FORMAT,
    method: () => 'lissnas',
    provenance: () => provenanceFields(data.provenance),
    space: () => ({
      name: data.space.name,
      size: String(data.space.size),
      hash: spaceHash(data.space),
      dimensions: data.space.dimensions.map(({ name, choices, ordered }) => ({ name, choices: [...choices], ordered })),
      source: data.source,
    }),
    size: () => data.members.size,
    limits: () => data.limits.map(({ cost, unit, max }) => ({ cost, unit, max })),
    costBins: () => costBins && { cost: costBins.cost, unit: costBins.unit, edges: [...costBins.edges] },
    spent: () => data.spent,
    stop: () => data.stop,
    rounds: () => data.rounds.map(roundFields),
    measurements: () => data.measurements.map(measurementFields),
    failures: () => data.failures.map(({ architecture, reason }) => ({ architecture: [...architecture], reason })),
    members: () => packBytes(data.members.packed),
    pocketOf: () => packBytes(littleEndian(data.pocketOf)),
    predicted: () => packBytes(littleEndian(data.predicted)),
    memberCosts: () =>
      [...data.memberCosts].map(([cost, values]) => ({ cost, values: packBytes(littleEndian(values)) })),
  };
}

/** How something was made, in the order of the file, whatever that of the caller. */
export function provenanceFields({ version, command, randomSeed, evaluator, table, costTables, options }: Provenance) {
  return {
    version,
    ...(command !== undefined && { command }),
    ...(randomSeed !== undefined && { randomSeed }),
    ...(evaluator !== undefined && { evaluator }),
    ...(table && { table: { file: table.file, sha256: table.sha256 } }),
    ...(costTables && { costTables: costTables.map(({ file, sha256 }) => ({ file, sha256 })) }),
    ...(options && { options: { ...options } }),
  };
}

function roundFields(round: Round): ShrunkSpaceFile['rounds'][number] {
  const { spent, measured, kernel, size, held, border, seeds, pockets, sampledMean } = round;
  return {
    spent,
    measured,
    kernel: { weights: kernel.weights.map((weights) => [...weights]), noise: kernel.noise },
    size: String(size),
    held,
    border: encodeNumber(border),
    seeds: seeds.map(({ architecture, measured: accuracy, predicted, costBin, pocket }) => ({
      architecture: [...architecture],
      measured: accuracy,
      predicted,
      costBin,
      pocket,
    })),
    pockets: pockets.map((pocket) => ({ size: pocket.size, seeds: [...pocket.seeds], parents: [...pocket.parents] })),
    ...(sampledMean && {
      sampledMean: {
        mean: encodeNumber(sampledMean.mean),
        low: encodeNumber(sampledMean.low),
        high: encodeNumber(sampledMean.high),
        n: sampledMean.n,
      },
    }),
  };
}

function measurementFields({ architecture, accuracy, costs, source }: Measurement) {
  const encoded = Object.entries(costs).map(([name, value]): [string, AnyNumber] => [name, encodeNumber(value)]);
  return { architecture: [...architecture], accuracy, costs: Object.fromEntries(encoded), source };
}
