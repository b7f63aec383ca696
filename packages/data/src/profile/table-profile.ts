import { readData } from '#host';
import { DataError } from '../data-error.ts';
import type { Table } from '../dataset/table.ts';
import { betterDialect, type Dialect } from '../format/csv-delimiter.ts';
import { columnNames, decodeCsv } from '../format/csv-header.ts';
import { parseNumber } from '../format/csv-number.ts';
import { csvLimits } from '../format/csv-options.ts';
import { type CsvRecord, readRecords } from '../format/csv-records.ts';
import { assertHas, assertText } from '../given-argument.ts';
import { placeOf } from '../given-file.ts';
import { type ColumnProfile, ColumnProfiler, isMissingMarker } from './column-profile.ts';

/** What a table holds, whether or not it can be trained on. */
export interface TableProfile extends Dialect {
  /** The file, or the dataset. */
  readonly place: string;
  /** Whether the first row names the columns. */
  readonly header: boolean;
  /** Whether it holds numbers and words, so that it may be either. */
  readonly isHeaderUnclear: boolean;
  /** Without the header and blank lines. */
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** Rows that have a different number of fields than the first; their fields are not looked at. */
  readonly ragged: number;
  /** The first of them. */
  readonly firstRagged?: { readonly row: number; readonly fields: number };
  /** Rows that have a missing value. */
  readonly incomplete: number;
  /** Rows that repeat an earlier one, field by field. */
  readonly duplicates: number;
  /** Spellings of missing values that came, such as `NA` and the empty text. */
  readonly missingMarkers: readonly string[];
  /** Columns that have the same field in each row as an earlier one, with that one's name. */
  readonly copies: readonly { readonly column: string; readonly of: string }[];
}

type Heading = Pick<TableProfile, 'place' | 'header' | 'isHeaderUnclear' | 'delimiter' | 'decimal'>;

/** Rows whose text is remembered to find repetitions. */
const maxRemembered = 2_000_000;

/** Gathers a table row by row. */
class TableProfiler {
  readonly #columns: readonly ColumnProfiler[];
  readonly #seen = new Set<string>();
  #rows = 0;
  #ragged = 0;
  #firstRagged: TableProfile['firstRagged'];
  #incomplete = 0;
  #duplicates = 0;

  constructor(names: readonly string[], { decimal }: Dialect) {
    this.#columns = names.map((name) => new ColumnProfiler(name, decimal));
  }

  add({ fields, row }: CsvRecord): void {
    this.#rows++;
    if (fields.length !== this.#columns.length) {
      this.#ragged++;
      this.#firstRagged ??= { row, fields: fields.length };
      return;
    }
    const trimmed = fields.map((field) => field.trim());
    this.#columns.forEach((column, i) => {
      column.add(trimmed[i]!, row);
    });
    if (trimmed.some(isMissingMarker)) this.#incomplete++;
    const text = trimmed.join('\u0000');
    if (this.#seen.has(text)) this.#duplicates++;
    else if (this.#seen.size < maxRemembered) this.#seen.add(text);
  }

  #copies(): TableProfile['copies'] {
    const first = new Map<string, string>();
    return this.#columns.flatMap(({ name, fingerprint }) => {
      const of = first.get(fingerprint);
      if (of === undefined) first.set(fingerprint, name);
      return of === undefined || this.#rows === 0 ? [] : [{ column: name, of }];
    });
  }

  profile({ place, header, isHeaderUnclear, delimiter, decimal }: Heading): TableProfile {
    return {
      place,
      delimiter,
      decimal,
      header,
      isHeaderUnclear,
      rows: this.#rows,
      columns: this.#columns.map((column) => column.profile()),
      ragged: this.#ragged,
      ...(this.#firstRagged === undefined ? {} : { firstRagged: this.#firstRagged }),
      incomplete: this.#incomplete,
      duplicates: this.#duplicates,
      missingMarkers: [...new Set(this.#columns.flatMap(({ markers }) => [...markers]))].sort(),
      copies: this.#copies(),
    };
  }
}

/**
 * Describes a CSV file, gzip or not (a path, in a browser an address, or a `Blob`): its columns, what is missing, constant, repeated or of another form than the rest. Guesses
 * what stands between the fields, the decimal mark and whether there is a header. Trains on nothing and refuses no value.
 *
 * @throws DataError for a file that cannot be read as rows of fields: missing, not UTF-8, too long, an unclosed quote, no rows.
 */
export async function profileCsv(file: string | Blob): Promise<TableProfile> {
  const place = placeOf(file);
  return profileCsvText(decodeCsv(await readData(file, csvLimits.bytes), place), place);
}

/** {@link profileCsv} of a text. */
export function profileCsvText(text: string, place: string): TableProfile {
  assertText('profileCsvText', 'text', text);
  const usual: Dialect = { delimiter: ',', decimal: '.' };
  const dialect = betterDialect(text, usual) ?? usual;
  const records = readRecords(text, dialect.delimiter, place);
  const first = records.next().value;
  if (first === undefined) throw new DataError({ place, expected: 'rows of fields', got: 'none' });
  const numbers = first.fields.filter((field) => parseNumber(field, dialect.decimal) !== undefined).length;
  const words = first.fields.filter(
    (field) => parseNumber(field, dialect.decimal) === undefined && !isMissingMarker(field),
  ).length;
  const header = words > 0 && words >= numbers;
  const profiler = new TableProfiler(columnNames(first, header), dialect);
  if (!header) profiler.add(first);
  for (const record of records) profiler.add(record);
  return profiler.profile({ place, header, isHeaderUnclear: words > 0 && numbers > 0, ...dialect });
}

/** Describes a table that was read. */
export function profileTable(table: Table): TableProfile {
  assertHas('profileTable', 'table', table, ['names', 'columns', 'length']);
  const dialect: Dialect = { delimiter: ',', decimal: '.' };
  const profiler = new TableProfiler(table.names, dialect);
  for (let row = 0; row < table.length; row++) {
    profiler.add({ fields: table.get(row).map(String), row: row + 1 });
  }
  return profiler.profile({ place: table.place, header: true, isHeaderUnclear: false, ...dialect });
}
