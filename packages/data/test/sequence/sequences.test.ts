import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentError, Generator, manualSeed, randint, ShapeError } from '@kindling/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../src/data-error.ts';
import {
  characterWindows,
  DataLoader,
  parseCsv,
  ReversedSequences,
  seriesWindows,
  sineWave,
  Table,
  tokenize,
  tokenWindows,
  Vocabulary,
} from '../../src/datasets.ts';
import { readText } from '../../src/source/read-text.ts';
import { temporaryFolder } from '../download/fixture.ts';
import { messageOf } from '../format/data-error.ts';

const sentence =
  "if you want to build a ship, don't drum up people together to collect wood and don't assign them tasks and work, " +
  'but rather teach them to long for the endless immensity of the sea.';

describe('characters', () => {
  test('of a word: what is read, and what follows', () => {
    const windows = characterWindows('hihello', { window: 6, vocabulary: 'hielo' });
    expect(windows.length).toBe(1);
    const [input, target] = windows.get(0);
    expect(input.shape).toEqual([6, 5]);
    expect(input.dtype).toBe('float32');
    expect(input.argmax(1).toArray()).toEqual([0, 1, 0, 2, 3, 3]);
    expect(input.sum(1).toArray()).toEqual([1, 1, 1, 1, 1, 1]);
    expect(target.dtype).toBe('int32');
    expect(target.toArray()).toEqual([1, 0, 2, 3, 3, 4]);
    expect(windows.vocabulary.decode(target.data()).join('')).toBe('ihello');
  });

  test('of a sentence: all windows, the vocabulary sorted', () => {
    const windows = characterWindows(sentence, { window: 10 });
    expect(windows.vocabulary.entries.join('')).toBe(" ',.abcdefghiklmnoprstuwy");
    expect(windows.length).toBe(sentence.length - 10);
    const [input, target] = windows.tensors().tensors;
    expect(input.shape).toEqual([sentence.length - 10, 10, 25]);
    expect(target.shape).toEqual([sentence.length - 10, 10]);
    const [last] = windows.tensors().batch([windows.length - 1]);
    expect(windows.vocabulary.decode(last.argmax(2).data()).join('')).toBe('of the sea');
  });

  test('as indices, in batches of a loader, by a stride', () => {
    const windows = characterWindows('abcdefgh', { window: 3, stride: 2, encoding: 'index' });
    expect(windows.length).toBe(3);
    const [first, rest] = [...new DataLoader(windows, { batchSize: 2 })];
    const [input, target] = first!;
    expect(input.toArray()).toEqual([
      [0, 1, 2],
      [2, 3, 4],
    ]);
    expect(target.toArray()).toEqual([
      [1, 2, 3],
      [3, 4, 5],
    ]);
    expect(rest![0].toArray()).toEqual([[4, 5, 6]]);
  });

  test('are code points, in their order', () => {
    const { vocabulary, codes } = characterWindows('가🙂￮나🙂', { window: 2 });
    expect(vocabulary.entries).toEqual(['가', '나', '￮', '🙂']);
    expect([...codes]).toEqual([0, 3, 2, 1, 3]);
  });

  test('any text is found again in its windows', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 2, maxLength: 40, unit: 'binary' }),
        fc.nat(5),
        fc.nat(3),
        (text, more, step) => {
          const characters = [...text];
          const window = 1 + more;
          fc.pre(characters.length > window);
          const windows = characterWindows(text, { window, stride: 1 + step, encoding: 'index' });
          const { vocabulary } = windows;
          expect(vocabulary.length).toBe(new Set(characters).size);
          const [input, target] = windows.tensors().tensors;
          for (let i = 0; i < windows.length; i++) {
            const start = i * (1 + step);
            const end = start + window;
            expect(vocabulary.decode(input.select(0, i).data())).toEqual(characters.slice(start, end));
            expect(vocabulary.decode(target.select(0, i).data())).toEqual(
              characters.slice(start + 1, end + 1),
            );
          }
        },
      ),
    );
  });

  test('errors', () => {
    const make =
      (...args: readonly unknown[]) =>
      () =>
        Reflect.apply(characterWindows, undefined, args);
    expect(messageOf(make('abc', { window: 3 }))).toBe(
      'text: expected at least 4 elements for a window of 3, got 3',
    );
    expect(messageOf(make('abxc', { window: 2, vocabulary: 'abc', place: 'a.txt' }))).toBe(
      'a.txt, position 2: expected one of 3 entries of the vocabulary, got "x"',
    );
    expect(make(5, { window: 2 })).toThrow('characterWindows: expected a string, got 5');
    expect(make('abc', { window: 0 })).toThrow('expected window to be an integer of at least 1, got 0');
    expect(make('abc', { window: 1, stride: 0.5 })).toThrow('expected stride to be an integer');
    expect(make('abc', { windows: 1 })).toThrow('got "windows"; did you mean window?');
    expect(make('abc', { window: 1, encoding: 'onehot' })).toThrow(
      `expected encoding to be 'oneHot' or 'index', got "onehot"`,
    );
    const windows = characterWindows('abc', { window: 1 });
    expect(() => windows.get(2)).toThrow(ShapeError);
    expect(() => windows.batch([0, -1])).toThrow('expected indices in [0, 2), got -1');
  });
});

