import { checkOptions, type OptionNames } from '@kindling/core';
import { DataError } from '../data-error.ts';
import { quote } from '../quote.ts';
import { ColumnFinder, type ColumnReference } from './column-reference.ts';
import { type Categories, CategoryColumn, type CategoryEncoding, encodedNames } from './csv-categories.ts';
import { dialectAdvice } from './csv-delimiter.ts';
import { type DecimalMark, parseNumber } from './csv-number.ts';
import { readRecords } from './csv-records.ts';

/** How a CSV file is read. */
export interface CsvOptions {
  /**
   * Whether the first row names the columns. Default `'auto'`: it does if it holds no number, or an option names a column, and
   * does not if it holds only numbers; a mixture is an error that asks for this option.
   */
  readonly header?: boolean | 'auto' | undefined;
  /** One character between fields. Default `,`, or `;` with decimal commas. */
  readonly delimiter?: string | undefined;
  /** What stands before the fraction of a number. Default `.`. Numbers have no marks between thousands. */
  readonly decimal?: DecimalMark | undefined;
  /**
   * The columns to read, by name or position, in this order; the others may then hold text. Default: all. Without a header,
   * columns are named 1, 2, …
   */
  readonly columns?: readonly ColumnReference[] | undefined;
  /** Columns to leave out, by name or position: they may hold text. */
  readonly exclude?: readonly ColumnReference[] | undefined;
  /**
   * What stands for a value that is not known, such as `NA`, `?`, or the empty text: it is read as NaN, which
   * `Table.withoutMissing` and `Table.fillMissing` take away. Default: none, so that such a field is an error.
   */
  readonly missing?: readonly string[] | undefined;
  /**
   * Columns of words, by name: how they become numbers. With a list of `values` no other categories may come; without, they
   * are those that the column holds, in the order of their letters.
   */
  readonly categories?: Readonly<Record<string, CategoryEncoding | Categories>> | undefined;
}

const optionNames: OptionNames<CsvOptions> = {
  header: true,
  delimiter: true,
  decimal: true,
  columns: true,
  exclude: true,
  missing: true,
  categories: true,
};

/** A CSV file of numbers, by columns. */
export interface CsvColumns {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  /** Rows of numbers: neither the header nor blank lines. */
  readonly rows: number;
  /** Names of all columns of the file, in its order. */
  readonly fileColumns: readonly string[];
  /** Names of the columns that were read, before words became numbers. */
  readonly sources: readonly string[];
  /** How columns of words were encoded, by name. */
  readonly categories: Readonly<Record<string, Categories>>;
}

/** Limits of the reader. */
export const csvLimits = {
  /** Length of the text, unzipped: a string of JavaScript holds 2²⁹. */
  bytes: 500_000_000,
  /** Numbers in all, which take 8 bytes each. */
  numbers: 2 ** 27,
} as const;

/** A field as an error shows it. */
const shown = (field: string): string => (field.trim() === '' ? 'an empty field' : quote(field));

