import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import { classesOf, tableFindings } from '../../src/profile/profile-findings.ts';
import { profileCsv, profileCsvText, profileTable } from '../../src/profile/table-profile.ts';
import { xor } from '../../src/source/xor.ts';

const profile = (text: string) => profileCsvText(text, 'a.csv');
const lines = (...rows: string[]): string => rows.join('\n');

/** Codes of what is found, with the column: `constant-column:c`. */
const codes = (text: string, target?: string): string[] => {
  const table = profile(text);
  return tableFindings(table, target ?? table.columns.at(-1)?.name).map(({ code, column }) =>
    column === undefined ? code : `${code}:${column}`,
  );
};

/** Forty rows without anything to find. */
const fine = (row: (i: number) => string, header = 'a,y'): string =>
  lines(header, ...Array.from({ length: 40 }, (_, i) => row(i)));

const wave = (i: number): string => Math.sin(i * 1.7).toFixed(6);

describe('a profile', () => {
  test('tells the columns and the rows', () => {
    const text = lines('a,b,c', '1,x,0.5', '2,NA,1.5', '', '3,x,', '1,x,0.5');
    const { columns, rows, incomplete, duplicates, missingMarkers, header } = profile(text);
    expect({ rows, incomplete, duplicates, missingMarkers, header }).toEqual({
      rows: 4,
      incomplete: 2,
      duplicates: 1,
      missingMarkers: ['', 'NA'],
      header: true,
    });
    expect(columns).toMatchObject([
      {
        name: 'a',
        kind: 'number',
        numbers: 4,
        distinct: 3,
        isWhole: true,
        isSequence: false,
        min: 1,
        max: 3,
      },
      { name: 'b', kind: 'word', words: 3, missing: 1, distinct: 1, top: [{ value: 'x', count: 3 }] },
      { name: 'c', kind: 'number', missing: 1, isWhole: false },
    ]);
  });

  test('has the mean and the standard deviation of the numbers', () => {
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 2,
      maxLength: 50,
    });
    fc.assert(
      fc.property(numbers, (values) => {
        const text = lines('a', ...values.map((value) => value.toFixed(6)));
        const exact = values.map((value) => Number(value.toFixed(6)));
        const mean = exact.reduce((sum, value) => sum + value, 0) / exact.length;
        const variance = exact.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (exact.length - 1);
        const [column] = profile(text).columns;
        const scale = Math.max(1, ...exact.map(Math.abs));
        expect(Math.abs(column!.mean! - mean)).toBeLessThan(1e-9 * scale);
        expect(Math.abs(column!.std! - Math.sqrt(variance))).toBeLessThan(1e-6 * scale);
      }),
    );
  });

  test('guesses delimiter, decimal mark and header', () => {
    expect(profile('a;b\n1,5;2\n2,5;3')).toMatchObject({ delimiter: ';', decimal: ',', header: true });
    expect(profile('a\tb\n1\t2\n3\t4')).toMatchObject({ delimiter: '\t', decimal: '.' });
    expect(profile('1,2\n3,4')).toMatchObject({ header: false, rows: 2, isHeaderUnclear: false });
    expect(profile('a,b,1\n1,2,3')).toMatchObject({ header: true, rows: 1, isHeaderUnclear: true });
  });

  test('finds copies of columns', () => {
    const text = lines('a,b,c,d', '1,2,1,2', '3,4,3,4', '5,6,5,7');
    expect(profile(text).copies).toEqual([{ column: 'c', of: 'a' }]);
    expect(profile(lines('a,b,c', '1,1,1', '2,2,2')).copies).toEqual([
      { column: 'b', of: 'a' },
      { column: 'c', of: 'a' },
    ]);
    expect(profile('a,b').copies).toEqual([]);
  });

  test('of a dataset is that of its columns', () => {
    expect(profileTable(xor())).toMatchObject({
      rows: 4,
      header: true,
      isHeaderUnclear: false,
      columns: [{ name: 'a' }, { name: 'b' }, { name: 'label' }],
    });
  });

  test.each([
    ['', 'rows of fields'],
    ['\n\n', 'rows of fields'],
    ['a,"b\n1,2', 'a closing quote'],
  ])('of %j is refused', (text, expected) => {
    expect(() => profile(text)).toThrow(DataError);
    expect(() => profile(text)).toThrow(expected);
  });
});

