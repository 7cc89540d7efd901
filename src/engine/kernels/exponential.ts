/** e to the power of four f32 at once. */
import { multiplyAdd } from './simd';

const LOG2_E: f32 = 1.4426950408889634;
// ln 2 in two parts: the first has few enough digits that its product with an exponent is exact (Cody and Waite)
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -0.00021219444005469057;

/** e^x within 2 units in the last place; below -87 as at -87, above 88 as at 88; NaN stays NaN. */
export function exponential(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(88));
  const exponent = f32x4.nearest(f32x4.mul(x, f32x4.splat(LOG2_E)));
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