/**
 * Reads a CSV file of finite decimal numbers and categories (RFC 4180: quoted fields, `""` for a quote in them), with LF, CRLF
 * or CR line ends, with or without a byte order mark. Blank lines are skipped, spaces around numbers too.
 *
 * Errors count rows as an editor counts lines: from 1, the header and blank lines included. `place` names the file in them.
 * Where the fields seem to be separated by another character, or numbers to have decimal commas, they say so. Takes time in
 * proportion to the text; files of more than 500 MB or 2²⁷ numbers are refused.
 *
 * @throws DataError at the first field that is no number, row with more or fewer fields than the first, unclosed quote,
 *   byte that is not UTF-8, repeated or unknown column name, and when there are no rows.
 * @throws ArgumentError for an option that does not exist.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function parseCsv(source: string | Uint8Array, place: string, options: CsvOptions = {}): CsvColumns {
  checkOptions('parseCsv', options, optionNames);
  const { decimal = '.' } = options;
  const { delimiter = decimal === ',' ? ';' : ',' } = options;
  if (decimal !== '.' && decimal !== ',') {
    throw new DataError({ place: 'decimal', expected: '"." or ","', got: quote(String(decimal)) });
  }
  if (delimiter === decimal) {
    const expected = `a character other than the decimal mark ${quote(decimal)}`;
    throw new DataError({ place: 'delimiter', expected, got: quote(delimiter) });
  }
  const text = decode(source, place);
  try {
    return readColumns(text, place, { ...options, decimal, delimiter });
  } catch (error) {
    if (!(error instanceof DataError) || error.place === 'delimiter') throw error;
    const advice = dialectAdvice(text, { delimiter, decimal });
    if (advice === undefined) throw error;
    const { expected, got } = error;
    throw new DataError({ place: error.place, expected, got, hint: advice }, { cause: error });
  }
}

type Settings = CsvOptions & { readonly delimiter: string; readonly decimal: DecimalMark };

/** Gathers a column of numbers; NaN where one is missing. */
class NumberColumn {
  readonly #decimal: DecimalMark;
  readonly #values: number[] = [];

  constructor(decimal: DecimalMark) {
    this.#decimal = decimal;
  }

