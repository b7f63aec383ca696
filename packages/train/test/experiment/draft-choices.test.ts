import { DataError, profileCsvText } from '@kindling/data';
import { describe, expect, test } from 'vitest';
import { draftExperiment } from '../../src/experiment/draft-experiment.ts';
import { type Experiment, parseExperiment } from '../../src/index.ts';

const rows = (count: number, header: string, row: (i: number) => string): string =>
  [header, ...Array.from({ length: count }, (_, i) => row(i))].join('\n');

const wave = (i: number): string => Math.sin(i * 1.7).toFixed(4);

describe('a draft', () => {
  const draft = (text: string, options: object = {}) => {
    const { document, comments } = draftExperiment(profileCsvText(text, 'data/a.csv'), {
      name: 'a',
      path: 'a.csv',
      ...options,
    });
    const parsed: Experiment = parseExperiment(document);
    return { ...parsed, document, comments };
  };
  const plain = (count: number) => draft(rows(count, 'x,y', (i) => `${wave(i)},${wave(i + 3)}`));

  test.each([
    [64, 'full', 0.01, 1],
    [81, 16, 0.01, 4],
    [499, 16, 0.01, 24],
    [700, 32, 0.01, 17],
    [4999, 32, 0.01, 124],
    [7000, 64, 0.001, 87],
    [26_000, 128, 0.001, 162],
  ])('of %i rows has batches of %s and a rate of %d', (count, batchSize, lr, steps) => {
    const { data, optimizer, epochs, comments } = plain(count);
    expect([data.batchSize, optimizer.lr]).toEqual([batchSize, lr]);
    expect(comments.get('epochs')).toBe(`${steps === 1 ? '1 step' : `${steps} steps`} per epoch`);
    expect(epochs).toBe(Math.min(300, Math.max(10, Math.ceil(3000 / steps))));
  });

  test('holds rows back from fifty on', () => {
    expect(plain(49).data.validation).toBe('none');
    const { data, comments, earlyStopping, epochs } = plain(50);
    expect(data.validation).toBe(0.2);
    expect(comments.get('data.validation')).toBe('10 validation rows');
    expect(earlyStopping?.patience).toBe(Math.max(5, Math.round(epochs / 10)));
    expect(comments.has('data.shuffle')).toBe(false);
  });

  test('has one hidden layer for few rows and two for many, as wide as twice the inputs', () => {
    const widths = (count: number, inputs: number): number[] => {
      const names = Array.from({ length: inputs }, (_, i) => `x${i}`);
      const text = rows(count, [...names, 'y'].join(','), (i) =>
        [...names, 'y'].map((_, j) => wave(i * 31 + j * 7)).join(','),
      );
      return draft(text).model.flatMap((layer) => (layer.type === 'linear' ? [layer.out] : []));
    };
    expect(widths(90, 2)).toEqual([8, 1]);
    expect(widths(90, 4)).toEqual([8, 1]);
    expect(widths(90, 5)).toEqual([16, 1]);
    expect(widths(90, 80)).toEqual([128, 1]);
    expect(widths(499, 5)).toEqual([16, 1]);
    expect(widths(500, 5)).toEqual([16, 8, 1]);
  });

  test('normalizes inputs beyond ten, on either side, where there are rows enough', () => {
    const first = (value: (i: number) => string, count = 90) =>
      draft(rows(count, 'x,y', (i) => `${value(i)},${wave(i + 1)}`)).model[0]!.type;
    expect(first((i) => (i === 3 ? '10' : wave(i)))).toBe('linear');
    expect(first((i) => (i === 3 ? '10.5' : wave(i)))).toBe('batchNorm');
    expect(first((i) => (i === 3 ? '-10.5' : wave(i)))).toBe('batchNorm');
    expect(first((i) => `${20 + Number(wave(i))}`, 3)).toBe('linear');
    expect(first((i) => `${20 + Number(wave(i))}`, 4)).toBe('batchNorm');
  });

  test('leaves out a last batch that cannot be normalized', () => {
    const dropped = (count: number) => {
      const { data } = draft(rows(count, 'x,y', (i) => `${20 + Number(wave(i))},${wave(i + 1)}`));
      return data.dropLast;
    };
    // 80 % of 101 rows are 81: five batches of 16 and a row.
    expect([dropped(100), dropped(101), dropped(60)]).toEqual([false, true, false]);
    const text = rows(101, 'x,y', (i) => `${wave(i)},${wave(i + 1)}`);
    expect(draft(text).data.dropLast).toBe(false);
  });

  test('completes missing inputs where more than a twentieth are, else leaves the rows out', () => {
    const missing = (count: number, target = 0) =>
      draft(rows(100, 'x,y', (i) => `${i < count ? 'NA' : wave(i)},${i >= 100 - target ? '' : wave(i + 1)}`));
    expect(missing(0).data).not.toHaveProperty('missing');
    expect(missing(5).data).toMatchObject({ onMissing: 'drop', missing: ['NA'] });
    expect(missing(6).data).toMatchObject({ onMissing: 'mean' });
    expect(missing(5).comments.get('data.missing')).toBe('5 missing inputs and 0 missing targets');
    expect(missing(0, 3).comments.get('data.missing')).toBe('0 missing inputs and 3 missing targets');
    expect(missing(0).comments.has('data.missing')).toBe(false);
  });

  test('scales targets to one digit before the point', () => {
    const scale = (factor: number): unknown =>
      draft(rows(90, 'x,y', (i) => `${wave(i)},${(factor * Number(wave(i + 1))).toPrecision(5)}`)).data.scale
        .target;
    expect([1, 0.2, 9.9].map(scale)).toEqual([1, 1, 1]);
    expect([50, 5000, 0.05, 0.0005].map(scale)).toEqual([0.1, 0.001, 100, 10_000]);
    expect(draft(rows(90, 'x,y', (i) => `${wave(i)},${i % 2 === 0 ? 0 : -0}.5`)).data.scale.target).toBe(1);
  });

  test('says what it predicts and from what', () => {
    const classes = draft(rows(90, 'x,y', (i) => `${wave(i)},${'abcdefg'[i % 7]}`));
    expect(classes.document.description).toBe('Predicts the class y from 1 columns of a.csv.');
    expect(classes.comments.get('model')).toBe(
      'the last layer outputs the scores of 7 classes: a, b, c, d, e, …',
    );
    expect(classes.comments.get('data.targets')).toBe('7 classes');
    const binary = draft(rows(90, 'x,y', (i) => `${wave(i)},${i % 2}`));
    expect(binary.document.description).toBe('Predicts whether y is 1 from 1 columns of a.csv.');
    expect(binary.comments.get('loss')).toContain('no sigmoid');
    const number = draft(rows(90, 'big,y', (i) => `${100 * Number(wave(i))},${wave(i + 2)}`));
    expect(number.document.description).toBe('Predicts y from 1 columns of a.csv.');
    expect(number.comments.get('model')).toBe(
      'batchNorm normalizes the columns; the last layer outputs one value',
    );
    expect(number.comments.get('data.targets')).toBe('numbers from -1 to 0.9998');
  });

  test('takes 2 to 100 classes, of numbers in their order and of words in that of letters', () => {
    const classes = (value: (i: number) => string, count = 300) =>
      draft(
        rows(count, 'x,y', (i) => `${wave(i)},${value(i)}`),
        { task: 'classes' },
      );
    expect(classes((i) => `${10 - (i % 3)}`).comments.get('model')).toContain(
      'scores of 3 classes: 8, 9, 10',
    );
    expect(classes((i) => `${i % 100}`).model.at(-1)).toMatchObject({ out: 100 });
    expect(() => classes((i) => `${i % 101}`)).toThrow(
      'column y: expected a target of 2 to 100 classes, got 101 distinct numbers',
    );
    expect(() => classes((i) => (i % 9 === 0 ? 'w' : `${i % 2}`))).toThrow(DataError);
    expect(() =>
      draft(
        rows(90, 'x,y', (i) => `${wave(i)},${'ab'[i % 2]}`),
        { task: 'number' },
      ),
    ).toThrow('expected a numeric target, got 2 distinct text values');
  });

  test('takes words among numbers for missing values while there are few', () => {
    const mixed = (word: (i: number) => string | undefined) =>
      draft(rows(90, 'x,z,y', (i) => `${word(i) ?? wave(i)},${wave(i + 3)},${wave(i + 1)}`)).data;
    expect(mixed((i) => (i < 3 ? `w${i}` : undefined))).toMatchObject({ missing: ['w0', 'w1', 'w2'] });
    const four = mixed((i) => (i < 4 ? `w${i}` : undefined));
    expect(four).toMatchObject({ exclude: ['x'] });
    expect(mixed((i) => (i < 50 ? 'w' : undefined))).not.toHaveProperty('missing');
  });

  test('takes up to twenty different words as inputs', () => {
    const words = (different: number) =>
      draft(rows(90, 'x,w,y', (i) => `${wave(i)},word${i % different},${wave(i + 1)}`)).data;
    expect(words(20)).toMatchObject({ categories: { w: 'oneHot' } });
    expect(words(21)).toMatchObject({ exclude: ['w'] });
  });
});
