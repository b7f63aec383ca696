import { ArgumentError } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';

/** Words, with apostrophes inside of them, or any other character that is no space. */
const token = /[\p{L}\p{M}\p{N}_]+(?:['\u2019][\p{L}\p{M}\p{N}_]+)*|\S/gu;

/**
 * The words of a text and its punctuation marks, in lower case: `Don't panic!` is `don't`, `panic`, `!`.
 *
 * @throws {ArgumentError} for what is no string.
 */
export function tokenize(text: string): string[] {
  if (typeof text !== 'string') {
    throw new ArgumentError(`tokenize: expected a string, got ${describeValue(text)}`);
  }
  return text.toLowerCase().match(token) ?? [];
}
