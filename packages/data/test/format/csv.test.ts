import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { Table } from '../../src/dataset/table.ts';
import { parseCsv } from '../../src/format/csv.ts';
import { type CsvOptions, csvLimits } from '../../src/format/csv-options.ts';
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
  const end = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(table, fc.nat(), fc.nat(), word, fc.boolean(), end, (rows, i, j, text, header, lineEnd) => {
      const fields = rows.map((row) => row.map(String));
      const [row, column] = [i % rows.length, j % rows[0]!.length];
      fields[row]![column] = `"${text}"`;
      if (header) fields.unshift(rows[0]!.map((_, k) => `c${k}`));
      const message = messageOf(() =>
        parseCsv(fields.map((f) => f.join(',')).join(lineEnd), 'x.csv', { header }),
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
    fileColumns: ['weight', 'height'],
    sources: ['weight', 'height'],
    categories: {},
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
    fileColumns: ['name', 'x', 'y'],
    sources: ['y', 'x'],
    categories: {},
  });
  expect(messageOf(() => parseCsv(text, 'x.csv', { columns: ['nane'] }))).toBe(
    'x.csv, column: expected one of name, x, y, got "nane"; did you mean "name"?',
  );
});

test('quoted fields hold delimiters, quotes and line ends', () => {
  const text = '"a ""b""","c\r\nd"\n1,2\n\n3,z\n';
  expect(messageOf(() => parseCsv(text, 'x.csv'))).toBe(
    'x.csv, row 5, column 2 (c\\r\\nd): expected a finite number, got "z"',
  );
  expect(parseCsv('"a ""b""","c,d"\n1,2\n', 'x.csv').names).toEqual(['a "b"', 'c,d']);
});

