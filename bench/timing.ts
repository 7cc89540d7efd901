/** Timing two ways to do the same thing, turn by turn, so that both meet the same noise of the machine. */
import { median } from '../src/math/statistics.js';

/** One comparison; times are medians in seconds. */
export interface Line {
  readonly what: string;
  readonly ours: number;
  /** undefined where there is nothing to compare with */
  readonly peer: number | undefined;
  readonly peerName: string;
  /** what else was found, e.g. how far the two results differ */
  readonly note: string;
}

/** What could not be measured, and why. */
export interface Skipped {
  readonly what: string;
  readonly skipped: string;
}

export type Timed = () => unknown;

/** Median seconds of each, after one unmeasured call of each. */
export async function timed(repeats: number, ...ways: Timed[]): Promise<number[]> {
  const seconds: number[][] = ways.map(() => []);
  for (let repeat = -1; repeat < repeats; repeat++) {
    for (const [index, way] of ways.entries()) {
      const started = performance.now();
      await way();
      if (repeat >= 0) seconds[index]!.push((performance.now() - started) / 1000);
    }
  }
  return seconds.map((own) => median(own));
}

/** Seconds in the unit that suits them. */
export function formatSeconds(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(seconds >= 0.1 ? 0 : 2)} ms`;
  return `${(seconds * 1e6).toFixed(1)} us`;
}

/** How many times as fast as the peer. */
export function ratio({ ours, peer }: Line): number | undefined {
  return peer === undefined ? undefined : peer / ours;
}
