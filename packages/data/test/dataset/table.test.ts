import { describe, expect, test } from 'vitest';
import { Table } from '../../src/dataset/table.ts';
import { parseCsv } from '../../src/format/csv.ts';
import { messageOf } from '../format/data-error.ts';

const iris = 'id,length,species,width\na,1,setosa,4\nb,NA,virginica,5\nc,3,setosa,NA\n';
const table = new Table(
  'iris.csv',
  parseCsv(iris, 'iris.csv', { exclude: ['id'], missing: ['NA'], categories: { species: 'oneHot' } }),
);

describe('inputs and targets', () => {
  const complete = table.withoutMissing();

  test('by name, where the columns of a category go together', () => {
    expect(complete.split({ targets: ['species'] })).toEqual({
      inputs: ['length', 'width'],
      targets: ['species=setosa', 'species=virginica'],
    });
    expect(complete.split({ inputs: ['species', 'width'], targets: ['length'] }).inputs).toEqual([
      'species=setosa',
      'species=virginica',
      'width',
    ]);
  });

  test('by position in the file', () => {
    const { inputs, targets } = complete.split({ inputs: [2, 3], targets: [-1] });
    expect([inputs, targets]).toEqual([['length', 'species=setosa', 'species=virginica'], ['width']]);
  });

  test('by default, the last column is the target', () => {
    expect(complete.split().targets).toEqual(['width']);
    const last = new Table('x', parseCsv('a,b\n1,red\n2,blue\n', 'x', { categories: { b: 'oneHot' } }));
    expect(last.split()).toEqual({ inputs: ['a'], targets: ['b=blue', 'b=red'] });
  });

  test.each([
    [{ inputs: ['length'], targets: [2] }, 'column "length" as both'],
    [{ inputs: ['length', 'width'] }, 'column "width" as both'],
    [{ inputs: [] }, 'no inputs among 3 columns'],
    [{ targets: [] }, 'no targets among 3 columns'],
    [{ targets: [1] }, 'got "id"'],
    [{ targets: ['widht'] }, 'did you mean "width"?'],
  ])('%j is refused', (options, message) => {
    expect(messageOf(() => complete.tensors(options))).toContain(message);
  });

  test('one column alone has no inputs', () => {
    expect(messageOf(() => new Table('x.csv', parseCsv('a\n1\n', 'x.csv')).tensors())).toBe(
      'x.csv: expected distinct columns as inputs and targets, got no inputs among 1 column',
    );
  });
});

describe('missing values', () => {
  test('are left out by row', () => {
    expect(table.withoutMissing().columns).toEqual([1, 1, 0, 4].map((value) => Float64Array.of(value)));
    expect(table.withoutMissing(['width']).length).toBe(2);
  });

  test('are filled with means, a number, or numbers by column', () => {
    expect(table.fillMissing('mean').column('length')).toEqual(Float64Array.of(1, 2, 3));
    expect(table.fillMissing(0).column('width')).toEqual(Float64Array.of(4, 5, 0));
    expect(table.fillMissing({ length: 9, width: 8 }).get(1)).toEqual([9, 0, 1, 5]);
    expect(table.fillMissing(table.means())).toEqual(table.fillMissing('mean'));
  });

  test('that are left are no numbers to learn from', () => {
    expect(messageOf(() => table.tensors({ targets: ['width'] }))).toBe(
      'iris.csv, column length, sample 1: expected a number, got a missing value; withoutMissing() drops such rows, fillMissing() fills them',
    );
  });

  test('a column without values has no mean', () => {
    const empty = new Table('x.csv', parseCsv('a,b\n?,1\n', 'x.csv', { missing: ['?'] }));
    expect(messageOf(() => empty.fillMissing('mean'))).toContain('got no values, and so no mean');
    expect(messageOf(() => empty.fillMissing({ b: 1 }))).toContain('x.csv, column a');
  });
});

test('numbers that the dtype does not hold are refused, with column and value', () => {
  const large = new Table('x.csv', parseCsv('a,b\n1,2\n-1e39,3\n', 'x.csv'));
  expect(messageOf(() => large.tensors())).toBe(
    'x.csv, column a, sample 1: expected a number in the range of float32, got -1e+39; the largest is 3.4028235e38; use float64',
  );
  expect(large.tensors({ dtype: 'float64' }).tensors[0].data()).toEqual(Float64Array.of(1, -1e39));
});

test('an option that does not exist is an error', () => {
  expect(() => Reflect.apply(table.tensors, table, [{ target: ['width'] }])).toThrow('did you mean targets?');
});
