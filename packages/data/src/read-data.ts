import { DataError } from './data-error.ts';
import { inflate } from './format/gzip.ts';
import { placeOf } from './given-file.ts';
import { maxFileBytes, readFileBytes } from './read-file.ts';

/**
 * The bytes of a file, unzipped if it is gzip.
 *
 * @param maxBytes more, on the disk or unzipped, are refused. Default 2³⁰.
 * @throws DataError when it is missing, unreadable, too long or a damaged gzip.
 */
export async function readData(file: string | Blob, maxBytes: number = maxFileBytes): Promise<Uint8Array> {
  const place = placeOf(file);
  if (typeof file === 'string') return inflate(await readFileBytes(file, { maxBytes }), place, maxBytes);
  if (file.size > maxBytes) {
    throw new DataError({ place, expected: `at most ${maxBytes} bytes`, got: `${file.size}` });
  }
  return inflate(new Uint8Array(await file.arrayBuffer()), place, maxBytes);
}
