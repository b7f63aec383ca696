import { ArgumentError } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';

/** What errors call a file: its path or address, the name of a `File`, or what it is. */
export function placeOf(file: string | Blob): string {
  if (typeof file === 'string') return file;
  const name: unknown = Reflect.get(file, 'name');
  return typeof name === 'string' && name !== '' ? name : 'the blob';
}

/** @throws {ArgumentError} for what is neither a path nor a `Blob`. */
export function assertFile(op: string, file: unknown): asserts file is string | Blob {
  if (typeof file === 'string' || file instanceof Blob) return;
  throw new ArgumentError(`${op}: expected a path or a Blob, got ${describeValue(file)}`);
}
