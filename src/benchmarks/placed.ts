/** Errors about a part of a file say where in the file it is. */
import { InputError, type InputPlace } from '../errors.js';

/** Runs `make`; an InputError from it is thrown again with the place added. */
export function placed<T>(place: InputPlace, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError(cause.message, place, { cause });
  }
}
