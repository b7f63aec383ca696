import { describe, expect, test } from 'vitest';
import { classesOf, tableFindings } from '../../src/profile/profile-findings.ts';
import { profileCsvText } from '../../src/profile/table-profile.ts';

const wave = (i: number): string => Math.sin(i * 1.7).toFixed(6);

/** Rows of a table `a,y`, forty by default. */
const table = (row: (i: number) => string, rows = 40, header = 'a,y'): string =>
  [header, ...Array.from({ length: rows }, (_, i) => row(i))].join('\n');

/** What is said of a table, one `code: message` each. */
const said = (text: string, target: string | undefined = 'y'): string[] =>
  tableFindings(profileCsvText(text, 'a.csv'), target).map(({ code, message }) => `${code}: ${message}`);

describe('what is said of the form of a table', () => {
  test('has a column only where it is about one', () => {
    const of = (text: string) => tableFindings(profileCsvText(text, 'a.csv'), undefined);
    expect(of('a\n1\n1')[0]).toStrictEqual({
      level: 'error',
      code: 'one-column',
      message: 'one column: an experiment needs an input and a target',
    });
    expect(of('a\n1\n1').find(({ code }) => code === 'constant-column')?.column).toBe('a');
  });

  test('rows of another width are counted, and the first of them named', () => {
    expect(said(`${table((i) => `${wave(i)},${wave(i + 9)}`)}\n1\n\n1,2,3`)).toEqual([
      'ragged-rows: 2 rows with a different number of fields than the first row (2), such as row 42 (1)',
    ]);
    expect(said(`${table((i) => `${wave(i)},${wave(i + 9)}`)}\n1`)[0]).toContain('1 row with a different');
  });

  test('a first row of numbers and words is taken as what it holds more of', () => {
    const rows = (first: string) => table((i) => `${wave(i)},${wave(i + 3)},${wave(i + 5)}`, 40, first);
    const unclear = (taken: string) =>
      `unclear-header: the first row has both numbers and text and is read as ${taken}; set data.header`;
    expect(said(rows('a,y,3'))).toEqual([unclear('column names')]);
    expect(said(rows('1,y,3'), undefined)[0]).toBe(unclear('values'));
    expect(said(rows('a,y'), 'y')).not.toContain(unclear('column names'));
  });

  test('marks that are not the usual ones are named, one or both', () => {
    expect(said(table((i) => `${wave(i)};${wave(i + 9)}`, 40, 'a;y'))).toEqual([
      'dialect: fields are separated by ";" and numbers have a decimal "."; set data.delimiter and data.decimal',
    ]);
    const comma = (i: number): string => wave(i).replace('.', ',');
    expect(said(table((i) => `${comma(i)};${comma(i + 9)}`, 40, 'a;y'))).toEqual([
      'dialect: fields are separated by ";" and numbers have a decimal ","; set data.delimiter and data.decimal',
    ]);
  });

  test('rows are few below thirty, and none without any', () => {
    const rows = (count: number) => said(table((i) => `${wave(i)},${wave(i + 9)}`, count));
    expect(rows(29)).toEqual(['few-rows: 29 rows: too few for a validation split']);
    expect(rows(30)).toEqual([]);
    expect(said('a,y')).toEqual([
      'no-rows: a header without rows',
      'empty-column: no values; exclude it',
      'empty-column: no values; exclude it',
    ]);
  });
});

describe('what is said of a column depends on whether it is the target', () => {
  test('words', () => {
    const words = (different: number, rows = different): string =>
      table((i) => `w${i % different},${wave(i)}`, rows);
    const advice = (text: string, target?: string) =>
      said(text, target).find((line) => line.startsWith('words'));
    expect(advice(words(3, 40))).toBe(
      'words: text (3 distinct values, such as "w0"); set data.categories for it, or exclude it',
    );
    expect(advice(words(3, 40), 'a')).toBe(
      'words: text (3 distinct values, such as "w0"); set data.categories for it',
    );
    expect(advice(words(1000))).toContain('set data.categories for it, or exclude it');
    expect(advice(words(1001))).toContain('(1001 distinct values, such as "w0"); exclude it');
    expect(advice(words(9999))).toContain('(9999 distinct values');
    expect(advice(words(10_500))).toContain('(at least 10000 distinct values');
  });

  test('missing values, and the same value in each row', () => {
    const missing = table((i) => `${i === 3 ? 'NA' : wave(i)},${i === 5 || i === 6 ? '?' : wave(i + 9)}`);
    expect(said(missing)).toEqual([
      'missing-values: 1 missing value; set data.missing and data.onMissing',
      'missing-values: 2 missing values; rows without a target are dropped',
    ]);
    expect(said(table((i) => `7,${wave(i)}`))).toEqual(['constant-column: constant; exclude it']);
    expect(said(table((i) => `${wave(i)},7`))).toEqual([
      'constant-column: constant; there is nothing to learn',
    ]);
  });

  test('numbers of rows, from three rows on, which a target may be', () => {
    const numbered = (rows: number, target = 'y') =>
      said(
        table((i) => `${i},${wave(i)}`, rows),
        target,
      ).some((line) => line.startsWith('row-numbers'));
    expect([2, 3, 40].map((rows) => numbered(rows))).toEqual([false, true, true]);
    expect(numbered(40, 'a')).toBe(false);
  });

  test('a column of both is shown by what it has less of', () => {
    const mixed = (words: readonly number[]): string =>
      said(table((i) => `${words.includes(i) ? 'oops' : wave(i)},${wave(i + 3)}`))[0]!;
    expect(mixed([4, 6])).toBe(
      'mixed-column: 38 numbers and 2 text values, such as "oops" in row 6; add it to data.missing if it marks a missing value',
    );
    expect(mixed(Array.from({ length: 39 }, (_, i) => i))).toMatch(
      /^mixed-column: 1 number and 39 text values, such as "\S+" in row 41;/,
    );
  });
});

