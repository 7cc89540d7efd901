/** An evaluator over a whole space, from a table that holds only a sample of it. */
import { basename } from 'node:path';
import { accuracyScale } from '../benchmarks/accuracy-scale.js';
import type { Table } from '../benchmarks/table.js';
import { InputError } from '../errors.js';
import { kendallTau } from '../math/kendall.js';
import { createRandom, sampleInPlace } from '../math/random.js';
import { mean, standardDeviation } from '../math/statistics.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { measured } from './outcomes.js';
import { crossValidated } from './surrogate-fit.js';
import { predictor } from './surrogate-predictor.js';
import { contrastsOf } from './surrogate-terms.js';

/** Settings of `surrogate`. */
export interface SurrogateOptions {
  /** decides the folds (and the rows used where there are more than 20,000) */
  readonly randomSeed: number;
}

/** How well the surrogate predicts rows that it has not seen (5-fold cross-validation). */
export interface SurrogateReport {
  /** architectures used */
  readonly rows: number;
  readonly folds: number;
  /** share of the variance explained */
  readonly r2: number;
  /** tau-b of predicted and measured */
  readonly kendallTau: number;
  /** root mean squared error, percent */
  readonly rmse: number;
  /** what the user should know, e.g. that R2 is low */
  readonly warnings: readonly string[];
}

/** An evaluator that predicts any architecture of its space. */
export interface Surrogate extends Evaluator {
  readonly report: SurrogateReport;
  /** predicted accuracy, percent where the column is an accuracy; about a microsecond */
  predict(codes: Codes): number;
}

const MOST_ROWS = 20_000;
const LEAST_ROWS = 20;
const LOW_R2 = 0.5;

/**
 * Fits a sum of main effects, pair interactions and the most promising triples to `column`, with prior variances learned from the data,
 * and cross-validates the whole procedure. The answer to any architecture of the space, also one of the table, is the prediction.
 * @throws InputError where the column is unusable, has fewer than 20 values or does not vary
 */
export async function surrogate(
  table: Table,
  space: SearchSpace,
  column: string,
  { randomSeed }: SurrogateOptions,
): Promise<Surrogate> {
  const data = trainingData(table, column, randomSeed);
  const centre = mean(data.y);
  const spread = standardDeviation(data.y);
  const y = data.y.map((value) => (value - centre) / spread);
  const contrasts = contrastsOf(space);
  const model = await crossValidated(data.codes, y, contrasts, createRandom(randomSeed).split('folds'));
  const predictScaled = predictor(model.whole, contrasts);
  const predict = (codes: Codes) => centre + spread * predictScaled(codes);

  const r2 = 1 - sumOfSquares(y, model.held) / sumOfSquares(y, new Float64Array(y.length));
  const warnings = [...data.notes];
  if (!(r2 >= LOW_R2)) {
    warnings.push(
      `the surrogate explains only ${(100 * Math.max(0, r2)).toFixed(0)} % of the variance of "${column}" (R2 ${r2.toFixed(3)}): do not trust its ranking`,
    );
  }
  const report: SurrogateReport = Object.freeze({
    rows: y.length,
    folds: model.folds,
    r2,
    kendallTau: kendallTau(model.held, y),
    rmse: spread * Math.sqrt(sumOfSquares(y, model.held) / y.length),
    warnings: Object.freeze(warnings),
  });
  const name = `surrogate of table ${basename(table.file)} column ${column}`;
  return {
    name,
    concurrency: 1,
    report,
    predict,
    async evaluate(architecture, signal) {
      signal?.throwIfAborted();
      return measured(architecture, predict(architecture), name);
    },
  };
}

interface TrainingData {
  readonly codes: readonly Codes[];
  readonly y: Float64Array;
  readonly notes: readonly string[];
}

function trainingData(table: Table, name: string, randomSeed: number): TrainingData {
  const column = table.column(name);
  const { factor, note } = accuracyScale(table, column);
  const notes = note === undefined ? [] : [note];
  let rows = [...table.architectures()].map((codes, row) => ({ codes, value: factor * column.values[row] }));
  rows = rows.filter(({ value }) => !Number.isNaN(value));
  const place = { file: table.file, column: name };
  if (rows.length < LEAST_ROWS) {
    throw new InputError(`${rows.length} values are too few for a surrogate; at least ${LEAST_ROWS} are needed`, place);
  }
  if (rows.every(({ value }) => value === rows[0].value)) {
    throw new InputError(`all values are ${rows[0].value}, so there is nothing to learn from them`, place);
  }
  if (rows.length > MOST_ROWS) {
    notes.push(`the surrogate is fitted on ${MOST_ROWS} of ${rows.length} rows, drawn at random`);
    rows = sampleInPlace(rows, MOST_ROWS, createRandom(randomSeed).split('rows'));
  }
  return { codes: rows.map(({ codes }) => codes), y: Float64Array.from(rows, ({ value }) => value), notes };
}

function sumOfSquares(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
}
