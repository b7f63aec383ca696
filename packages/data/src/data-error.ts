import { KindlingError } from '@kindling/core/internal/errors';

/** What a {@link DataError} says: where, what was expected there, and what came. */
export interface DataProblem {
  /** A file, and the row, column or byte in it; or the name of an option. */
  readonly place: string;
  readonly expected: string;
  readonly got: string;
  /** One more sentence: what to do about it. */
  readonly hint?: string | undefined;
}

/**
 * Data that is missing, damaged, or not what it should be. The message reads `place: expected …, got …`; the command line
 * answers it with exit code 3.
 */
export class DataError extends KindlingError {
  override readonly name: string = 'DataError';
  readonly place: string;
  readonly expected: string;
  readonly got: string;
  readonly hint: string | undefined;

  constructor(problem: DataProblem, options?: ErrorOptions) {
    const { place, expected, got, hint } = problem;
    // A hint after a list gets a line of its own.
    const join = got.includes('\n') ? '\n' : '; ';
    super(`${place}: expected ${expected}, got ${got}${hint === undefined ? '' : join + hint}`, options);
    this.place = place;
    this.expected = expected;
    this.got = got;
    this.hint = hint;
  }
}
