import { DataError, profileCsvText } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { draftExperiment } from '../../src/experiment/draft-experiment.ts';
import { parseExperiment } from '../../src/experiment/parse-experiment.ts';

const rows = (count: number, header: string, row: (i: number) => string): string =>
  [header, ...Array.from({ length: count }, (_, i) => row(i))].join('\n');

const draft = (text: string, options: object = {}) => {
  const { document, comments } = draftExperiment(profileCsvText(text, 'data/a.csv'), {
    name: 'a',
    path: 'a.csv',
    ...options,
  });
  // What is drafted is an experiment.
  return { ...parseExperiment(document), comments };
};

const wave = (i: number): string => Math.sin(i * 1.7).toFixed(4);

describe('the task follows from the target', () => {
  test('words are classes', () => {
    const { data, model, loss, metrics } = draft(rows(90, 'x,y', (i) => `${wave(i)},${'abc'[i % 3]}`));
    expect(data).toMatchObject({ targets: ['y'], target: 'index', categories: { y: 'codes' } });
    expect(model.at(-1)).toMatchObject({ type: 'linear', out: 3 });
    expect([loss.type, metrics]).toEqual(['crossEntropy', ['accuracy', 'confusionMatrix']]);
  });

  test('0 and 1 are a yes or no', () => {
    const { data, model, loss } = draft(rows(90, 'x,y', (i) => `${wave(i)},${i % 2}`));
    expect(data).toMatchObject({ target: 'value' });
    expect(data).not.toHaveProperty('categories');
    expect([model.at(-1), loss.type]).toMatchObject([{ out: 1 }, 'bceWithLogits']);
  });

  test('integers from 0 are classes as they are, others are coded', () => {
    const plain = draft(rows(90, 'x,y', (i) => `${wave(i)},${i % 4}`));
    expect(plain.data).not.toHaveProperty('categories');
    expect(plain.model.at(-1)).toMatchObject({ out: 4 });
    const coded = draft(rows(90, 'x,y', (i) => `${wave(i)},${3 + (i % 4)}`));
    expect(coded.data).toMatchObject({ categories: { y: 'codes' }, target: 'index' });
  });

  test('other numbers are predicted, in a scale near 1', () => {
    const { data, model, loss, metrics } = draft(
      rows(90, 'x,y', (i) => `${wave(i)},${300 + 7 * Number(wave(i))}`),
    );
    expect(data).toMatchObject({ target: 'value', scale: { target: 0.01 } });
    expect([model.at(-1), loss.type, metrics]).toMatchObject([{ out: 1 }, 'mse', ['mae', 'r2']]);
  });

  test('unless another one is asked for', () => {
    const text = rows(90, 'x,y', (i) => `${wave(i)},${i % 4}`);
    expect(draft(text, { task: 'number' }).loss.type).toBe('mse');
    expect(() => draft(text, { task: 'binary' })).toThrow('expected a target of 0 and 1');
    const constant = rows(90, 'x,y', (i) => `${wave(i)},1`);
    expect(() => draft(constant, { task: 'binary' })).toThrow('expected a target of 0 and 1');
    expect(() =>
      draft(
        rows(90, 'x,y', (i) => `${wave(i)},${'ab'[i % 2]}`),
        { task: 'number' },
      ),
    ).toThrow(DataError);
    expect(() =>
      draft(
        rows(300, 'x,y', (i) => `${wave(i)},${i * 3.5}`),
        { task: 'classes' },
      ),
    ).toThrow('2 to 100 classes');
  });
});

