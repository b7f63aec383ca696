import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { type CsvOptions, parseCsv } from '../../src/format/csv.ts';
import { messageOf, thrownBy } from './data-error.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const table = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }))
  .chain(([width, height]) =>
    fc.array(fc.array(finite, { minLength: width, maxLength: width }), {
      minLength: height,
      maxLength: height,
    }),
  );

const rowsOf = (text: string, options?: CsvOptions): number[][] => {
  const { columns, rows } = parseCsv(text, 'x.csv', options);
  return Array.from({ length: rows }, (_, i) => columns.map((column) => column[i]!));
};

test('reads back every number it is given, however it is written', () => {
  const style = fc.record({
    end: fc.constantFrom('\n', '\r\n', '\r'),
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    quote: fc.constantFrom('', '"'),
    padding: fc.constantFrom('', ' '),
    mark: fc.constantFrom('', '\ufeff'),
    header: fc.boolean(),
    lastEnd: fc.boolean(),
    blank: fc.boolean(),
  });
  fc.assert(
    fc.property(table, style, (rows, { end, delimiter, quote, padding, mark, header, lastEnd, blank }) => {
      const field = (text: string) => padding + quote + text + quote + padding;
      const lines = rows.map((row) =>
        row.map((x) => field(Object.is(x, -0) ? '-0' : String(x))).join(delimiter),
      );
      if (header) lines.unshift(rows[0]!.map((_, i) => field(`name ${i}`)).join(delimiter));
      const text = mark + lines.join(blank ? end + end : end) + (lastEnd ? end : '');
      expect(rowsOf(text, { delimiter })).toEqual(rows);
      expect(parseCsv(new TextEncoder().encode(text), 'x.csv', { delimiter }).rows).toBe(rows.length);
    }),
  );
});

test('takes any text as numbers or as an error', () => {
  const text = fc.string({ unit: fc.constantFrom('1', '-', '.', 'e', ',', '"', '\n', '\r', ' ', 'x', '0') });
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (input) => {
      const error = thrownBy(() => {
        const { columns, rows } = parseCsv(input, 'x.csv');
        for (const column of columns) {
          expect(column.length).toBe(rows);
          expect(column.every(Number.isFinite)).toBe(true);
        }
      });
      if (error !== undefined) expect(error).toBeInstanceOf(DataError);
    }),
    { numRuns: 500 },
  );
});

test('a field that is changed to text is found, with its row and column', () => {
  const word = fc.constantFrom(
    'abc',
    '',
    '0x10',
    '1_0',
    '1,',
    'NaN',
    'inf',
    '--1',
    '1e',
    '.',
    '1 2',
    '1e999',
    '١',
  );
  fc.assert(
    fc.property(table, fc.nat(), fc.nat(), word, fc.boolean(), (rows, i, j, text, header) => {
      const fields = rows.map((row) => row.map(String));
      const [row, column] = [i % rows.length, j % rows[0]!.length];
      fields[row]![column] = `"${text}"`;
      if (header) fields.unshift(rows[0]!.map((_, k) => `c${k}`));
      const message = messageOf(() =>
        parseCsv(fields.map((f) => f.join(',')).join('\n'), 'x.csv', { header }),
      );
      const name = header ? ` (c${column})` : '';
      const got = text === '' ? 'an empty field' : JSON.stringify(text);
      expect(message).toBe(
        `x.csv, row ${row + (header ? 2 : 1)}, column ${column + 1}${name}: expected a finite number, got ${got}`,
      );
    }),
  );
});

test('header: named columns are found, unnamed ones numbered', () => {
  expect(parseCsv('weight,height\r\n5.9,59.1\r\n', 'x.csv')).toEqual({
    names: ['weight', 'height'],
    columns: [Float64Array.of(5.9), Float64Array.of(59.1)],
    rows: 1,
  });
  expect(parseCsv('1,2\n3,4', 'x.csv').names).toEqual(['1', '2']);
  expect(parseCsv('2019,2020\n3,4', 'x.csv', { header: true })).toMatchObject({
    names: ['2019', '2020'],
    rows: 1,
  });
  expect(parseCsv(',b\n3,4', 'x.csv').names).toEqual(['1', 'b']);
});

test('columns chooses and orders, and lets the others hold text', () => {
  const text = 'name,x,y\n"Kim, Y",1,2\nLee,3,4\n';
  expect(parseCsv(text, 'x.csv', { columns: ['y', 'x'] })).toEqual({
    names: ['y', 'x'],
    columns: [Float64Array.of(2, 4), Float64Array.of(1, 3)],
    rows: 2,
  });
  expect(messageOf(() => parseCsv(text, 'x.csv', { columns: ['nane'] }))).toBe(
    'x.csv, column: expected one of name, x, y, got "nane"; did you mean "name"?',
  );
});

test('quoted fields hold delimiters, quotes and line ends', () => {
  const text = '"a ""b""","c\r\nd"\n1,2\n\n3,z\n';
  expect(messageOf(() => parseCsv(text, 'x.csv'))).toBe(
    'x.csv, row 5, column 2 (c\r\nd): expected a finite number, got "z"',
  );
  expect(parseCsv('"a ""b""","c,d"\n1,2\n', 'x.csv').names).toEqual(['a "b"', 'c,d']);
});

test.each<[string, CsvOptions, string]>([
  ['', {}, 'x.csv: expected rows of numbers, got none'],
  ['\n \n\r\n', {}, 'x.csv: expected rows of numbers, got none'],
  ['a,b\n', {}, 'x.csv: expected rows of numbers, got a header and no row'],
  ['a,b\n1,2\n\n3,4,5\n', {}, 'x.csv, row 4: expected 2 columns as in row 1, got 3'],
  ['1,2\n3\n', {}, 'x.csv, row 2: expected 2 columns as in row 1, got 1'],
  [
    'abc,2\n3,4\n',
    {},
    'x.csv, row 1: expected a header without numbers, or numbers only, got 1 numbers among 2 fields, and "abc"; say which with the header option (true or false)',
  ],
  ['a,a\n1,2\n', {}, 'x.csv, row 1: expected different column names, got "a" twice'],
  ['1,"2\n3,4\n', {}, 'x.csv, row 1, column 2: expected a closing quote, got the end of the file'],
  [
    '1,2\n"3"x,4\n',
    {},
    'x.csv, row 2, column 1: expected nothing between the closing quote and the next field, got "x,4\\n"',
  ],
  ['1;2\n3;4\n', { header: false }, 'x.csv, row 1, column 1: expected a finite number, got "1;2"'],
  [
    '1,2',
    { delimiter: '""' },
    'delimiter: expected one character that is no quote or line end, got "\\"\\""',
  ],
  [
    `1,${'9'.repeat(50)}x`,
    { header: false },
    `x.csv, row 1, column 2: expected a finite number, got "${'9'.repeat(40)}…"`,
  ],
])('says what is wrong with %j', (text, options, message) => {
  expect(messageOf(() => parseCsv(text, 'x.csv', options))).toBe(message);
});

test('bytes that are not UTF-8 are an error', () => {
  const message = 'x.csv: expected text in UTF-8, got bytes that are not';
  expect(messageOf(() => parseCsv(Uint8Array.of(0xff, 0xfe, 0x31, 0), 'x.csv'))).toBe(message);
});
