import { ArgumentError } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';

/**
 * What errors call a file: its path or address, the name of a `File`, or what it is.
 *
 * @throws {ArgumentError} for what is neither a path nor a `Blob`.
 */
export function placeOf(file: string | Blob): string {
  if (typeof file === 'string') return file;
  if (!(file instanceof Blob)) {
    throw new ArgumentError(`expected a path or a Blob as a file, got ${describeValue(file)}`);
  }
  const name: unknown = Reflect.get(file, 'name');
  return typeof name === 'string' && name !== '' ? name : 'the blob';
}
