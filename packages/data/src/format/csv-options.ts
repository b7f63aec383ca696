import { checkOptions, type OptionNames } from '@kindling/core/internal';
import { DataError } from '../data-error.ts';
import { quote } from '../quote.ts';
import type { ColumnReference } from './column-reference.ts';
import type { Categories, CategoryEncoding } from './csv-categories.ts';
import type { DecimalMark } from './csv-number.ts';

/** How a CSV file is read. */
export interface CsvOptions {
  /**
   * Whether the first row names the columns. Default `'auto'`: it does if it holds no number, or an option names a column, and
   * does not if it holds only numbers; a mixture is an error that names this option.
   */
  readonly header?: boolean | 'auto' | undefined;
  /** One character between fields. Default `,`, or `;` with decimal commas. */
  readonly delimiter?: string | undefined;
  /** Decimal mark of numbers. Default `.`. Numbers have no marks between thousands. */
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

/** Limits of the reader. */
export const csvLimits = {
  /** Length of the text, unzipped: a string of JavaScript holds 2²⁹. */
  bytes: 500_000_000,
  /** Numbers in all, which take 8 bytes each. */
  numbers: 2 ** 27,
} as const;

/** Options with the defaults that depend on each other. */
export type CsvSettings = CsvOptions & { readonly delimiter: string; readonly decimal: DecimalMark };

/**
 * Options, checked.
 *
 * @throws DataError for marks that are none or the same; ArgumentError for an option that does not exist.
 */
export function csvSettings(options: CsvOptions): CsvSettings {
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
  return { ...options, decimal, delimiter };
}
