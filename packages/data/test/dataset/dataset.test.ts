import { ArgumentError, arange, defaultGenerator, ShapeError, tensor } from '@kindling/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageSet } from '../../src/dataset/image-set.ts';
import { randomSplit } from '../../src/dataset/random-split.ts';
import { Subset } from '../../src/dataset/subset.ts';
import { Table } from '../../src/dataset/table.ts';
import { TensorDataset } from '../../src/dataset/tensor-dataset.ts';
import { DataLoader } from '../../src/loader/data-loader.ts';
import { compose, normalize, oneHot, TransformedDataset, toTensor } from '../../src/transform/transform.ts';
import { messageOf } from '../format/data-error.ts';

describe('TensorDataset', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const data = new TensorDataset(x, arange(3));

  test('gives rows and gathers batches', () => {
    const [row, label] = data.get(1);
    expect([row.toArray(), label.item()]).toEqual([[3, 4], 1]);
    const [batch, labels] = data.batch(Int32Array.of(2, 0, 2));
    expect(batch.toArray()).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
    ]);
    expect(labels.dtype).toBe('int32');
    batch.fill_(0);
    expect(x.toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  test('stays itself on its own device', () => {
    expect(data.to('cpu')).toBe(data);
  });

  test('refuses tensors that do not belong together', () => {
    expect(() => new TensorDataset(x, arange(4))).toThrow(
      'TensorDataset: expected tensors with the same number of rows, got shapes [3, 2] and [4]',
    );
    expect(() => new TensorDataset(tensor(1))).toThrow(ShapeError);
    expect(() => new TensorDataset()).toThrow(ArgumentError);
  });
});

describe('Subset and randomSplit', () => {
  const data = { length: 10, get: (i: number) => i * 10 };

  test('a subset of a subset', () => {
    const inner = new Subset(data, [9, 7, 5]);
    const outer = new Subset(inner, [2, 0]);
    expect([outer.length, outer.get(0), outer.get(1)]).toEqual([2, 50, 90]);
    expect(() => outer.get(2)).toThrow('Subset: expected an index in [0, 2), got 2');
    expect(() => new Subset(data, [10])).toThrow('Subset: expected indices in [0, 10), got 10');
  });

  test('parts are disjoint and whole', () => {
    const parts = fc
      .array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 5 })
      .filter((lengths) => lengths.reduce((a, b) => a + b, 0) > 1);
    fc.assert(
      fc.property(parts, (lengths) => {
        const n = lengths.reduce((a, b) => a + b, 0);
        const split = randomSplit({ length: n, get: (i) => i }, lengths, defaultGenerator);
        expect(split.map((part) => part.length)).toEqual(lengths);
        const all = split.flatMap((part) => [...part.indices]);
        expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  test.each([[[3, 3]], [[0.5, 0.6]], [[-1, 11]], [[5, 5.5]], [[1.2, -0.2]]])(
    'lengths %j are refused',
    (lengths) => {
      expect(() => randomSplit(data, lengths)).toThrow(
        `randomSplit: expected lengths that sum to 10, or fractions that sum to 1, got [${lengths.join(', ')}]`,
      );
    },
  );
});

describe('transforms', () => {
  test('compose, toTensor, normalize', () => {
    const transform = compose(toTensor([2, 2]), normalize(0.5, 0.25));
    const x = transform(Uint8Array.of(0, 51, 102, 255));
    expect(x.shape).toEqual([2, 2]);
    const expected = [-2, (0.2 - 0.5) * 4, (0.4 - 0.5) * 4, 2];
    [...x.data()].forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6);
    });
  });

  test('normalize by channel', () => {
    const x = normalize([1, 2], [2, 4])(tensor([[[1, 3]], [[2, 10]]]));
    expect(x.toArray()).toEqual([[[0, 1]], [[0, 2]]]);
    expect(() => normalize([1, 2], [1])).toThrow('normalize: expected as many means');
    expect(() => normalize(0, 0)).toThrow(ArgumentError);
  });

  test('oneHot', () => {
    const x = oneHot(4)(2);
    expect([x.dtype, x.toArray()]).toEqual(['float32', [0, 0, 1, 0]]);
    expect(() => oneHot(4)(4)).toThrow('oneHot: expected a class in [0, 4), got 4');
  });

  test('of a dataset', () => {
    const data = new TransformedDataset({ length: 3, get: (i: number) => i }, (i) => `sample ${i}`);
    expect([data.length, data.get(2)]).toEqual([3, 'sample 2']);
  });
});

