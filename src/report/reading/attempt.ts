/** Reading what may be damaged: what is wrong is noted in words, and the rest goes on. */
import { LissnasError } from '../../errors.js';

/** Tries to read something; where that fails for a reason of the user's or of the disk's, the reason is noted and nothing is read. */
export type Attempt = <T>(read: () => T | Promise<T>) => Promise<T | undefined>;

/** An attempt that notes its reasons, each one sentence, in the list. */
export function attemptsNotedIn(reasons: string[]): Attempt {
  return async (read) => {
    try {
      return await read();
    } catch (error) {
      const isOfTheDisk = error instanceof Error && 'code' in error && 'syscall' in error;
      if (!(error instanceof LissnasError) && !isOfTheDisk) throw error;
      reasons.push(error.message);
      return undefined;
    }
  };
}
