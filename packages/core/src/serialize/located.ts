import { FormatError } from '../errors.ts';

/** Runs `fn`, and puts the place, which is only then put into words, in front of what a {@link FormatError} from it says. */
export function located<T>(place: () => string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${place()}: ${error.message}`);
  }
}
