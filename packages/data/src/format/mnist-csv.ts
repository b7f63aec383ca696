import { DataError } from '../data-error.ts';
import { assertBytes } from '../given-argument.ts';

/** Images and their labels as columns of bytes. */
export interface MnistColumns {
  /** count × 784 pixels, 0 (background) … 255 (ink). */
  readonly images: Uint8Array;
  /** count digits, 0 … 9. */
  readonly labels: Uint8Array;
  readonly count: number;
}

const PIXELS = 784;
const NEWLINE = 10;
const RETURN = 13;
const COMMA = 44;
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/**
 * Reads MNIST's CSV form: one row an image, `label,pixel,…` with 784 pixels 0 … 255, with or without a header row. It reads
 * bytes, since the training file (109 MB, 47 million fields) is too much for a parser of strings.
 *
 * Errors count rows as an editor counts lines. `place` names the file in them.
 *
 * @throws DataError at the first row that has not 785 fields, label outside 0 … 9, pixel outside 0 … 255, or field that is
 *   no integer, and when there is no row.
 */
export function parseMnistCsv(bytes: Uint8Array, place: string): MnistColumns {
  assertBytes('parseMnistCsv', bytes);
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let row = 1;
  if (isHeader(lineAt(bytes, at))) {
    at = nextLine(bytes, at);
    row++;
  }
  // A field takes two bytes or more; the last line may lack its end.
  const capacity = Math.floor((bytes.length - at + 1) / (2 * (PIXELS + 1)));
  const images = new Uint8Array(capacity * PIXELS);
  const labels = new Uint8Array(capacity);
  let count = 0;
  for (; at < bytes.length; at = nextLine(bytes, at), row++) {
    if (!isDigit(bytes[at]!) && lineAt(bytes, at).trim() === '') continue;
    let i = at;
    for (let column = 0; column <= PIXELS; column++) {
      const start = i;
      let value = 0;
      while (isDigit(bytes[i] ?? 0)) value = value * 10 + bytes[i++]! - 48;
      const end = bytes[i++] ?? NEWLINE;
      const isLast = end === NEWLINE || end === RETURN;
      const isField = start < i - 1 && (isLast || end === COMMA);
      if (!isField || value > (column === 0 ? 9 : 255)) throw badField(bytes, start, column, row, place);
      if (isLast !== (column === PIXELS)) throw badWidth(bytes, at, row, place);
      if (column === 0) labels[count] = value;
      else images[count * PIXELS + column - 1] = value;
    }
    count++;
  }
  if (count === 0) throw new DataError({ place, expected: 'rows of a label and 784 pixels', got: 'none' });
  return { images: images.slice(0, count * PIXELS), labels: labels.slice(0, count), count };
}

/** A header says "label" first, or has no number at all; a row with one bad field is no header. */
function isHeader(line: string): boolean {
  const fields = line.split(',').map((field) => field.trim().replaceAll('"', ''));
  const named = fields.length > 1 && fields.every((field) => !/^\d+$/.test(field));
  return named || fields[0]?.toLowerCase() === 'label';
}

function badField(bytes: Uint8Array, start: number, column: number, row: number, place: string): DataError {
  const field = lineAt(bytes, start).split(',', 1)[0] ?? '';
  return new DataError({
    place: `${place}, row ${row}, column ${column + 1}`,
    expected: column === 0 ? 'a label in [0, 9]' : 'a pixel in [0, 255]',
    got: field === '' ? 'an empty field' : JSON.stringify(field.slice(0, 40)),
  });
}

function badWidth(bytes: Uint8Array, start: number, row: number, place: string): DataError {
  return new DataError({
    place: `${place}, row ${row}`,
    expected: `${PIXELS + 1} columns (a label and ${PIXELS} pixels)`,
    got: `${lineAt(bytes, start).split(',').length}`,
  });
}

/** Where the line after the one at `at` begins. */
function nextLine(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(NEWLINE, at);
  return end < 0 ? bytes.length : end + 1;
}

/** Of a line that is longer, only the beginning is looked at: a row of 785 fields has less than 4000 bytes. */
const MAX_LINE_BYTES = 65_536;

/** The text from `at` to the end of its line. */
function lineAt(bytes: Uint8Array, at: number): string {
  const end = bytes.subarray(0, at + MAX_LINE_BYTES).indexOf(NEWLINE, at);
  const line = bytes.subarray(at, end < 0 ? at + MAX_LINE_BYTES : end);
  return new TextDecoder().decode(line).replace(/\r$/, '');
}
