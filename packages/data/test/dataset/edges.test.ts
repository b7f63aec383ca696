import { ArgumentError, Generator, ShapeError, tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { ImageSet } from '../../src/dataset/image-set.ts';
import { randomSplit } from '../../src/dataset/random-split.ts';
import { Subset } from '../../src/dataset/subset.ts';
import { Table } from '../../src/dataset/table.ts';
import { TensorDataset } from '../../src/dataset/tensor-dataset.ts';
import { compose, normalize, oneHot, toTensor } from '../../src/transform/transform.ts';
import { messageOf } from '../format/data-error.ts';

describe('fractions', () => {
  const data = { length: 11, get: (i: number) => i };
  const sizes = (...lengths: number[]): number[] =>
    randomSplit(data, lengths, new Generator(1)).map(({ length }) => length);

  test('round down, and the first parts get one more each of what is left', () => {
    expect(sizes(0.5, 0.3, 0.2)).toEqual([6, 3, 2]);
    expect(sizes(0.25, 0.25, 0.25, 0.25)).toEqual([3, 3, 3, 2]);
    expect(sizes(...Array<number>(10).fill(0.1))).toEqual([2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(sizes(0, 1)).toEqual([0, 11]);
  });

  test('must sum up to 1, but for rounding', () => {
    for (const lengths of [[0.5, 0.4], [0.6, 0.5], [0.999], [1.1], []]) {
      expect(() => sizes(...lengths)).toThrow('randomSplit: expected lengths that sum to 11');
    }
    for (const lengths of ['ab', [1, '10'], null]) {
      expect(() => Reflect.apply(randomSplit, undefined, [data, lengths])).toThrow(
        'randomSplit: expected lengths as numbers',
      );
    }
  });

  test('1 is a length where it is all there is', () => {
    expect(randomSplit({ length: 1, get: (i) => i }, [1]).map(({ length }) => length)).toEqual([1]);
  });
});

describe('what is out of range is refused, what is at its end is not', () => {
  test('indices of a subset', () => {
    const data = { length: 3, get: (i: number) => i };
    expect([...new Subset(data, [0, 2]).indices]).toEqual([0, 2]);
    for (const index of [-1, 3, 0.5, Number.NaN]) {
      expect(() => new Subset(data, [index])).toThrow(ShapeError);
      expect(() => new Subset(data, [0]).get(index)).toThrow('Subset: expected an index in [0, 1)');
    }
    expect(new Subset(data, []).length).toBe(0);
  });

  test('classes', () => {
    expect([0, 3].map((label) => oneHot(4)(label).toArray())).toEqual([
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
    for (const label of [-1, 4, 1.5]) expect(() => oneHot(4)(label)).toThrow(ArgumentError);
  });

  test('rows of a table', () => {
    const table = new Table('x', { names: ['a'], columns: [Float64Array.of(5, 6, 7)] });
    expect([table.get(0), table.get(2)]).toEqual([[5], [7]]);
    for (const row of [-1, 3, 0.5]) {
      expect(messageOf(() => table.get(row))).toBe(`x: expected a row index in [0, 2], got ${row}`);
    }
    expect([...table.slice(1, 2).column('a'), ...table.slice(-1).column('a')]).toEqual([6, 7]);
    expect(new Table('x', { names: [], columns: [] }).length).toBe(0);
  });

  test('images', () => {
    const images = Uint8Array.from({ length: 12 }, (_, i) => i);
    const set = new ImageSet({ place: 'x', images, labels: Uint8Array.of(0, 1, 2), height: 2, width: 2 });
    expect(set.pixels).toBe(4);
    for (const index of [-1, 3, 0.5])
      expect(messageOf(() => set.get(index))).toContain('image index in [0, 2]');
    const [first, last] = [set.slice(0, 1), set.slice(2)];
    expect(
      [first, last].map(({ length, images: [pixel], labels: [label] }) => [length, pixel, label]),
    ).toEqual([
      [1, 0, 0],
      [1, 8, 2],
    ]);
    expect([last.height, last.classes, last.place]).toEqual([2, 10, 'x']);
    expect(() => new ImageSet({ ...set, images: images.subarray(1) })).toThrow('2.75 images, got 3');
  });
});

describe('transforms', () => {
  test('by channel need a number for each, none of them 0', () => {
    const x = tensor([
      [
        [1, 3],
        [5, 7],
      ],
    ]);
    expect(normalize([1], [2])(x).toArray()).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
    ]);
    expect(normalize([1], [2])(x.to({ dtype: 'float64' })).dtype).toBe('float64');
    expect(normalize(1, [2])(x).toArray()).toEqual(normalize(1, 2)(x).toArray());
    expect(normalize([1], 2)(x).toArray()).toEqual(normalize(1, 2)(x).toArray());
    expect(() => normalize([1, 2], [1, 0])).toThrow('all of them nonzero, got [1,2] and [1,0]');
    expect(() => normalize(1, 0)).toThrow(ArgumentError);
  });

  test('run in the order in which they are given', () => {
    const word = compose(
      (x: number) => x + 1,
      (x: number) => x * 10,
      (x: number) => `${x}!`,
    );
    expect(word(2)).toBe('30!');
    expect(toTensor()(Uint8Array.of(0, 255)).toArray()).toEqual([0, 1]);
  });
});

describe('a table', () => {
  const table = new Table('x.csv', {
    names: ['a', 'c=u', 'c=v'],
    columns: [Float64Array.of(1, 2), Float64Array.of(1, 0), Float64Array.of(0, 1)],
    sources: ['a', 'c'],
    fileColumns: ['id', 'a', 'c'],
    categories: { c: { encoding: 'oneHot', values: ['u', 'v'] } },
  });

  test('knows what became of a column of its file, by name or position', () => {
    expect(table.namesOf('c')).toEqual(['c=u', 'c=v']);
    expect(table.namesOf(3)).toEqual(['c=u', 'c=v']);
    expect(table.namesOf(2)).toEqual(['a']);
    expect(table.namesOf('c=v')).toEqual(['c=v']);
    expect(messageOf(() => table.namesOf(1))).toContain('got "id"');
    expect(messageOf(() => table.namesOf('toString'))).toContain('got "toString"');
    expect(messageOf(() => table.namesOf(4))).toContain('a position from 1 to 3');
  });

  test('keeps what it knows of its columns where rows are left out', () => {
    for (const part of [table.slice(0, 1), table.withoutMissing(), table.fillMissing(0)]) {
      expect(part.namesOf(-1)).toEqual(['c=u', 'c=v']);
      expect([part.place, part.sources, part.fileColumns]).toEqual(['x.csv', ['a', 'c'], ['id', 'a', 'c']]);
    }
    expect(table.withoutMissing()).toBe(table);
  });

  test('fills missing values with what is named for the column alone', () => {
    const gap = new Table('x.csv', { names: ['toString'], columns: [Float64Array.of(Number.NaN, 4)] });
    expect(gap.means()).toEqual({ toString: 4 });
    expect(messageOf(() => gap.fillMissing({}))).toBe(
      'x.csv, column toString: expected a number to fill missing values with, got undefined',
    );
    for (const value of [Number.NaN, { toString: Number.NaN }]) {
      expect(messageOf(() => gap.fillMissing(value))).toContain('got NaN');
    }
    expect([...gap.fillMissing(-1).column('toString')]).toEqual([-1, 4]);
  });

  test('refuses numbers that no dtype holds, without advice to take the larger', () => {
    const infinite = new Table('x', {
      names: ['a', 'b'],
      columns: [Float64Array.of(Number.POSITIVE_INFINITY), Float64Array.of(1)],
    });
    expect(messageOf(() => infinite.tensors({ dtype: 'float64' }))).toBe(
      'x, column a, sample 0: expected a number in the range of float64, got Infinity',
    );
  });
});

test('rows of tensors from their ends, and only whole ones', () => {
  const data = new TensorDataset(tensor([[1], [2], [3]]));
  expect(data.batch([2])[0].toArray()).toEqual([[3]]);
  expect(data.batch([])[0].shape).toEqual([0, 1]);
  expect(new TensorDataset(tensor([[1]]).narrow(0, 0, 0)).length).toBe(0);
});