describe('tokens', () => {
  test('are words and marks in lower case', () => {
    expect(tokenize("Don't PANIC! It’s 4.5 über_alles…")).toEqual([
      "don't",
      'panic',
      '!',
      'it’s',
      '4',
      '.',
      '5',
      'über_alles',
      '…',
    ]);
    expect(tokenize(' \n')).toEqual([]);
    expect(() => Reflect.apply(tokenize, undefined, [3])).toThrow('tokenize: expected a string, got 3');
  });

  test('become windows of indices', () => {
    const windows = tokenWindows('to be, or not to be', { window: 4, stride: 2 });
    expect(windows.vocabulary.entries).toEqual([',', 'be', 'not', 'or', 'to']);
    expect(windows.tensors().tensors.map((each) => each.toArray())).toEqual([
      [
        [4, 1, 0, 3],
        [0, 3, 2, 4],
      ],
      [
        [1, 0, 3, 2],
        [3, 2, 4, 1],
      ],
    ]);
    const rows = tokenWindows('b a b', {
      window: 2,
      encoding: 'oneHot',
      tokenize: (text) => text.split(' '),
    });
    expect(rows.get(0)[0].toArray()).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test('that are rare have an entry in common', () => {
    const text = 'the cat and the dog and the end';
    const vocabulary = Vocabulary.of(tokenize(text), {
      order: 'frequency',
      minFrequency: 2,
      unknown: '<unk>',
    });
    expect(vocabulary.entries).toEqual(['<unk>', 'the', 'and']);
    expect([...tokenWindows(text, { window: 2, vocabulary }).codes]).toEqual([1, 0, 2, 1, 0, 2, 1, 0]);
    const pair = Vocabulary.of(tokenize(text), { maxSize: 2 });
    expect(pair.entries).toEqual(['and', 'the']);
    expect(Vocabulary.of(tokenize(text), { maxSize: 2, unknown: '?' }).entries).toEqual(['?', 'the']);
    expect(pair.indexOf('cat')).toBeUndefined();
  });

  test('errors of vocabularies', () => {
    const make =
      (...args: readonly unknown[]) =>
      () =>
        Reflect.construct(Vocabulary, args);
    expect(make('aba')).toThrow('Vocabulary: expected different entries, got "a" twice');
    expect(make('')).toThrow('Vocabulary: expected at least one entry, got none');
    expect(make([1])).toThrow('Vocabulary: expected a string or strings, got [1]');
    expect(make('ab', { unknown: 1 })).toThrow('Vocabulary: expected unknown to be a string, got 1');
    expect(() => new Vocabulary('ab').decode([2])).toThrow('expected indices in [0, 1], got 2');
    expect(() => Vocabulary.of('ab', { minFrequency: 2 })).toThrow(ArgumentError);
    expect(() => Reflect.apply(Vocabulary.of, undefined, ['ab', { order: 'up' }])).toThrow(
      "expected order to be 'codePoint' or 'frequency', got \"up\"",
    );
  });
});

test('readText reads UTF-8, and says what is wrong with a file', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a.txt');
  await writeFile(path, '\ufeff안녕\n');
  expect(await readText(path)).toBe('안녕\n');
  await writeFile(path, '');
  await expect(readText(path)).rejects.toThrow(`${path}: expected text, got an empty file`);
  await writeFile(path, Buffer.from('hi', 'utf16le').subarray(0, 3));
  await writeFile(path, Uint8Array.of(0xff, 0xfe, 0x68, 0));
  await expect(readText(path)).rejects.toThrow(
    `${path}: expected UTF-8 text, got invalid bytes; the file is in UTF-16; save it as UTF-8`,
  );
  await expect(readText(join(folder.path, 'b.txt'))).rejects.toThrow(DataError);
});

describe('series', () => {
  test('a sine: twenty values, and the next', () => {
    const wave = sineWave(220);
    expect([wave[0], wave[1], wave[219]]).toEqual([0, 0.0998334214091301, wave[219]]);
    const windows = seriesWindows(wave, { window: 20 });
    const [input, target] = windows.tensors().tensors;
    expect([input.shape, target.shape]).toEqual([
      [200, 20, 1],
      [200, 1],
    ]);
    expect([...target.data()]).toEqual([...wave.subarray(20)]);
    expect([...windows.get(199)[0].data()]).toEqual([...wave.subarray(199, 219)]);
  });

  test('columns of a table, a horizon and a stride', () => {
    const text = 'day,a,b\n1,10,100\n2,20,200\n3,30,300\n4,40,400\n5,50,500\n6,60,600\n7,70,700\n';
    const table = new Table('t.csv', parseCsv(text, 't.csv'));
    const windows = seriesWindows(table, {
      window: 2,
      horizon: 2,
      stride: 3,
      inputs: ['a', 'b'],
      targets: ['b', 1],
    });
    expect([windows.length, windows.columns]).toEqual([2, { inputs: 2, targets: 2 }]);
    const [input, target] = windows.get(1);
    expect(input.toArray()).toEqual([
      [40, 400],
      [50, 500],
    ]);
    expect(target.toArray()).toEqual([600, 6, 700, 7]);
    const usual = seriesWindows(table, { window: 3 });
    expect(usual.columns).toEqual({ inputs: 3, targets: 1 });
    expect(usual.get(3)[1].toArray()).toEqual([700]);
  });

  test('errors', () => {
    const make =
      (...args: readonly unknown[]) =>
      () =>
        Reflect.apply(seriesWindows, undefined, args);
    expect(messageOf(make([1, 2, 3], { window: 2, horizon: 2 }))).toBe(
      'series: expected at least 4 elements for a window of 2, got 3',
    );
    expect(messageOf(make([1, Number.NaN, 3], { window: 1 }))).toBe(
      'series, sample 1: expected a number in the range of float32, got a missing value',
    );
    expect(messageOf(make([1, 2, 1e39], { window: 1 }))).toBe(
      'series, sample 2: expected a number in the range of float32, got 1e+39',
    );
    const table = new Table('t.csv', parseCsv('a,b\n1,2\n3,NA\n4,5', 't.csv', { missing: ['NA'] }));
    expect(messageOf(make(table, { window: 1 }))).toBe(
      't.csv, column b, sample 1: expected a number in the range of float32, got a missing value',
    );
    expect(messageOf(make(table, { window: 1, inputs: ['a'], targets: ['c'] }))).toContain(
      't.csv, column: expected one of a, b',
    );
    expect(make(table, { window: 1, inputs: [] })).toThrow('expected at least one column as inputs, got []');
    expect(make([1, 2], { window: 1, targets: ['a'] })).toThrow('expected a table with the option targets');
    expect(make('12', { window: 1 })).toThrow('seriesWindows: expected numbers or a Table, got "12"');
    expect(make([1, 2], { window: 1, horizon: 0 })).toThrow(
      'expected horizon to be an integer of at least 1',
    );
    expect(() => sineWave(0)).toThrow('sineWave: expected count to be an integer in [1, 268435456], got 0');
    expect(() => sineWave(1e12)).toThrow('in [1, 268435456], got 1000000000000');
  });
});

describe('sequences and their reverse', () => {
  test('are drawn anew for each batch, as torch.randint draws', () => {
    manualSeed(777);
    const data = new ReversedSequences({ count: 128 });
    const batches = [...new DataLoader(data, { batchSize: 64, generator: new Generator(0) })];
    manualSeed(777);
    for (const [input, target] of batches) {
      expect(input.shape).toEqual([64, 8]);
      expect(input.toArray()).toEqual(randint(0, 10, [64, 8]).toArray());
      expect(target.toArray()).toEqual(input.flip(1).toArray());
    }
  });

  test('or once, to keep', () => {
    const sets = [1, 1, 2].map((seed) =>
      new ReversedSequences({ count: 5, sequenceLength: 3, classes: 4, generator: new Generator(seed) })
        .tensors()
        .tensors.map((each) => [...each.data()]),
    );
    expect(sets[0]).toEqual(sets[1]);
    expect(sets[0]).not.toEqual(sets[2]);
    const [input = [], target = []] = sets[0]!;
    const rows = [0, 3, 6, 9, 12].map((start) => input.slice(start, start + 3).reverse());
    expect(target).toEqual(rows.flat());
  });

  test('errors', () => {
    expect(() => new ReversedSequences({ classes: 0 })).toThrow(
      'ReversedSequences: expected classes to be an integer in [1, 2147483647], got 0',
    );
    expect(() => new ReversedSequences({ count: 3 }).get(3)).toThrow('expected an index in [0, 3), got 3');
  });
});
