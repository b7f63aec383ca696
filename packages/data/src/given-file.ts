import { DataError } from './data-error.ts';

/**
 * What errors call a file: its path or address, the name of a `File`, or what it is.
 *
 * @throws DataError for what is neither a path nor a `Blob`.
 */
export function placeOf(file: string | Blob): string {
  if (typeof file === 'string') return file;
  if (!(file instanceof Blob)) {
    throw new DataError({
      place: 'file',
      expected: 'a path or a Blob',
      got: file === null ? 'null' : typeof file,
    });
  }
  const name: unknown = Reflect.get(file, 'name');
  return typeof name === 'string' && name !== '' ? name : 'the blob';
}
