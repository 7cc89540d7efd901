/** Numbers in the sentences of a report. */
import { count as wholeCount } from './text.js';

/** A count with thousands separated; beyond 10^15 as a power of ten. */
export function count(value: bigint | number): string {
  return wholeCount(value);
}

/** A count of things, e.g. '1 pocket' or '2 pockets'. */
export function counted(value: bigint | number, noun: string): string {
  return `${count(value)} ${noun}${String(value) === '1' ? '' : 's'}`;
}

/** An accuracy in percent with two decimals. */
export function percent(value: number): string {
  return `${value.toFixed(2)} %`;
}

/** A sentence's beginning: its first letter as a capital. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
