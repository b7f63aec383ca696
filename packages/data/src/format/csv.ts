import { DataError } from '../data-error.ts';
import { unknownName } from '../nearest-name.ts';
import { readRecords } from './csv-records.ts';

/** How a CSV file is read. */
export interface CsvOptions {
  /**
   * Whether the first row names the columns. Default `'auto'`: it does if it holds no number, and does not if it holds only
   * numbers; a mixture is an error that asks for this option.
   */
  readonly header?: boolean | 'auto' | undefined;
  /** One character between fields. Default `,`. */
  readonly delimiter?: string | undefined;
  /** The columns to read, by name; the others may then hold text. Default: all. Without a header, columns are named 1, 2, … */
  readonly columns?: readonly string[] | undefined;
}

/** A CSV file of numbers, by columns. */
export interface CsvColumns {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  /** Rows of numbers: neither the header nor blank lines. */
  readonly rows: number;
}

// A plain decimal number. Number() alone would also take '', '0x1f', '1_0' and ' '.
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The finite number that a field spells, or undefined. */
function parseNumber(field: string): number | undefined {
  const text = field.trim();
  const value = decimal.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** A field as an error shows it. */
const quoted = (field: string): string =>
  field.trim() === ''
    ? 'an empty field'
    : JSON.stringify(field.length > 40 ? `${field.slice(0, 40)}…` : field);

/**
 * Reads a CSV file of finite decimal numbers (RFC 4180: quoted fields, `""` for a quote in them), with LF, CRLF or CR
 * line ends, with or without a byte order mark. Blank lines are skipped, spaces around numbers too.
 *
 * Errors count rows as an editor counts lines: from 1, the header and blank lines included. `place` names the file in them.
 *
 * @throws DataError at the first field that is no number, row with more or fewer fields than the first, unclosed quote,
 *   byte that is not UTF-8, repeated or unknown column name, and when there are no rows.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function parseCsv(source: string | Uint8Array, place: string, options: CsvOptions = {}): CsvColumns {
  const { header = 'auto', delimiter = ',' } = options;
  const records = readRecords(decode(source, place), delimiter, place);
  const first = records.next().value;
  if (first === undefined) throw new DataError({ place, expected: 'rows of numbers', got: 'none' });

  const isHeader = header === 'auto' ? looksLikeHeader(first.fields, first.row, place) : header;
  const names = isHeader
    ? first.fields.map((field, i) => field.trim() || `${i + 1}`)
    : first.fields.map((_, i) => `${i + 1}`);
  const chosen = chooseColumns(names, options.columns, place);
  const columns: number[][] = chosen.map(() => []);

  const add = (fields: readonly string[], row: number): void => {
    if (fields.length !== names.length) {
      throw new DataError({
        place: `${place}, row ${row}`,
        expected: `${names.length} columns as in row ${first.row}`,
        got: `${fields.length}`,
      });
    }
    chosen.forEach((at, i) => {
      const field = fields[at]!;
      const value = parseNumber(field);
      if (value === undefined) {
        const name = isHeader ? ` (${names[at]})` : '';
        throw new DataError({
          place: `${place}, row ${row}, column ${at + 1}${name}`,
          expected: 'a finite number',
          got: quoted(field),
        });
      }
      columns[i]!.push(value);
    });
  };
  if (!isHeader) add(first.fields, first.row);
  for (const { fields, row } of records) add(fields, row);

  const rows = columns[0]?.length ?? 0;
  if (rows === 0) throw new DataError({ place, expected: 'rows of numbers', got: 'a header and no row' });
  return {
    names: chosen.map((at) => names[at]!),
    columns: columns.map((column) => Float64Array.from(column)),
    rows,
  };
}

function decode(source: string | Uint8Array, place: string): string {
  if (typeof source === 'string') return source.startsWith('\ufeff') ? source.slice(1) : source;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch (cause) {
    throw new DataError({ place, expected: 'text in UTF-8', got: 'bytes that are not' }, { cause });
  }
}

function looksLikeHeader(fields: readonly string[], row: number, place: string): boolean {
  const numbers = fields.filter((field) => parseNumber(field) !== undefined).length;
  if (numbers === 0 || numbers === fields.length) return numbers === 0;
  const text = fields.find((field) => parseNumber(field) === undefined) ?? '';
  throw new DataError({
    place: `${place}, row ${row}`,
    expected: 'a header without numbers, or numbers only',
    got: `${numbers} numbers among ${fields.length} fields, and ${quoted(text)}`,
    hint: 'say which with the header option (true or false)',
  });
}

/** The positions of the columns asked for. */
function chooseColumns(
  names: readonly string[],
  asked: readonly string[] | undefined,
  place: string,
): readonly number[] {
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new DataError({
      place: `${place}, row 1`,
      expected: 'different column names',
      got: `${JSON.stringify(repeated)} twice`,
    });
  }
  return asked?.map((name) => columnIndex(names, name, place)) ?? names.map((_, i) => i);
}

/** The position of a column. @throws DataError when there is none of that name. */
export function columnIndex(names: readonly string[], name: string, place: string): number {
  const at = names.indexOf(name);
  if (at >= 0) return at;
  throw unknownName(`${place}, column`, name, names);
}
