import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@kindling/data';
import { afterAll, describe, expect, test } from 'vitest';
import { buildTraining, ExperimentError, loadExperimentData, parseExperiment } from '../../src/index.ts';
import { signatureOf, signatureSchema } from '../../src/run/signature.ts';
import { experiment } from './set-up.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function setting(csv: string, data: object = {}, change: object = {}) {
  const path = join(folder, `data-${files++}.csv`);
  writeFileSync(path, csv);
  return experiment({ ...change, data: { source: 'csv', path, ...data } as never });
}
const load = (csv: string, data?: object, change?: object) => loadExperimentData(setting(csv, data, change));

const iris = 'id,length,species,width\na,1,setosa,4\nb,NA,virginica,5\nc,3,setosa,NA\nd,5,setosa,6\n';

describe('a CSV file', () => {
  test('with a text column is read without it', async () => {
    for (const data of [
      { exclude: ['id', 'species'], missing: ['NA'] },
      { inputs: ['length'], targets: ['width'], missing: ['NA'] },
      { inputs: [2], targets: [-1], header: true, missing: ['NA'] },
      { inputs: ['length'], missing: ['NA'] },
    ]) {
      const { train, inputNames, outputNames, notes } = await load(iris, data);
      expect([inputNames, outputNames]).toEqual([['length'], ['width']]);
      expect(train.tensors.map((x) => x.toArray())).toEqual([
        [[1], [5]],
        [[4], [6]],
      ]);
      expect(notes).toEqual(['2 rows of 4 with missing values dropped']);
    }
  });

  test('with missing inputs has means or a number there, and keeps no row without a target', async () => {
    const mean = await load(iris, { exclude: ['id', 'species'], missing: ['NA'], onMissing: 'mean' });
    expect(mean.train.tensors[0].toArray()).toEqual([[1], [3], [5]]);
    expect(mean.means).toEqual({ length: 3 });
    const zero = await load(iris, { exclude: ['id', 'species'], missing: ['NA'], onMissing: -1 });
    expect(zero.train.tensors[0].toArray()).toEqual([[1], [-1], [5]]);
    await expect(load('a,b\n1,?\n', { missing: ['?'] })).rejects.toThrow(
      'expected rows without missing values, got a missing value in each of 1',
    );
  });

  test('with words has a column for each, or classes', async () => {
    const inputs = await load(iris, {
      exclude: ['id', 'length'],
      categories: { species: 'oneHot' },
      missing: ['NA'],
    });
    expect(inputs.inputNames).toEqual(['species=setosa', 'species=virginica']);
    const classes = await load(
      iris,
      {
        inputs: ['length'],
        targets: ['species'],
        target: 'index',
        categories: { species: 'codes' },
        missing: ['NA'],
      },
      { loss: 'crossEntropy' },
    );
    expect([classes.outputs, classes.outputNames]).toEqual([2, ['setosa', 'virginica']]);
    expect(classes.train.tensors[1].toArray()).toEqual([0, 0, 0]);
    expect(classes.notes[1]).toContain('no sample of class virginica');
    expect(signatureSchema.parse(JSON.parse(JSON.stringify(signatureOf(classes))))).toEqual(
      signatureOf(classes),
    );
  });

  test('with semicolons, tabs or decimal commas is read as the experiment says', async () => {
    expect((await load('a;b\n1,5;2\n', { decimal: ',' })).train.tensors[0].toArray()).toEqual([[1.5]]);
    expect((await load('a\tb\n1\t2\n', { delimiter: '\t' })).inputNames).toEqual(['a']);
    await expect(load('a;b\n1;2\n3;4\n')).rejects.toThrow('set delimiter ";"');
  });

  test('with one column has no inputs', async () => {
    await expect(load('a\n1\n2\n')).rejects.toThrow(DataError);
    await expect(load('a\n1\n2\n')).rejects.toThrow('got no inputs among 1 column');
  });

  test('with a number that is too large is refused, before and after scaling', async () => {
    await expect(load('a,b\n1,2\n1e39,3\n')).rejects.toThrow(
      'column a, sample 1: expected a number in the range of float32, got 1e+39',
    );
    await expect(load('a,b\n1,2\n1e30,3\n', { scale: { input: 1e10 } })).rejects.toThrow(
      'after scaling by 10000000000',
    );
    await expect(load('a,b\n1,2\n1,1e39\n')).rejects.toThrow('column b, sample 1');
    const { train } = await load('a,b\n1e39,2\n', {}, { dtype: 'float64' });
    expect(train.tensors[0].toArray()).toEqual([[1e39]]);
  });

  test('whose column is input and target is refused', async () => {
    const both = { source: 'csv', path: 'x.csv', inputs: ['a', 'b'], targets: ['b'] };
    expect(() => parseExperiment({ ...experiment({}), data: both })).toThrow(
      'data.inputs.1: expected a column that is not also a target, got "b"',
    );
    await expect(load('a,b\n1,2\n', { inputs: ['a', 'b'], targets: [2] })).rejects.toThrow(
      'expected each column once, got "b" twice',
    );
    await expect(load('a,b\n1,2\n', { inputs: ['a', 'b'] })).rejects.toThrow('expected each column once');
  });

  test.each([
    [{ scale: { target: 0 } }, 'data.scale.target: expected a number other than 0, got 0'],
    [{ scale: { input: 0 } }, 'data.scale.input: expected a number other than 0, got 0'],
    [
      { delimiter: ';;' },
      'data.delimiter: expected one character other than a quote or a line end, got ";;"',
    ],
    [{ delimiter: ',', decimal: ',' }, 'data.delimiter: expected a character other than the decimal mark'],
    [{ decimal: ';' }, 'data.decimal: expected one of ".", ","'],
    [{ exclude: ['a'], inputs: ['a'] }, 'data.exclude.0: expected a column that is not also an input'],
    [{ categories: { a: 'onehot' } }, 'did you mean "oneHot"?'],
    [{ onMissing: 'mena' }, 'did you mean "mean"?'],
    [{ inputs: [1.5] }, 'data.inputs.0: expected a string or an integer'],
  ])('%j is refused', (data, message) => {
    expect(() => parseExperiment({ ...experiment({}), data: { source: 'csv', path: 'x', ...data } })).toThrow(
      message,
    );
  });
});

