/** What every predictor offers: a mean and a deviation for any architecture of the space. */
import type { Codes } from '../spaces/space.js';

/** What is expected of one architecture. */
export interface Prediction {
  /** expected accuracy, in the unit of the measurements */
  readonly mean: number;
  /** standard deviation of the accuracy without measurement noise, in the same unit */
  readonly deviation: number;
}

/** A fitted predictor: pure, and never changed after the fit. */
export interface Predictor {
  mean(codes: Codes): number;
  predict(codes: Codes): Prediction;
}
