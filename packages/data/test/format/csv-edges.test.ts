import { afterEach, describe, expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { ColumnFinder } from '../../src/format/column-reference.ts';
import { parseCsv } from '../../src/format/csv.ts';
import { betterDialect, dialectAdvice } from '../../src/format/csv-delimiter.ts';
import { parseCsvNames } from '../../src/format/csv-header.ts';
import { csvLimits } from '../../src/format/csv-options.ts';
import { messageOf, thrownBy } from './data-error.ts';

describe('names of columns alone', () => {
  test('are those of the table, whatever its further rows hold', () => {
    for (const text of ['a,b\n1,2\n', '1,2\n3,4\n', '\n"x, y",z\nword,1\n', ' ,b\n1,2\n']) {
      const read = { header: 'auto' as const };
      expect(parseCsvNames(text, 'x.csv', read)).toEqual(
        parseCsv(text, 'x.csv', { ...read, missing: ['word'] }).names,
      );
    }
    expect(parseCsvNames('a;b\nword;1,5', 'x.csv', { decimal: ',' })).toEqual(['a', 'b']);
    expect(parseCsvNames('a,b', 'x.csv', { header: false })).toEqual(['1', '2']);
  });

  test('need a row, whose form can be told', () => {
    expect(messageOf(() => parseCsvNames('\n\n', 'x.csv'))).toBe('x.csv: expected rows of numbers, got none');
    expect(messageOf(() => parseCsvNames('a,1\n', 'x.csv'))).toContain('set the header option');
    expect(messageOf(() => parseCsvNames('a,"b', 'x.csv'))).toContain('expected a closing quote');
  });
});

describe('what an error was caused by is kept', () => {
  test('bytes that are no UTF-8, of either order of UTF-16 or neither', () => {
    const error = (...bytes: number[]) => thrownBy(() => parseCsv(Uint8Array.from(bytes), 'x.csv'));
    for (const mark of [
      [0xff, 0xfe],
      [0xfe, 0xff],
    ]) {
      expect(error(...mark, 0x31, 0)).toMatchObject({ hint: 'the file is in UTF-16; save it as UTF-8' });
    }
    for (const bytes of [[0x31, 0xff], [0xff], [0xfe, 0xfe], [0xff, 0xff]]) {
      const plain = error(...bytes);
      expect(plain).toBeInstanceOf(DataError);
      expect((plain as DataError).hint).toBeUndefined();
      expect((plain as Error).cause).toBeInstanceOf(TypeError);
    }
  });

  test('the error without advice is the cause of the one with it', () => {
    const error = thrownBy(() => parseCsv('a;b\n1;2\n', 'x.csv')) as DataError;
    expect(error.hint).toContain('semicolons');
    expect(error.cause).toBeInstanceOf(DataError);
    expect((error.cause as DataError).hint).toBeUndefined();
  });
});

test('marks that are none are refused', () => {
  expect(messageOf(() => Reflect.apply(parseCsv, undefined, ['1,2', 'x.csv', { decimal: ';' }]))).toBe(
    'decimal: expected "." or ",", got ";"',
  );
  for (const delimiter of ['', '\n', '\r', '"', ';;']) {
    expect(messageOf(() => parseCsv('1,2', 'x.csv', { delimiter }))).toContain(
      'delimiter: expected one character other than a quote or a line end',
    );
  }
  expect(messageOf(() => parseCsv('1,2', 'x.csv', { delimiter: '\\t' }))).toContain(
    'got "\\\\t"; a tab is "\\t" in JSON and in JavaScript',
  );
  expect(messageOf(() => parseCsv('1,2', 'x.csv', { delimiter: '\\n' }))).not.toContain('a tab is');
});

describe('spaces', () => {
  test('around fields and quotes are none of theirs, unless they separate', () => {
    expect(parseCsv(' "a" , b \n 1 ,  "2" \n', 'x.csv')).toMatchObject({
      names: ['a', 'b'],
      columns: [Float64Array.of(1), Float64Array.of(2)],
    });
    expect(parseCsv('1 2\n3 4', 'x.csv', { delimiter: ' ' }).columns).toEqual([
      Float64Array.of(1, 3),
      Float64Array.of(2, 4),
    ]);
    expect(parseCsv('"1" "2"\n3 4', 'x.csv', { delimiter: ' ' }).rows).toBe(2);
    expect(messageOf(() => parseCsv('1  2\n', 'x.csv', { delimiter: ' ', header: false }))).toContain(
      'column 2: expected a finite number, got an empty field',
    );
  });

  test('alone on a line make it blank, but not where a field is quoted', () => {
    expect(parseCsv('1\n   \n2\n', 'x.csv').rows).toBe(2);
    expect(messageOf(() => parseCsv('1\n""\n2\n', 'x.csv'))).toBe(
      'x.csv, row 2, column 1: expected a finite number, got an empty field',
    );
  });
});

describe('more numbers than are read', () => {
  const { numbers } = csvLimits;
  afterEach(() => void Reflect.set(csvLimits, 'numbers', numbers));

  test('are refused, as many as are allowed are not', () => {
    Reflect.set(csvLimits, 'numbers', 6);
    expect(parseCsv('1,2\n3,4\n5,6\n', 'x.csv').rows).toBe(3);
    expect(messageOf(() => parseCsv('1,2\n3,4\n5,6\n7,8\n', 'x.csv'))).toBe(
      'x.csv: expected at most 6 numbers, got more, in 2 columns',
    );
    expect(parseCsv('1,2\n3,4\n5,6\n7,8\n', 'x.csv', { columns: ['1'], header: false }).rows).toBe(4);
    const categories = { a: 'oneHot' } as const;
    expect(parseCsv('a\nx\ny\nx\n', 'x.csv', { categories }).columns).toHaveLength(2);
    expect(messageOf(() => parseCsv('a\nx\ny\nz\n', 'x.csv', { categories }))).toBe(
      'x.csv: expected at most 6 numbers, got 3 columns of 3, with categories',
    );
  });
});

describe('another way of writing', () => {
  const used = { delimiter: ',', decimal: '.' } as const;

  test('is looked for in the rows below the first, if there are any', () => {
    expect(betterDialect('a,b\n1;2\n3;4\n', used)?.delimiter).toBe(';');
    expect(betterDialect('1;2', used)?.delimiter).toBe(';');
    expect(betterDialect('1;2\na,b\n', used)).toBeUndefined();
    expect(betterDialect('', used)).toBeUndefined();
    expect(betterDialect('\n \n', used)).toBeUndefined();
  });

  test('has as many fields in each row, and more than one', () => {
    expect(betterDialect('a\n1;2\n3\n', used)).toBeUndefined();
    expect(betterDialect('a\n1.5\n2.5\n', { delimiter: ';', decimal: ',' })).toBeUndefined();
    expect(betterDialect('a|b\n"1"|"2"\n', used)?.delimiter).toBe('|');
  });

  test('is that of the sixth row, not of the seventh', () => {
    const rows = (count: number) => `a;b\n${'1;2\n'.repeat(count)}1,2;3,4;5\n`;
    expect(betterDialect(rows(4), used)?.delimiter).not.toBe(';');
    expect(betterDialect(rows(5), used)?.delimiter).toBe(';');
  });

  test('is told by its mark, its delimiter, or both', () => {
    expect(dialectAdvice('a;b\n1;2\n', used)).toBe(
      'the file seems to have semicolons between fields: set delimiter ";"',
    );
    expect(dialectAdvice('a;b\n1,5;2\n', { delimiter: ';', decimal: '.' })).toBe(
      'the file seems to have decimal commas: set decimal ","',
    );
    expect(dialectAdvice('a;b\n1,5;2\n', used)).toBe(
      'the file seems to have semicolons between fields and decimal commas: set delimiter ";" and decimal ","',
    );
    expect(dialectAdvice('a,b\n1,2\n', used)).toBeUndefined();
  });
});

test('columns by position, from either end', () => {
  const finder = new ColumnFinder(['a', 'b', 'c'], 'x.csv');
  expect([1, 2, 3, -1, -2, -3].map((at) => finder.indexOf(at))).toEqual([0, 1, 2, 2, 1, 0]);
  for (const at of [0, -0, 4, -4, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(messageOf(() => finder.indexOf(at))).toContain(
      'x.csv, column: expected a position from 1 to 3, or from -1 back to -3, got ',
    );
  }
});

test('markers of missing values count without the spaces around them', () => {
  const text = 'a\n1\nNA\n NA \n?\n';
  const { columns } = parseCsv(text, 'x.csv', { missing: [' NA ', '?'] });
  expect(columns).toEqual([Float64Array.of(1, Number.NaN, Number.NaN, Number.NaN)]);
});