describe('findings', () => {
  test('of a plain table there are none', () => {
    expect(codes(fine((i) => `${wave(i)},${wave(i + 9)}`))).toEqual([]);
  });

  test.each<[string, (i: number) => string, string, string[]]>([
    ['a constant column', (i) => `7,${wave(i)}`, 'a,y', ['constant-column:a']],
    ['a constant target', (i) => `${wave(i)},7`, 'a,y', ['constant-column:y']],
    ['row numbers', (i) => `${i + 1},${wave(i)}`, 'a,y', ['row-numbers:a']],
    ['words', (i) => `${'xyz'[i % 3]}${i},${wave(i)}`, 'a,y', ['words:a']],
    ['words among numbers', (i) => `${i === 4 ? 'oops' : wave(i)},${wave(i + 3)}`, 'a,y', ['mixed-column:a']],
    ['missing values', (i) => `${i === 4 ? 'NA' : wave(i)},${wave(i + 3)}`, 'a,y', ['missing-values:a']],
    ['a copied column', (i) => `${wave(i)},${wave(i)},${wave(i + 5)}`, 'a,b,y', ['copied-column:b']],
    ['a copied target', (i) => `${wave(i)},${wave(i)}`, 'a,y', ['copied-target:a']],
    ['repeated rows', (i) => `${wave(i % 39)},${wave((i % 39) + 7)}`, 'a,y', ['duplicate-rows']],
    [
      'scales',
      (i) => `${wave(i)},${1000 * Number(wave(i + 2))},${wave(i + 5)}`,
      'a,b,y',
      ['different-scales'],
    ],
    ['large numbers', (i) => `${i === 3 ? '1e39' : `-${i}e38`},${wave(i)}`, 'a,y', ['large-numbers:a']],
    ['few of a class', (i) => `${wave(i)},${i === 0 ? 1 : 0}`, 'a,y', ['imbalance:y']],
    ['another form', (i) => `${wave(i)};${wave(i + 9)}`, 'a;y', ['dialect']],
    ['an empty column', (i) => `,${wave(i)},${wave(i + 1)}`, 'e,a,y', ['empty-column:e']],
  ])('%s', (_, row, header, expected) => {
    expect(codes(fine(row, header)).filter((code) => !expected.includes(code))).toEqual([]);
    expect(codes(fine(row, header))).toEqual(expected);
  });

  test('a value far from the others', () => {
    const text = lines(
      'a,y',
      ...Array.from({ length: 400 }, (_, i) => `${i === 5 ? 900 : wave(i)},${wave(i + 3)}`),
    );
    expect(codes(text)).toEqual(['far-values:a']);
  });

  test('errors come first: they are what cannot be trained on', () => {
    const levels = tableFindings(profile('a,a\n1,2\n3\n1,2'), 'a').map(({ level }) => level);
    expect(codes('a,a\n1,2\n3\n1,2')).toEqual(expect.arrayContaining(['ragged-rows', 'repeated-name:a']));
    expect(levels).toEqual([...levels].sort());
    expect(codes('a\n1\n2')).toContain('one-column');
    expect(codes('a,b')).toContain('no-rows');
  });
});

test('classes are words, or a few integers that come several times', () => {
  const classes = (values: readonly (string | number)[]) =>
    classesOf(profile(lines('y', ...values.map(String))).columns[0]!)?.map(({ value }) => value);
  expect(classes(['no', 'yes', 'no'])).toEqual(['no', 'yes']);
  expect(classes([0, 1, 1, 0, 1, 1, 0])).toEqual(['1', '0']);
  expect(classes([0.5, 1.5, 0.5, 1.5, 0.5, 1.5])).toBeUndefined();
  expect(classes([3, 8, 12, 40])).toBeUndefined();
  expect(classes(Array.from({ length: 21 }, (_, i) => `w${i}`))).toBeUndefined();
});

test('of a file is that of its text, gzip or not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-profile-'));
  try {
    const text = 'a,y\n1,2\n3,4\n';
    for (const [name, bytes] of [
      ['plain.csv', text],
      ['packed.csv.gz', gzipSync(text)],
    ] as const) {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      expect(await profileCsv(path)).toEqual(profileCsvText(text, path));
    }
    await expect(profileCsv(join(folder, 'none.csv'))).rejects.toThrow('expected a file, got none');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
