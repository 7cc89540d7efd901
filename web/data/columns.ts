/** Columns of a report, unpacked. */
import type { Column } from '../../src/report/run-report.js';

const arrays = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;

/** The numbers of a column. @throws Error where it is damaged */
export async function numbersOf<T extends Column['type']>(
  column: Column & { readonly type: T },
): Promise<InstanceType<(typeof arrays)[T]>>;
export async function numbersOf({ type, length, data }: Column) {
  if (length === 0) return new arrays[type](0);
  const packed = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const bytes = await new Response(stream).arrayBuffer().catch(() => new ArrayBuffer(0));
  const numbers = new arrays[type](bytes);
  if (numbers.length !== length) throw new Error(`a column holds ${numbers.length} numbers, and declares ${length}`);
  return numbers;
}
