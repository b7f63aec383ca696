import { readData } from '#host';
import { DataError } from '../data-error.ts';
import { csvLimits } from '../format/csv-options.ts';
import { decodeText } from '../format/decode-text.ts';
import { placeOf } from '../given-file.ts';

/**
 * The text of a file in UTF-8, gzip or not: a path, in a browser an address, or a `Blob`.
 *
 * @throws {DataError} when it is missing, unreadable, longer than 500 MB or not UTF-8.
 */
export async function readText(file: string | Blob): Promise<string> {
  const place = placeOf(file);
  const text = decodeText(await readData(file, csvLimits.bytes), place);
  if (text !== '') return text;
  throw new DataError({ place, expected: 'text', got: 'an empty file' });
}
