/** What several kernels do with vectors of four f32. */

/** a * b + c, rounded twice: there is no relaxed arithmetic here, so every machine gives the same bits. */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Bytes of the groups of four that hold so many channels. */
export function groupBytes(channels: i32): i32 {
  return ((channels + 3) & ~3) << 2;
}

/** The first `lanes` (at most 4) f32 from `address`, 0 in the others; reads nothing beyond them. */
export function loadLanes(address: usize, lanes: i32): v128 {
  if (lanes >= 4) return v128.load(address);
  let v = f32x4.splat(0);
  if (lanes > 0) v = v128.load32_lane(address, v, 0);
  if (lanes > 1) v = v128.load32_lane(address, v, 1, 4);
  if (lanes > 2) v = v128.load32_lane(address, v, 2, 8);
  return v;
}

/** Writes the first `lanes` (at most 4) f32 of `v` to `address`, and nothing beyond them. */
export function storeLanes(address: usize, v: v128, lanes: i32): void {
  if (lanes >= 4) {
    v128.store(address, v);
    return;
  }
  if (lanes > 0) v128.store32_lane(address, v, 0);
  if (lanes > 1) v128.store32_lane(address, v, 1, 4);
  if (lanes > 2) v128.store32_lane(address, v, 2, 8);
}

/** The f64 of lanes 0 and 1. */
export function lowDoubles(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

/** The f64 of lanes 2 and 3. */
export function highDoubles(v: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
}

/** Adds two pairs of f64 to the four f64 at `address`. */
export function addDoubles(address: usize, low: v128, high: v128): void {
  v128.store(address, f64x2.add(v128.load(address), low));
  v128.store(address, f64x2.add(v128.load(address, 16), high), 16);
}

/** Four f32 from two pairs of f64. */
export function narrow(low: v128, high: v128): v128 {
  return i8x16.shuffle(
    f32x4.demote_f64x2_zero(low),
    f32x4.demote_f64x2_zero(high),
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
  );
}

/** Writes or adds four f32. */
export function put(address: usize, v: v128, add: i32): void {
  if (add) v = f32x4.add(v, v128.load(address));
  v128.store(address, v);
}
