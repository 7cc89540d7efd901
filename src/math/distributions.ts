/** The normal and Student t distributions, to about 1e-12. */

/** Probability that a standard normal number is at most `x`; NaN for NaN. */
export function normalCdf(x: number): number {
  const half = upperErrorFunction(Math.abs(x) / Math.SQRT2) / 2;
  return x > 0 ? 1 - half : half;
}

/** Density of the standard normal distribution. */
export function normalPdf(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** The x with `normalCdf(x) = p`; -Infinity at 0, Infinity at 1, NaN outside [0, 1]. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  // Abramowitz and Stegun 26.2.23 starts within 4.5e-4, three Halley steps finish
  const t = Math.sqrt(-2 * Math.log(p));
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 3; step++) {
    const error = (normalCdf(x) - p) / normalPdf(x);
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}

/** Probability that a Student t number with `degrees` of freedom (> 0) is at most `x`. */
export function studentTCdf(x: number, degrees: number): number {
  const tail = regularizedBeta(degrees / (degrees + x * x), degrees / 2, 0.5) / 2;
  return x > 0 ? 1 - tail : tail;
}

/** The x with `studentTCdf(x, degrees) = p`; NaN outside 0 < p < 1 or for `degrees` not above 0. */
export function studentTQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1 && degrees > 0)) return Number.NaN;
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentTQuantile(1 - p, degrees);
  let low = -1;
  while (studentTCdf(low, degrees) > p) low *= 2;
  let high = low === -1 ? 0 : low / 2;
  while (high - low > 4e-15 * Math.abs(low)) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentTCdf(middle, degrees) > p) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** erfc(x) for x >= 0: a power series near zero, a continued fraction further out. */
function upperErrorFunction(x: number): number {
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2.5) {
    let term = 2 * x;
    let sum = term;
    for (let k = 1; Math.abs(term) > 1e-17 * sum; k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return 1 - scale * sum;
  }
  let fraction = 0;
  for (let k = 80; k >= 1; k--) fraction = k / 2 / (x + fraction);
  return scale / (x + fraction);
}

/** I_x(a, b), by the continued fraction of DLMF 8.17.22 with the modified Lentz recurrence. */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front * value;

  function nonZero(denominator: number): number {
    return Math.abs(denominator) < tiny ? tiny : denominator;
  }
}

/** ln Gamma(x) for x > 0: Stirling's series after shifting x to at least 12. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  while (y < 12) {
    shift += Math.log(y);
    y += 1;
  }
  const inverse = 1 / (y * y);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - shift;
}