test.each<[string, CsvOptions, string]>([
  ['', {}, 'x.csv: expected rows of numbers, got none'],
  ['\n \n\r\n', {}, 'x.csv: expected rows of numbers, got none'],
  ['a,b\n', {}, 'x.csv: expected rows of numbers, got a header without rows'],
  ['a,b\n1,2\n\n3,4,5\n', {}, 'x.csv, row 4: expected 2 columns as in row 1, got 3'],
  ['1,2\n3\n', {}, 'x.csv, row 2: expected 2 columns as in row 1, got 1'],
  [
    'abc,2\n3,4\n',
    {},
    'x.csv, row 1: expected a header without numbers, or numbers only, got 1 numbers among 2 fields, and "abc"; set the header option to true or false',
  ],
  ['a,a\n1,2\n', {}, 'x.csv, row 1: expected different column names, got "a" twice'],
  ['1,"2\n3,4\n', {}, 'x.csv, row 1, column 2: expected a closing quote, got the end of the file'],
  [
    '1,2\n"3"x,4\n',
    {},
    'x.csv, row 2, column 1: expected nothing between the closing quote and the next field, got "x,4\\n"',
  ],
  [
    '1;2\n3;4\n',
    { header: false },
    'x.csv, row 1, column 1: expected a finite number, got "1;2"; the file seems to have semicolons between fields: set delimiter ";"',
  ],
  [
    '1,2',
    { delimiter: '""' },
    'delimiter: expected one character other than a quote or a line end, got "\\"\\""',
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
  const message = 'x.csv: expected UTF-8 text, got invalid bytes; the file is in UTF-16; save it as UTF-8';
  expect(messageOf(() => parseCsv(Uint8Array.of(0xff, 0xfe, 0x31, 0), 'x.csv'))).toBe(message);
});

describe('how a file seems to be written is said', () => {
  test.each<[string, CsvOptions, string]>([
    ['a;b\n1;2\n3;4\n', {}, 'semicolons between fields: set delimiter ";"'],
    ['a\tb\n1\t2\n3\t4\n', {}, 'tabs between fields: set delimiter "\\t"'],
    ['a|b\n1|2\n3|4\n', {}, 'vertical bars between fields: set delimiter "|"'],
    [
      'a;b\n1,5;2,5\n3,25;4\n',
      {},
      'semicolons between fields and decimal commas: set delimiter ";" and decimal ","',
    ],
    ['a;b\n1,5;2,5\n3,25;4\n', { delimiter: ';' }, 'decimal commas: set decimal ","'],
    ['a;b\n1.5;2.5\n3.25;4\n', { delimiter: ';', decimal: ',' }, 'decimal points: set decimal "."'],
    ['1,2\n3,4\n', { delimiter: ';' }, 'commas between fields: set delimiter ","'],
    ['name;x\nKim;1\nLee;2\n', { columns: ['x'] }, 'semicolons between fields: set delimiter ";"'],
  ])('%j with %j', (text, options, advice) => {
    expect(messageOf(() => parseCsv(text, 'x.csv', options))).toContain(`; the file seems to have ${advice}`);
  });

  test('but not where nothing fits better', () => {
    expect(messageOf(() => parseCsv('a,b\n1,2\n3,x\n', 'x.csv'))).toBe(
      'x.csv, row 3, column 2 (b): expected a finite number, got "x"',
    );
  });
});

describe('decimal commas', () => {
  test('are read, with semicolons unless another delimiter is given', () => {
    expect(rowsOf('a;b\n1,5;-,25\n"3";1,5e-3\n', { decimal: ',' })).toEqual([
      [1.5, -0.25],
      [3, 0.0015],
    ]);
    expect(rowsOf('1,5\t2\n', { decimal: ',', delimiter: '\t' })).toEqual([[1.5, 2]]);
  });

  test.each(['1.5', '1.234,5', '1 234,5', '1,2,3'])('%j is no number with them', (field) => {
    expect(messageOf(() => parseCsv(`a;b\n${field};1\n`, 'x.csv', { decimal: ',' }))).toContain(
      'x.csv, row 2, column 1 (a): expected a finite number, got ',
    );
  });

  test('and commas between fields exclude each other', () => {
    expect(messageOf(() => parseCsv('1,2', 'x.csv', { decimal: ',', delimiter: ',' }))).toBe(
      'delimiter: expected a character other than the decimal mark ",", got ","',
    );
  });
});

describe('columns', () => {
  const text = 'name,x,y,z\nKim,1,2,3\nLee,4,5,6\n';

  test('are chosen by position: 1 the first, -1 the last', () => {
    expect(parseCsv(text, 'x.csv', { columns: [-1, 2], header: true })).toMatchObject({
      names: ['z', 'x'],
      columns: [Float64Array.of(3, 6), Float64Array.of(1, 4)],
    });
  });

  test('are left out by name or position', () => {
    expect(parseCsv(text, 'x.csv', { exclude: ['name', -1] }).names).toEqual(['x', 'y']);
    expect(parseCsv('a;1\nb;2\n', 'x.csv', { exclude: [1], header: false, delimiter: ';' }).names).toEqual([
      '2',
    ]);
  });

  test.each<[CsvOptions, string]>([
    [
      { columns: [0], header: true },
      'x.csv, column: expected a position from 1 to 4, or from -1 back to -4, got 0',
    ],
    [{ columns: [5], header: true }, 'expected a position from 1 to 4'],
    [{ columns: [1.5], header: true }, 'expected a position from 1 to 4'],
    [{ columns: ['x', 'x'] }, 'x.csv, columns: expected each column once, got "x" twice'],
    [{ columns: ['x', 2] }, 'x.csv, columns: expected each column once, got "x" twice'],
    [{ columns: ['x'], exclude: ['x'] }, 'expected each column once, got "x" also among the excluded'],
    [{ exclude: ['x', 'y', 'z', 'name'] }, 'expected a column to read, got none: all are excluded'],
    [{ exclude: ['nam'] }, 'did you mean "name"?'],
  ])('%j is refused', (options, message) => {
    expect(messageOf(() => parseCsv(text, 'x.csv', options))).toContain(message);
  });
});

describe('missing values', () => {
  const text = 'a,b\n1,NA\n?,2\n , 3\n';

  test('are NaN where their marker stands', () => {
    expect(rowsOf(text, { missing: ['NA', '?', ''] })).toEqual([
      [1, Number.NaN],
      [Number.NaN, 2],
      [Number.NaN, 3],
    ]);
  });

  test('that no marker names are an error', () => {
    expect(messageOf(() => parseCsv(text, 'x.csv', { missing: ['NA'] }))).toBe(
      'x.csv, row 3, column 1 (a): expected a finite number, got "?"',
    );
  });

  test('a first row of markers and numbers is no header', () => {
    expect(rowsOf('NA,1\n2,3\n', { missing: ['NA'] })).toHaveLength(2);
  });
});

describe('categories', () => {
  const text = 'color,x\nred,1\ngreen,2\nred,3\n';

  test('become a column each', () => {
    expect(parseCsv(text, 'x.csv', { categories: { color: 'oneHot' } })).toMatchObject({
      names: ['color=green', 'color=red', 'x'],
      columns: [Float64Array.of(0, 1, 0), Float64Array.of(1, 0, 1), Float64Array.of(1, 2, 3)],
      sources: ['color', 'x'],
      categories: { color: { encoding: 'oneHot', values: ['green', 'red'] } },
    });
  });

  test('become codes in the order of their letters', () => {
    expect(parseCsv(text, 'x.csv', { categories: { color: 'codes' } })).toMatchObject({
      names: ['color', 'x'],
      columns: [Float64Array.of(1, 0, 1), Float64Array.of(1, 2, 3)],
    });
  });

  test('with a list keep its order, and others are refused', () => {
    const color = { encoding: 'codes', values: ['red', 'green', 'blue'] } as const;
    expect(parseCsv(text, 'x.csv', { categories: { color } }).columns[0]).toEqual(Float64Array.of(0, 1, 0));
    expect(messageOf(() => parseCsv('color,x\npink,1\n', 'x.csv', { categories: { color } }))).toBe(
      'x.csv, row 2, column 1 (color): expected one of the categories red, green, blue, got "pink"',
    );
  });

  test('that are missing are NaN in every column', () => {
    const { columns } = parseCsv('color,x\nred,1\n?,2\n', 'x.csv', {
      categories: { color: 'oneHot' },
      missing: ['?'],
    });
    expect(columns).toEqual([Float64Array.of(1, Number.NaN), Float64Array.of(1, 2)]);
  });

  test.each<[string, CsvOptions, string]>([
    ['color,x\n,1\n', { categories: { color: 'codes' } }, 'expected a category, got an empty field'],
    [text, { categories: { colour: 'codes' } }, 'did you mean "color"?'],
    [
      `id,x\n${Array.from({ length: 1001 }, (_, i) => `n${i},1\n`).join('')}`,
      { categories: { id: 'oneHot' } },
      'x.csv, row 1002, column 1 (id): expected at most 1000 categories (oneHot), got more',
    ],
    [
      'a,a=b\nb,1\n',
      { categories: { a: 'oneHot' } },
      'x.csv, row 1: expected different column names, got "a=b" twice',
    ],
  ])('%j is refused', (input, options, message) => {
    expect(messageOf(() => parseCsv(input, 'x.csv', options))).toContain(message);
  });

  test('nothing of the prototype is an encoding', () => {
    expect(messageOf(() => parseCsv('toString,x\n1,2\nq,3\n', 'x.csv', { categories: {} }))).toContain(
      'expected a finite number, got "q"',
    );
  });
});

test('an option that does not exist is an error', () => {
  expect(() => Reflect.apply(parseCsv, undefined, ['1,2', 'x.csv', { delimeter: ';' }])).toThrow(
    'parseCsv: expected options among header, delimiter, decimal, columns, exclude, missing, categories, got "delimeter"; did you mean delimiter?',
  );
});

describe('a hostile file is read or refused in proportion to its length', () => {
  test('50,000 columns', () => {
    const names = Array.from({ length: 50_000 }, (_, i) => `column ${i}`);
    const { columns, rows } = parseCsv(`${names.join(',')}\n${'1,'.repeat(49_999)}2\n`, 'x.csv');
    expect([columns.length, rows]).toEqual([50_000, 1]);
    const table = new Table('x.csv', parseCsv(`${names.join(',')}\n${'1,'.repeat(49_999)}2\n`, 'x.csv'));
    const { inputs, targets } = table.split({ targets: names.slice(25_000) });
    expect([inputs.length, targets.length]).toEqual([25_000, 25_000]);
  });

  const long = 'x'.repeat(1_000_000);
  test.each<[string, string, CsvOptions]>([
    [
      'an unknown column among many',
      `${Array.from({ length: 50_000 }, (_, i) => `c${i}`)}\n1`,
      { columns: ['d'] },
    ],
    ['a long name', `${long},b\n1,${long}\n`, {}],
    ['a long name asked for', 'a,b\n1,2\n', { columns: [long] }],
    ['a long name twice', `${long},${long}\n1,2\n`, {}],
    [
      'a long category',
      `a,b\n${long},1\n`,
      { categories: { a: { encoding: 'codes', values: [`${long}y`] } } },
    ],
    ['a long quoted field', `a,b\n"${long}"x,1\n`, {}],
    ['many lines in a quoted field', `"${'\n'.repeat(1_000_000)}`, {}],
    ['many columns too many', `a,b\n${'1,'.repeat(1_000_000)}1\n`, {}],
  ])('%s: a short message', (_, text, options) => {
    expect(messageOf(() => parseCsv(text, 'x.csv', options)).length).toBeLessThan(1500);
  });

  test('more text than a string holds', () => {
    const bytes = new Uint8Array(csvLimits.bytes + 1);
    expect(messageOf(() => parseCsv(bytes, 'x.csv'))).toBe(
      'x.csv: expected at most 500000000 bytes of text, got 500000001',
    );
  });
});
