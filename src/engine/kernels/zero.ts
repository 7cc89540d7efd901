/** Zeros: whole blocks of memory and the borders around maps. */

const BLOCK = 65536;

/** `zero` of instructions.ts. */
export function zero(begin: i32, end: i32, address: usize, bytes: u32): void {
  const from: u32 = begin * BLOCK;
  memory.fill(address + from, 0, min<u32>(end * BLOCK, bytes) - from);
}

/** `zeroBorder` of instructions.ts. */
export function zeroBorder(
  begin: i32, end: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, top: i32, bottom: i32, left: i32, right: i32,
): void {
  for (let n = begin; n < end; n++) {
    const image = y + n * yImage;
    for (let h = -top; h < height + bottom; h++) {
      const row = image + h * yRow;
      if (h < 0 || h >= height) memory.fill(row - left * yPixel, 0, (left + width + right) * yPixel);
      else {
        memory.fill(row - left * yPixel, 0, left * yPixel);
        memory.fill(row + width * yPixel, 0, right * yPixel);
      }
    }
  }
}