describe('targets of a binary cross-entropy', () => {
  const labels = 'x,label\n1,0\n2,1\n3,2\n';

  test.each(['bce', 'bceWithLogits'])(
    'outside of 0 to 1 are refused by %s, with column and value',
    async (loss) => {
      await expect(load(labels, {}, { loss })).rejects.toThrow(DataError);
      await expect(load(labels, {}, { loss })).rejects.toThrow(
        `column label, sample 2: expected a target in [0, 1] for the loss ${loss}, got 2`,
      );
      await expect(load('x,label\n1,-0.5\n', {}, { loss })).rejects.toThrow('got -0.5');
      await expect(load('x,label\n1,1\n', { scale: { target: 2 } }, { loss })).rejects.toThrow(
        'got 1 times 2',
      );
    },
  );

  test('within 0 to 1 are taken, after scaling', async () => {
    expect((await load('x,label\n1,0\n2,1\n', {}, { loss: 'bce' })).train.length).toBe(2);
    expect((await load(labels, { scale: { target: 0.5 } }, { loss: 'bce' })).train.length).toBe(3);
  });
});

test('a class that no sample has is noted', async () => {
  const { notes } = await load('x,label\n1,1\n2,2\n', { target: 'index' }, { loss: 'crossEntropy' });
  expect(notes).toEqual(['column label: no sample of class 0, among classes 0 to 2; labels count from 0']);
  expect((await load('x,label\n1,0\n2,1\n', { target: 'index' }, { loss: 'crossEntropy' })).notes).toEqual(
    [],
  );
});

describe('batch normalization', () => {
  const rows = (count: number): string =>
    `x,y\n${Array.from({ length: count }, (_, i) => `${i},${i}\n`).join('')}`;
  const model = ['batchNorm', { type: 'linear', out: 1 }];
  const build = (count: number, data: object, change: object = {}) =>
    buildTraining(setting(rows(count), data, { model, ...change }));

  test.each([
    [9, { batchSize: 4 }],
    [5, { batchSize: 2 }],
    [1, {}],
  ])('refuses a last batch of one: %i samples, %j', async (count, data) => {
    await expect(build(count, data)).rejects.toThrow(ExperimentError);
    await expect(build(count, data)).rejects.toThrow(
      'data.batchSize: expected at least 2 samples in each batch',
    );
  });

  test('refuses batches of one', () => {
    expect(() => setting(rows(4), { batchSize: 1 }, { model })).toThrow(
      'data.batchSize: expected at least 2 samples with batchNorm, got 1',
    );
  });

  test.each([
    [9, { batchSize: 4, dropLast: true }, {}],
    [8, { batchSize: 4 }, {}],
    [9, { batchSize: 4 }, { maxSteps: 2 }],
    [9, { batchSize: 4 }, { model: [{ type: 'linear', out: 1 }] }],
    [10, { batchSize: 4, validation: 0.2 }, {}],
  ])('takes %i samples, %j, %j', async (count, data, change) => {
    expect((await build(count, data, change)).steps).toBeGreaterThan(0);
  });
});