  add(field: string, place: () => string): void {
    const value = parseNumber(field, this.#decimal);
    if (value === undefined) {
      throw new DataError({ place: place(), expected: 'a finite number', got: shown(field) });
    }
    this.#values.push(value);
  }

  addMissing(): void {
    this.#values.push(Number.NaN);
  }

  columns(): readonly Float64Array[] {
    return [Float64Array.from(this.#values)];
  }
}

function readColumns(text: string, place: string, settings: Settings): CsvColumns {
  const { delimiter, decimal, missing = [] } = settings;
  const records = readRecords(text, delimiter, place);
  const first = records.next().value;
  if (first === undefined) throw new DataError({ place, expected: 'rows of numbers', got: 'none' });

  const markers = new Set(missing.map((marker) => marker.trim()));
  const isMissing = (field: string): boolean => markers.size > 0 && markers.has(field.trim());
  const isNumber = (field: string): boolean => parseNumber(field, decimal) !== undefined || isMissing(field);
  const isHeader = hasHeader(first.fields, first.row, place, settings, isNumber);
  const fileColumns = first.fields.map((field, i) => (isHeader && field.trim()) || `${i + 1}`);
  const chosen = chosenColumns(fileColumns, place, settings);
  const encodings = settings.categories ?? {};
  const readers = chosen.map((at) => {
    const name = fileColumns[at]!;
    const encoding = Object.hasOwn(encodings, name) ? encodings[name] : undefined;
    if (encoding === undefined) return new NumberColumn(decimal);
    return typeof encoding === 'string'
      ? new CategoryColumn(encoding)
      : new CategoryColumn(encoding.encoding, encoding.values);
  });

  let rows = 0;
  const add = (fields: readonly string[], row: number): void => {
    if (fields.length !== fileColumns.length) {
      throw new DataError({
        place: `${place}, row ${row}`,
        expected: `${fileColumns.length} columns as in row ${first.row}`,
        got: `${fields.length}`,
      });
    }
    rows++;
    if (rows * chosen.length > csvLimits.numbers) {
      const expected = `at most ${csvLimits.numbers} numbers`;
      throw new DataError({ place, expected, got: `more, in ${chosen.length} columns` });
    }
    for (let i = 0; i < chosen.length; i++) {
      const at = chosen[i]!;
      const field = fields[at]!;
      const reader = readers[i]!;
      if (isMissing(field)) reader.addMissing();
      else reader.add(field, () => fieldPlace(place, row, at, isHeader ? fileColumns[at] : undefined));
    }
  };
  if (!isHeader) add(first.fields, first.row);
  for (const { fields, row } of records) add(fields, row);
  if (rows === 0) throw new DataError({ place, expected: 'rows of numbers', got: 'a header and no row' });

  const sources = chosen.map((at) => fileColumns[at]!);
  const categories: [string, Categories][] = readers.flatMap((reader, i) =>
    reader instanceof CategoryColumn ? [[sources[i]!, reader.categories] as [string, Categories]] : [],
  );
  const encoded = new Map(categories);
  const names = sources.flatMap((name) => {
    const own = encoded.get(name);
    return own === undefined ? [name] : encodedNames(name, own);
  });
  // A column may be called as another's category is.
  new ColumnFinder(names, place);
  if (names.length * rows > csvLimits.numbers) {
    const expected = `at most ${csvLimits.numbers} numbers`;
    throw new DataError({ place, expected, got: `${names.length} columns of ${rows}, with categories` });
  }
  return {
    names,
    columns: readers.flatMap((reader) => reader.columns()),
    rows,
    fileColumns,
    sources,
    categories: Object.fromEntries(categories),
  };
}

function fieldPlace(place: string, row: number, at: number, name: string | undefined): string {
  const shownName = name === undefined ? '' : ` (${name.length > 40 ? `${name.slice(0, 40)}…` : name})`;
  return `${place}, row ${row}, column ${at + 1}${shownName}`;
}

function decode(source: string | Uint8Array, place: string): string {
  if (source.length > csvLimits.bytes) {
    const expected = `at most ${csvLimits.bytes} bytes of text`;
    throw new DataError({ place, expected, got: `${source.length}` });
  }
  if (typeof source === 'string') return source.startsWith('\ufeff') ? source.slice(1) : source;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch (cause) {
    const isUtf16 = (source[0] === 0xff && source[1] === 0xfe) || (source[0] === 0xfe && source[1] === 0xff);
    const hint = isUtf16 ? 'it begins as UTF-16 does: save it as UTF-8' : undefined;
    throw new DataError({ place, expected: 'text in UTF-8', got: 'bytes that are not', hint }, { cause });
  }
}

/** Whether the first row names the columns. */
function hasHeader(
  fields: readonly string[],
  row: number,
  place: string,
  settings: Settings,
  isNumber: (field: string) => boolean,
): boolean {
  const { header = 'auto', columns = [], exclude = [], categories = {} } = settings;
  if (header !== 'auto') return header;
  const named = [...columns, ...exclude, ...Object.keys(categories)];
  if (named.some((column) => typeof column === 'string' && !/^\d+$/.test(column))) return true;
  const numbers = fields.filter(isNumber).length;
  if (numbers === 0 || numbers === fields.length) return numbers === 0;
  const text = fields.find((field) => !isNumber(field)) ?? '';
  throw new DataError({
    place: `${place}, row ${row}`,
    expected: 'a header without numbers, or numbers only',
    got: `${numbers} numbers among ${fields.length} fields, and ${shown(text)}`,
    hint: 'say which with the header option (true or false)',
  });
}

/** Positions of the columns to read, counted from 0. */
function chosenColumns(names: readonly string[], place: string, settings: Settings): readonly number[] {
  const { columns, exclude = [], categories = {} } = settings;
  const finder = new ColumnFinder(names, place);
  const excluded = new Set(exclude.map((column) => finder.indexOf(column)));
  for (const name of Object.keys(categories)) finder.indexOf(name);
  const chosen = columns?.map((column) => finder.indexOf(column)) ?? [...names.keys()];
  const seen = new Set<number>();
  for (const at of chosen) {
    if (columns !== undefined && (seen.has(at) || excluded.has(at))) {
      const got = `${quote(names[at]!)} ${seen.has(at) ? 'twice' : 'among the excluded, too'}`;
      throw new DataError({ place: `${place}, columns`, expected: 'each column once', got });
    }
    seen.add(at);
  }
  const left = chosen.filter((at) => !excluded.has(at));
  if (left.length > 0) return left;
  throw new DataError({ place, expected: 'a column to read', got: 'none: all are excluded' });
}
