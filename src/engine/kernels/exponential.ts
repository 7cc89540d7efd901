/** Powers and logarithms without tables, so that the kernels keep nothing of their own in the shared memory. */
import { multiplyAdd } from './simd';

// ln 2 in two parts: the first has few enough digits that its product with an exponent is exact (Cody and Waite)
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -0.00021219444005469057;

/** e^x of four f32 within 2 units in the last place; below -87 as at -87, above 88 as at 88; NaN stays NaN. */
export function exponential(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(88));
  const exponent = f32x4.nearest(f32x4.mul(x, f32x4.splat(<f32>Math.LOG2E)));
  let r = f32x4.sub(x, f32x4.mul(exponent, f32x4.splat(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(exponent, f32x4.splat(LN2_LOW)));
  // Taylor's series: |r| <= ln 2 / 2, where the next term is below 6e-9
  let power = f32x4.splat(<f32>(1.0 / 5040));
  power = multiplyAdd(power, r, f32x4.splat(<f32>(1.0 / 720)));
  power = multiplyAdd(power, r, f32x4.splat(<f32>(1.0 / 120)));
  power = multiplyAdd(power, r, f32x4.splat(<f32>(1.0 / 24)));
  power = multiplyAdd(power, r, f32x4.splat(<f32>(1.0 / 6)));
  power = multiplyAdd(power, r, f32x4.splat(0.5));
  power = multiplyAdd(power, r, f32x4.splat(1));
  power = multiplyAdd(power, r, f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(exponent), i32x4.splat(127)), 23);
  return f32x4.mul(power, scale);
}

// the same for f64
const LN2_HIGH_DOUBLE: f64 = 0.6931471803691238;
const LN2_LOW_DOUBLE: f64 = 1.9082149292705877e-10;

/** e^x for x <= 0 within 2 units in the last place of f64; 0 below -700, NaN stays NaN. */
export function exponentialDouble(x: f64): f64 {
  if (x < -700) return 0;
  const exponent = nearest(x * Math.LOG2E);
  const r = x - exponent * LN2_HIGH_DOUBLE - exponent * LN2_LOW_DOUBLE;
  let power: f64 = 1;
  for (let k: f64 = 14; k > 0; k--) power = 1 + (power * r) / k; // Taylor's series from its end; the next term is below 1e-19
  return power * scaleOf(exponent);
}

/** The natural logarithm of a number from 1 on, within 2 units in the last place of f64; NaN stays NaN. */
export function logarithmDouble(x: f64): f64 {
  let exponent: f64 = 0;
  for (; x > Math.SQRT2 && x < Infinity; x *= 0.5) exponent++;
  // ln x = 2 artanh((x - 1) / (x + 1)), whose series in a square below 0.03 needs few terms
  const s = (x - 1) / (x + 1);
  let sum: f64 = 0;
  for (let k: f64 = 23; k > 0; k -= 2) sum = sum * s * s + 1 / k;
  return exponent * LN2_HIGH_DOUBLE + (2 * s * sum + exponent * LN2_LOW_DOUBLE);
}

/** x to the power of a whole number from 0 on, by squaring. */
export function wholePower(x: f64, exponent: i32): f64 {
  let power: f64 = 1;
  for (; exponent > 0; exponent >>= 1, x *= x) if (exponent & 1) power *= x;
  return power;
}

function scaleOf(exponent: f64): f64 {
  return reinterpret<f64>((<i64>exponent + 1023) << 52);
}