describe('what is said of sizes', () => {
  test('numbers that float32 does not hold, on either side', () => {
    const large = (value: string) => said(table((i) => `${i === 3 ? value : wave(i)},${wave(i + 9)}`)).join();
    expect(large('-1e39')).toContain('large-numbers: numbers outside the range of float32 (-1e+39 to ');
    expect(large('1e39')).toContain('to 1e+39); use dtype float64 or data.scale');
    expect(large('3.4e38')).toBe('');
  });

  test('a value far from the mean, on either side, unless there are but two', () => {
    const far = (value: number, other = wave) =>
      said(table((i) => `${i === 5 ? value : other(i)},${wave(i + 3)}`, 400));
    expect(far(-900)).toEqual(['far-values: -900 is 20 standard deviations from the mean']);
    expect(far(900)).toEqual(['far-values: 900 is 20 standard deviations from the mean']);
    expect(far(5)).toEqual([]);
    expect(far(900, () => '0').some((line) => line.startsWith('far-values'))).toBe(false);
  });

  test('inputs of which one is more than a hundred times as wide as another', () => {
    const scaled = (by: number) =>
      said(
        table((i) => `${wave(i)},${by * Number(wave(i + 2))},${wave(i + 5)}`, 40, 'a,b,y'),
        'y',
      );
    expect(scaled(90)).toEqual([]);
    expect(scaled(110)).toEqual([
      'different-scales: standard deviations differ by more than a factor of 100 ("b" 78, "a" 0.71); start the model with batchNorm',
    ]);
    const target = table((i) => `${wave(i)},${wave(i + 2)},${1000 * Number(wave(i + 5))}`, 40, 'a,b,y');
    expect(said(target)).toEqual([]);
  });

  test('classes of which one has nine tenths, or twenty times as many as another', () => {
    const classes = (...counts: readonly number[]) =>
      said(
        table(
          (i) =>
            `${wave(i)},${counts.findIndex((_, k) => i < counts.slice(0, k + 1).reduce((a, b) => a + b))}`,
          counts.reduce((a, b) => a + b),
        ),
      ).filter((line) => line.startsWith('imbalance'));
    expect(classes(36, 4)).toEqual([
      'imbalance: imbalanced classes ("0" 36, "1" 4): always predicting "0" has an accuracy of 90%; use the metric f1 and loss.weight',
    ]);
    expect(classes(35, 5)).toEqual([]);
    expect(classes(40, 40, 2)).toHaveLength(1);
    expect(classes(40, 40, 3)).toEqual([]);
  });
});

test('which columns have classes', () => {
  const classes = (values: readonly (string | number)[]) =>
    classesOf(profileCsvText(['y', ...values.map(String)].join('\n'), 'a.csv').columns[0]!)?.length;
  const words = (different: number): string[] => Array.from({ length: different }, (_, i) => `w${i}`);
  const wholes = (different: number, each: number): number[] =>
    Array.from({ length: different * each }, (_, i) => i % different);
  expect([1, 2, 20, 21].map((different) => classes(words(different)))).toEqual([undefined, 2, 20, undefined]);
  expect([1, 2, 20, 21].map((different) => classes(wholes(different, 3)))).toEqual([
    undefined,
    2,
    20,
    undefined,
  ]);
  expect(classes(wholes(4, 2))).toBeUndefined();
  expect(classes([...wholes(4, 3)].slice(1))).toBeUndefined();
  expect(classes([...wholes(2, 5), 'oops'])).toBeUndefined();
  expect(classes([0.5, ...wholes(2, 5)])).toBeUndefined();
});
