/** The identity of a run: two runs are the same run when their configurations are. */
import { createHash } from 'node:crypto';

/**
 * A hash (SHA-256, 32 hexadecimal digits) of a configuration of plain JSON values.
 * The order of an object's keys does not count, the order of a list does; a key that is `undefined` counts as absent.
 */
export function runIdentity(config: unknown): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex').slice(0, 32);
}

function canonicalJson(value: unknown): string {
  const sorted = (_key: string, held: unknown): unknown =>
    held !== null && typeof held === 'object' && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : held;
  return JSON.stringify(value, sorted) ?? 'undefined';
}
