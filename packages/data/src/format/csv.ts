import { DataError } from '../data-error.ts';
import { assertBytes } from '../given-argument.ts';
import { quote } from '../quote.ts';
import { ColumnFinder } from './column-reference.ts';
import { type Categories, CategoryColumn, encodedNames } from './csv-categories.ts';
import { dialectAdvice } from './csv-delimiter.ts';
import { columnNames, decodeCsv, hasHeader, missingTest } from './csv-header.ts';
import { type DecimalMark, parseNumber } from './csv-number.ts';
import { type CsvOptions, type CsvSettings, csvLimits, csvSettings } from './csv-options.ts';
import { readRecords } from './csv-records.ts';
import { shownField } from './shown-field.ts';

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
  if (typeof source !== 'string') assertBytes('parseCsv', source);
  const settings = csvSettings(options);
  const { delimiter, decimal } = settings;
  const text = decodeCsv(source, place);
  try {
    return readColumns(text, place, settings);
  } catch (error) {
    if (!(error instanceof DataError) || error.place === 'delimiter') throw error;
    const advice = dialectAdvice(text, { delimiter, decimal });
    if (advice === undefined) throw error;
    const { expected, got } = error;
    throw new DataError({ place: error.place, expected, got, hint: advice }, { cause: error });
  }
}

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
      throw new DataError({ place: place(), expected: 'a finite number', got: shownField(field) });
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

function readColumns(text: string, place: string, settings: CsvSettings): CsvColumns {
  const { delimiter, decimal, missing = [] } = settings;
  const records = readRecords(text, delimiter, place);
  const first = records.next().value;
  if (first === undefined) throw new DataError({ place, expected: 'rows of numbers', got: 'none' });

  const isMissing = missingTest(missing);
  const isHeader = hasHeader(first, place, settings);
  const fileColumns = columnNames(first, isHeader);
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
  if (rows === 0) throw new DataError({ place, expected: 'rows of numbers', got: 'a header without rows' });

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
  // As in a string of JavaScript, so that a name with line ends stays on one.
  const shown = name === undefined ? '' : ` (${quote(name).slice(1, -1)})`;
  return `${place}, row ${row}, column ${at + 1}${shown}`;
}

/** Positions of the columns to read, counted from 0. */
function chosenColumns(names: readonly string[], place: string, settings: CsvSettings): readonly number[] {
  const { columns, exclude = [], categories = {} } = settings;
  const finder = new ColumnFinder(names, place);
  const excluded = new Set(exclude.map((column) => finder.indexOf(column)));
  for (const name of Object.keys(categories)) finder.indexOf(name);
  const chosen = columns?.map((column) => finder.indexOf(column)) ?? [...names.keys()];
  const seen = new Set<number>();
  for (const at of chosen) {
    if (columns !== undefined && (seen.has(at) || excluded.has(at))) {
      const got = `${quote(names[at]!)} ${seen.has(at) ? 'twice' : 'also among the excluded'}`;
      throw new DataError({ place: `${place}, columns`, expected: 'each column once', got });
    }
    seen.add(at);
  }
  const left = chosen.filter((at) => !excluded.has(at));
  if (left.length > 0) return left;
  throw new DataError({ place, expected: 'a column to read', got: 'none: all are excluded' });
}