describe('ImageSet', () => {
  const images = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
  const set = new ImageSet({ place: 'test', images, labels: Uint8Array.of(3, 0, 9, 1), height: 2, width: 3 });

  test('gives images, slices and tensors', () => {
    expect(set.get(1)).toEqual({ image: Uint8Array.of(60, 70, 80, 90, 100, 110), label: 0 });
    const part = set.slice(1, -1);
    expect([part.length, part.get(1).label, part.slice(1).get(0).image[0]]).toEqual([2, 9, 120]);

    const { tensors } = set.tensors();
    expect(tensors.map(({ dtype, shape }) => [dtype, shape])).toEqual([
      ['float32', [4, 6]],
      ['int32', [4]],
    ]);
    expect(tensors[0].data()[7]).toBe(Math.fround(70 / 255));
    const oneHotLabels = set.tensors({ oneHot: true }).tensors[1];
    expect([oneHotLabels.dtype, oneHotLabels.argmax(1).toArray(), oneHotLabels.sum().item()]).toEqual([
      'float32',
      [3, 0, 9, 1],
      4,
    ]);
  });

  test('scales pixels as a float32 division by 255 does', () => {
    const all = new ImageSet({
      place: 'x',
      images: Uint8Array.from({ length: 256 }, (_, i) => i),
      labels: new Uint8Array(1),
      height: 16,
      width: 16,
    });
    const divided = tensor(all.images, { dtype: 'float32' }).div(255).data();
    expect([...all.tensors().tensors[0].data()]).toEqual([...divided]);
  });

  test('refuses labels that do not fit', () => {
    const columns = { place: 'labels.gz', images, height: 2, width: 3 };
    expect(messageOf(() => new ImageSet({ ...columns, labels: new Uint8Array(3) }))).toBe(
      'labels.gz: expected 4 labels for 4 images, got 3',
    );
    expect(messageOf(() => new ImageSet({ ...columns, labels: Uint8Array.of(1, 2, 10, 3) }))).toBe(
      'labels.gz, label 2: expected a class in [0, 9], got 10',
    );
    expect(messageOf(() => set.get(4))).toBe('test: expected an image index in [0, 3], got 4');
  });
});

describe('Table', () => {
  const table = new Table('x.csv', {
    names: ['a', 'b', 'label'],
    columns: [Float64Array.of(1, 2), Float64Array.of(0.1, 0.2), Float64Array.of(0, 1)],
  });

  test('gives rows, columns, slices and tensors', () => {
    expect([table.length, table.get(1), [...table.column('b')]]).toEqual([2, [2, 0.2, 1], [0.1, 0.2]]);
    expect(table.slice(1).get(0)).toEqual([2, 0.2, 1]);
    const [inputs, targets] = table.tensors().tensors;
    expect([inputs.dtype, inputs.shape, targets.shape]).toEqual(['float32', [2, 2], [2, 1]]);
    expect([...inputs.data()]).toEqual([1, Math.fround(0.1), 2, Math.fround(0.2)]);
    const chosen = table.tensors({ inputs: ['label'], targets: ['b', 'a'], dtype: 'float64' }).tensors;
    expect(chosen.map((x) => x.toArray())).toEqual([
      [[0], [1]],
      [
        [0.1, 1],
        [0.2, 2],
      ],
    ]);
  });

  test('says which column was meant', () => {
    expect(messageOf(() => table.tensors({ targets: ['lable'] }))).toBe(
      'x.csv, column: expected one of a, b, label, got "lable"; did you mean "label"?',
    );
    expect(messageOf(() => table.get(2))).toBe('x.csv: expected a row index in [0, 1], got 2');
  });
});

test('a loader knows the type of its dataset', () => {
  const loader = new DataLoader(new TensorDataset(tensor([[1], [2]]), tensor([0, 1])), { batchSize: 2 });
  const length: number = loader.dataset.length;
  expect(length).toBe(2);
  expect(loader.dataset.tensors[1].toArray()).toEqual([0, 1]);
});

test('indices of any kind are integers in range, or refused', () => {
  const data = new TensorDataset(tensor([10, 20, 30]));
  expect(data.batch([2, 0])[0].toArray()).toEqual([30, 10]);
  expect(Reflect.apply(data.batch, data, [Int16Array.of(1)])[0].toArray()).toEqual([20]);
  for (const wrong of [[0.5], Float32Array.of(0.5), [Number.NaN]]) {
    expect(() => Reflect.apply(data.batch, data, [wrong])).toThrow(
      'TensorDataset: expected integers as indices',
    );
  }
  expect(() => data.batch([2 ** 31])).toThrow(/int32/);
  expect(() => data.batch([3])[0].data()).toThrow(/expected indices in \[0, 2\], got 3/);
});
