import { DataError } from '../data-error.ts';
import { parseNumber } from './csv-number.ts';
import { type CsvOptions, type CsvSettings, csvLimits, csvSettings } from './csv-options.ts';
import { type CsvRecord, readRecords } from './csv-records.ts';
import { decodeText } from './decode-text.ts';
import { shownField } from './shown-field.ts';

/** The text of a file. @throws DataError for one that is too long, and for bytes that are not UTF-8. */
export function decodeCsv(source: string | Uint8Array, place: string): string {
  if (source.length > csvLimits.bytes) {
    const expected = `at most ${csvLimits.bytes} bytes of text`;
    throw new DataError({ place, expected, got: `${source.length}` });
  }
  if (typeof source === 'string') return source.startsWith('\ufeff') ? source.slice(1) : source;
  return decodeText(source, place);
}

/** Whether a field is one of the markers of a missing value. */
export function missingTest(markers: readonly string[]): (field: string) => boolean {
  if (markers.length === 0) return () => false;
  const known = new Set(markers.map((marker) => marker.trim()));
  return (field) => known.has(field.trim());
}

/** Whether the first row names the columns. @throws DataError where that cannot be told. */
export function hasHeader({ fields, row }: CsvRecord, place: string, settings: CsvSettings): boolean {
  const { header = 'auto', columns = [], exclude = [], categories = {}, missing = [], decimal } = settings;
  if (header !== 'auto') return header;
  const named = [...columns, ...exclude, ...Object.keys(categories)];
  if (named.some((column) => typeof column === 'string' && !/^\d+$/.test(column))) return true;
  const isMissing = missingTest(missing);
  const isNumber = (field: string): boolean => parseNumber(field, decimal) !== undefined || isMissing(field);
  const numbers = fields.filter(isNumber).length;
  if (numbers === 0 || numbers === fields.length) return numbers === 0;
  const text = fields.find((field) => !isNumber(field)) ?? '';
  throw new DataError({
    place: `${place}, row ${row}`,
    expected: 'a header without numbers, or numbers only',
    got: `${numbers} numbers among ${fields.length} fields, and ${shownField(text)}`,
    hint: 'set the header option to true or false',
  });
}

/** Names of the columns: what the header says, or their positions, counted from 1. */
export const columnNames = ({ fields }: CsvRecord, isHeader: boolean): readonly string[] =>
  fields.map((field, i) => (isHeader && field.trim()) || `${i + 1}`);

/** Names of all columns of a text, as `parseCsv` names them. @throws DataError as that does for the first row. */
export function parseCsvNames(
  source: string | Uint8Array,
  place: string,
  options: CsvOptions = {},
): readonly string[] {
  const settings = csvSettings(options);
  const first = readRecords(decodeCsv(source, place), settings.delimiter, place).next().value;
  if (first === undefined) throw new DataError({ place, expected: 'rows of numbers', got: 'none' });
  return columnNames(first, hasHeader(first, place, settings));
}
