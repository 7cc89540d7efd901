/** How the variance of a complete table splits over sets of dimensions; every exact fast answer follows from it. */
import { mean } from '../math/statistics.js';
import type { SearchSpace } from '../spaces/space.js';
import { type CleanEvidence, isComplete, position } from './evidence.js';

/**
 * The functional analysis of variance of a complete, unconstrained table: accuracy is a sum of one component for every set
 * of dimensions, the components are uncorrelated, and `variances[set]` is the variance of the component of `set`,
 * a bit mask over `dimensions`. They add up to `variance`.
 */
export interface VarianceSpectrum {
  /** the dimensions with more than one choice; bit i of a set stands for `dimensions[i]` */
  readonly dimensions: readonly number[];
  /** number of choices of each of them */
  readonly counts: readonly number[];
  readonly size: number;
  readonly mean: number;
  /** population variance of the accuracies */
  readonly variance: number;
  readonly variances: Float64Array;
}

/** The spectrum, or undefined where some architecture has no accuracy or the space forbids combinations. O(size x dimensions). */
export function varianceSpectrum(space: SearchSpace, evidence: CleanEvidence): VarianceSpectrum | undefined {
  if (!space.unconstrained || !isComplete(space, evidence)) return undefined;
  const allCounts = space.dimensions.map(({ choices }) => choices.length);
  const size = allCounts.reduce((product, count) => product * count, 1);
  const centre = mean(evidence.accuracies);
  const values = new Float64Array(size);
  evidence.architectures.forEach((codes, row) => {
    values[position(allCounts, codes)] = evidence.accuracies[row] - centre;
  });

  const dimensions = allCounts.flatMap((count, d) => (count > 1 ? [d] : []));
  const counts = dimensions.map((d) => allCounts[d]);
  helmertTransform(values, counts);
  const variances = squaresBySet(values, counts);
  variances[0] = 0; // what rounding left of the mean
  return {
    dimensions,
    counts,
    size,
    mean: centre,
    variance: variances.reduce((sum, part) => sum + part, 0),
    variances,
  };
}

/** Turns every axis into orthonormal Helmert coordinates, in place: coordinate 0 is the mean along the axis times sqrt(count). */
function helmertTransform(values: Float64Array, counts: readonly number[]): void {
  let stride = 1;
  for (let axis = counts.length - 1; axis >= 0; axis--) {
    const count = counts[axis];
    for (let block = 0; block < values.length; block += stride * count) {
      for (let first = block; first < block + stride; first++) {
        let sum = values[first];
        for (let j = 1; j < count; j++) {
          const value = values[first + j * stride];
          values[first + j * stride] = (sum - j * value) / Math.sqrt(j * (j + 1));
          sum += value;
        }
        values[first] = sum / Math.sqrt(count);
      }
    }
    stride *= count;
  }
}

/** Sums the squared coordinates by the set of axes on which they are not the mean, over the number of values. */
function squaresBySet(values: Float64Array, counts: readonly number[]): Float64Array {
  const variances = new Float64Array(2 ** counts.length);
  const digits = new Array<number>(counts.length).fill(0);
  let set = 0;
  for (const value of values) {
    variances[set] += (value * value) / values.length;
    for (let axis = counts.length - 1; axis >= 0; axis--) {
      digits[axis]++;
      if (digits[axis] < counts[axis]) {
        set |= 1 << axis;
        break;
      }
      digits[axis] = 0;
      set &= ~(1 << axis);
    }
  }
  return variances;
}

/** Variance of all sets that weigh the same, since an axis matters to distances and walks by its number of choices alone. */
export interface SpectrumClass {
  readonly variance: number;
  /** number of choices of every axis in the set */
  readonly inside: readonly number[];
  /** and of every axis outside */
  readonly outside: readonly number[];
}

/** Gathers the sets of a spectrum into few classes. */
export function spectrumClasses(spectrum: VarianceSpectrum): SpectrumClass[] {
  const { counts, variances } = spectrum;
  const classes = new Map<string, { variance: number; inside: number[]; outside: number[] }>();
  for (let set = 1; set < variances.length; set++) {
    const inside = counts.filter((_, axis) => set & (1 << axis)).sort((a, b) => a - b);
    const key = inside.join();
    const found = classes.get(key);
    if (found) found.variance += variances[set];
    else
      classes.set(key, { variance: variances[set], inside, outside: counts.filter((_, axis) => !(set & (1 << axis))) });
  }
  return [...classes.values()];
}
