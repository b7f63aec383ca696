import { nearestName } from '@kindling/core/internal';
import { DataError } from './data-error.ts';
import { nameList, quote } from './quote.ts';

/** The error for a name that is none of the known: it lists them, and says which was probably meant. */
export function unknownName(place: string, name: string, known: readonly string[]): DataError {
  const near = nearestName(name, known);
  return new DataError({
    place,
    expected: `one of ${nameList(known)}`,
    got: quote(name),
    hint: near === undefined ? undefined : `did you mean ${quote(near)}?`,
  });
}