describe('columns', () => {
  test('that tell nothing are left out, and it is said why', () => {
    const text = rows(
      90,
      'id,const,copy,x,free,y',
      (i) => `${i},7,${wave(i)},${wave(i)},word${i},${wave(i + 2)}`,
    );
    const { data, comments } = draft(text);
    expect(data).toMatchObject({ exclude: ['id', 'const', 'x', 'free'] });
    expect(comments.get('data.exclude')).toBe(
      'id: row numbers; const: constant; x: same values as copy; free: 90 distinct text values',
    );
  });

  test('that repeat the target are left out', () => {
    const text = rows(90, 'leak,x,y', (i) => `${wave(i)},${wave(i + 3)},${wave(i)}`);
    expect(draft(text).data).toMatchObject({ exclude: ['leak'] });
  });

  test('of words become columns of 0 and 1', () => {
    const { data, model, comments } = draft(
      rows(90, 'x,city,y', (i) => `${wave(i)},${'abcd'[i % 4]},${wave(i + 1)}`),
    );
    expect(comments.get('data.categories')).toBe('oneHot: a column of 0 and 1 for each category');
    expect(draft(rows(90, 'x,y', (i) => `${wave(i)},${wave(i + 1)}`)).comments.has('data.categories')).toBe(
      false,
    );
    expect(data).toMatchObject({ categories: { city: 'oneHot' } });
    // Twice five inputs, to the next power of two.
    expect(model[0]).toMatchObject({ type: 'linear', out: 16 });
  });

  test('with missing values are completed, or lose rows, by how many there are', () => {
    const few = draft(rows(90, 'x,y', (i) => `${i === 3 ? 'NA' : wave(i)},${wave(i + 1)}`));
    expect(few.data).toMatchObject({ missing: ['NA'], onMissing: 'drop' });
    const many = draft(rows(90, 'x,y', (i) => `${i % 3 === 0 ? '' : wave(i)},${wave(i + 1)}`));
    expect(many.data).toMatchObject({ missing: [''], onMissing: 'mean' });
    const spelled = draft(rows(90, 'x,y', (i) => `${i === 3 ? 'broken' : wave(i)},${wave(i + 1)}`));
    expect(spelled.data).toMatchObject({ missing: ['broken'] });
  });

  test('of unlike size are normalized', () => {
    const { model, data } = draft(rows(97, 'x,z,y', (i) => `${wave(i)},${1000 + i * i},${wave(i + 1)}`));
    expect(model[0]).toMatchObject({ type: 'batchNorm' });
    expect(data.validation).toBe(0.2);
    expect(draft(rows(97, 'x,y', (i) => `${wave(i)},${wave(i + 1)}`)).model[0]).toMatchObject({
      type: 'linear',
    });
  });

  test('may be chosen', () => {
    const text = rows(90, 'x,y,z', (i) => `${wave(i)},${i % 2},${wave(i + 1)}`);
    expect(draft(text, { target: 'y' }).data).toMatchObject({ targets: ['y'] });
    expect(() => draft(text, { target: 'q' })).toThrow('one of x, y, z, got "q"');
  });
});

test('few rows are taken whole, and none is held back', () => {
  const { data, earlyStopping } = draft(rows(20, 'x,y', (i) => `${wave(i)},${wave(i + 1)}`));
  expect(data).toMatchObject({ batchSize: 'full', validation: 'none' });
  expect(earlyStopping).toBeUndefined();
});

test('the form of the file goes into the document where it is not the usual one', () => {
  const { data } = draft(rows(60, 'x;y', (i) => `${wave(i)};${wave(i + 1)}`.replaceAll('.', ',')));
  expect(data).toMatchObject({ delimiter: ';', decimal: ',' });
  expect(draft(rows(60, '1.5,2.5', (i) => `${wave(i)},${wave(i + 1)}`)).data).toMatchObject({
    header: false,
    targets: ['2'],
  });
});

test.each([
  ['x,y\n1,2\n3', 'a different number of fields'],
  ['x\n1\n2', 'one column'],
  ['x,x\n1,2', 'the name of more than one column'],
  ['c,y\n1,2\n1,3\n1,4', 'an input column'],
])('%j is refused', (text, message) => {
  expect(() => draft(text)).toThrow(DataError);
  expect(() => draft(text)).toThrow(message);
});

test('sizes and epochs are taken as they are given', () => {
  const { model, epochs } = draft(
    rows(90, 'x,y', (i) => `${wave(i)},${wave(i + 1)}`),
    { hidden: [5, 3], epochs: 7 },
  );
  expect(model).toMatchObject([{ out: 5 }, { type: 'relu' }, { out: 3 }, { type: 'relu' }, { out: 1 }]);
  expect(epochs).toBe(7);
});

test('options that no experiment has are refused', () => {
  const text = rows(90, 'x,y', (i) => `${wave(i)},${wave(i + 1)}`);
  for (const [options, message] of [
    [{ hidden: [Number.NaN] }, 'model.0.out: expected an integer'],
    [{ hidden: [2.5] }, 'model.0.out: expected an integer'],
    [{ epochs: 0 }, 'epochs: expected a number above 0'],
    [{ name: '../x' }, 'name: expected letters'],
    [{ epocs: 3 }, 'epocs'],
  ] as const) {
    expect(() => draft(text, options)).toThrow(message);
  }
});
