/**
 * The records of NAS-Bench-101 as published (google-research/nasbench: nasbench_only108.tfrecord and nasbench_full.tfrecord). Each is one
 * training, a JSON list of module hash, epochs, adjacency matrix, operations, and a ModelMetrics message (model_metrics.proto) in base64.
 */
import protobuf from 'protobufjs/light.js';
import { InputError, type InputPlace } from '../errors.js';
import type { ByteSource } from './byte-source.js';
import { shortened } from './table.js';
import { tfRecords } from './tfrecord.js';

const MOST_VERTICES = 7;

/** One evaluation during a training. Accuracies are fractions, as in the file. */
export interface Evaluation {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** seconds until then */
  readonly trainingTime: number;
}

/** One training of one module. */
export interface TrainingRecord {
  /** the module's hash: equal for equal modules */
  readonly hash: string;
  readonly epochs: number;
  /** `matrix[from][to]` is 1 where an edge leads from one vertex to another */
  readonly matrix: readonly (readonly number[])[];
  /** one for each vertex, from `input` to `output` */
  readonly operations: readonly string[];
  /** after half of the epochs */
  readonly halfway: Evaluation;
  readonly final: Evaluation;
  readonly parameters: number;
}

/** All trainings of a file, one after the other. @throws InputError naming the record (the first is row 1) that is wrong */
export function* nasBench101Records(source: ByteSource): IterableIterator<TrainingRecord> {
  let row = 0;
  for (const bytes of tfRecords(source)) yield trainingRecord(bytes, { file: source.file, row: ++row });
}

function trainingRecord(bytes: Uint8Array, place: InputPlace): TrainingRecord {
  const fields = listOf(bytes, place);
  const [hash, epochs, adjacency, operations, metrics] = fields;
  if (
    typeof hash !== 'string' ||
    typeof epochs !== 'number' ||
    typeof adjacency !== 'string' ||
    typeof operations !== 'string' ||
    typeof metrics !== 'string'
  ) {
    throw new InputError('the record is no list of hash, epochs, adjacency, operations and metrics', place);
  }
  const names = operations.split(',');
  return {
    hash,
    epochs,
    matrix: matrixOf(adjacency, names.length, place),
    operations: names,
    ...metricsOf(metrics, place),
  };
}

function listOf(bytes: Uint8Array, place: InputPlace): readonly unknown[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw new InputError(`the record ${JSON.stringify(shortened(text))} is not JSON`, place, { cause });
  }
  throw new InputError('the record is no JSON list', place);
}

function matrixOf(adjacency: string, vertices: number, place: InputPlace): number[][] {
  if (vertices < 2 || vertices > MOST_VERTICES || adjacency.length !== vertices ** 2 || !/^[01]*$/.test(adjacency)) {
    throw new InputError(
      `the adjacency "${shortened(adjacency)}" does not fit ${vertices} operations; at most ${MOST_VERTICES} rows of 0 and 1 are needed`,
      place,
    );
  }
  return Array.from({ length: vertices }, (_, from) =>
    Array.from({ length: vertices }, (_, to) => Number(adjacency[from * vertices + to])),
  );
}

/** ModelMetrics: evaluation_data = 1 (at the start, halfway, at the end), trainable_parameters = 2. */
function metricsOf(base64: string, place: InputPlace): Pick<TrainingRecord, 'halfway' | 'final' | 'parameters'> {
  const evaluations: Evaluation[] = [];
  let parameters = Number.NaN;
  try {
    const reader = protobuf.Reader.create(Buffer.from(base64, 'base64'));
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === tagOf(1, 2)) evaluations.push(evaluation(reader, reader.uint32()));
      else if (tag === tagOf(2, 0)) parameters = reader.int32();
      else reader.skipType(tag & 7);
    }
  } catch (cause) {
    throw new InputError('the metrics of the record are damaged', place, { cause });
  }
  const [, halfway, final] = evaluations;
  if (halfway === undefined || final === undefined) {
    throw new InputError(
      `the record has ${evaluations.length} evaluations; 3 are needed: at the start, halfway and at the end`,
      place,
    );
  }
  return { halfway, final, parameters };
}

/** EvaluationData: training_time = 2, train_accuracy = 3, validation_accuracy = 4, test_accuracy = 5, all doubles. */
function evaluation(reader: protobuf.Reader, length: number): Evaluation {
  const end = reader.pos + length;
  const numbers = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = tag >>> 3;
    if ((tag & 7) === 1 && field >= 2 && field <= 5) numbers[field - 2] = reader.double();
    else reader.skipType(tag & 7);
  }
  const [trainingTime, train, validation, test] = numbers;
  return { trainingTime: trainingTime!, train: train!, validation: validation!, test: test! };
}

function tagOf(field: number, wireType: number): number {
  return (field << 3) | wireType;
}
