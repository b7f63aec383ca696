import { describe, expect, test } from 'vitest';
import {
  assertBoolean,
  assertChoice,
  assertDType,
  assertFunction,
  assertGenerator,
  assertList,
  assertNumber,
  assertProbability,
  assertTensor,
  assertWhole,
  describe as describeValue,
  listArgument,
  shapeArgument,
} from '../src/arguments.ts';
import { ArgumentError, Generator, nn, ShapeError, type Tensor, tensor, zeros } from '../src/index.ts';
import { editDistance, nearestName } from '../src/nearest-name.ts';
import { checkOptions, checkShapeList, misplacedOptions } from '../src/options.ts';

test.each<[unknown, string]>([
  ['text', '"text"'],
  ['x'.repeat(40), JSON.stringify('x'.repeat(40))],
  ['x'.repeat(41), JSON.stringify(`${'x'.repeat(40)}…`)],
  [12n, '12n'],
  [1.5, '1.5'],
  [true, 'true'],
  [Symbol('s'), 'Symbol(s)'],
  [() => 1, 'a function'],
  [null, 'null'],
  [undefined, 'undefined'],
  [{}, 'an object'],
  [new Float32Array(2), 'a typed array'],
  [new DataView(new ArrayBuffer(1)), 'a typed array'],
  [[], '[]'],
  [[1, 'a', [2]], '[1, "a", […]]'],
  [[1, 2, 3, 4, 5, 6, 7, 8], '[1, 2, 3, 4, 5, 6, 7, 8]'],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9], '[1, 2, 3, 4, 5, 6, 7, 8, …]'],
])('%#: a value in a few words', (value, text) => {
  expect(describeValue(value)).toBe(text);
});

test('tensors and modules in a few words', () => {
  expect(describeValue(zeros([2, 3]))).toBe('a tensor of shape [2, 3]');
  expect(describeValue(new nn.ReLU())).toBe('a module');
});

describe('checks of arguments take the ends of their ranges, and name range and value', () => {
  const refused = (check: (value: never) => void, value: unknown, message: string): void => {
    expect(() => check(value as never)).toThrow(message);
    expect(() => check(value as never)).toThrow(/^f: expected /);
  };

  test('integers', () => {
    for (const value of [2, 5]) assertWhole('f', 'n', value, 2, 5);
    for (const value of [1, 6, 2.5, Number.NaN, '3', null]) {
      refused((given) => assertWhole('f', 'n', given, 2, 5), value, 'n to be an integer in [2, 5], got ');
    }
    refused((given) => assertWhole('f', 'n', given, 2), 1, 'n to be an integer of at least 2, got 1');
    refused((given) => assertWhole('f', 'n', given), 0.5, 'n to be an integer, got 0.5');
    assertWhole('f', 'n', -(2 ** 53 - 1));
    refused((given) => assertWhole('f', 'n', given), 2 ** 53, 'n to be an integer, got 9007199254740992');
  });

  test('probabilities, flags, choices, functions, numbers and lists', () => {
    for (const value of [0, 0.5, 1]) assertProbability('f', value);
    for (const value of [-0.1, 1.1, Number.NaN, '0']) {
      refused((given) => assertProbability('f', given), value, 'a probability in [0, 1], got ');
    }
    assertBoolean('f', 'on', false);
    refused((given) => assertBoolean('f', 'on', given), 0, 'on to be true or false, got 0');
    assertChoice('f', 'mode', 'b', ['a', 'b', 'c']);
    refused(
      (given) => assertChoice('f', 'mode', given, ['a', 'b', 'c']),
      'd',
      `mode to be 'a', 'b' or 'c', got "d"`,
    );
    assertFunction('f', 'g', () => 1);
    refused((given) => assertFunction('f', 'g', given), {}, 'g to be a function, got an object');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 0]) assertNumber('f', 'x', value);
    refused((given) => assertNumber('f', 'x', given), '1', 'x to be a number, got "1"');
    assertList('f', 'l', []);
    refused((given) => assertList('f', 'l', given), { length: 0 }, 'l to be an array, got an object');
    refused((given) => assertDType('f', given), 'float16', 'a dtype among bool, uint8, ');
    refused((given) => assertDType('f', given), ['bool'], 'got ["bool"]');
    refused((given) => assertDType('f', given), 'toString', 'got "toString"');
  });

  test('generators are what draws', () => {
    assertGenerator('f', new Generator(1));
    assertGenerator('f', { random: () => 1, random64: () => 1n });
    for (const value of [
      null,
      1,
      {},
      { random: () => 1 },
      { random64: () => 1n },
      { random: 1, random64: 2 },
    ]) {
      refused((given) => assertGenerator('f', given), value, 'generator to be a Generator, got ');
    }
  });

  test('tensors that live', () => {
    const gone = tensor([1, 2]);
    gone.dispose();
    refused((given) => assertTensor('f', 'x', given), gone, 'got one of shape [2] that was disposed');
    refused(
      (given) => assertTensor('f', 'x', given, ' or a number'),
      '1',
      'x to be a tensor or a number, got "1"',
    );
    refused((given) => assertTensor('f', 'x', given), null, 'x to be a tensor, got null');
  });

  test('shapes are lists of sizes whose product a double holds', () => {
    expect(shapeArgument('f', [2, 0, 3])).toEqual([2, 0, 3]);
    expect(shapeArgument('f', [])).toEqual([]);
    expect(shapeArgument('f', [2 ** 53 - 1])).toEqual([2 ** 53 - 1]);
    expect(shapeArgument('f', [2 ** 40, 2 ** 40, 0])).toEqual([2 ** 40, 2 ** 40, 0]);
    for (const shape of [
      [2 ** 40, 2 ** 40],
      [2 ** 30, 2 ** 24],
    ]) {
      refused((given) => shapeArgument('f', given), shape, 'at most 2^53 elements, got shape [');
    }
    for (const shape of [2, '22', { length: 1 }, [-1], [0, -1], [0.5], ['2'], [undefined], tensor([1])]) {
      refused((given) => shapeArgument('f', given), shape, 'sizes of at least 0, got ');
    }
  });

  test('lists are given one by one or as one', () => {
    expect(listArgument('f', 'dims', [1, -2])).toEqual([1, -2]);
    expect(listArgument('f', 'dims', [[1, -2]])).toEqual([1, -2]);
    expect(listArgument('f', 'dims', [])).toEqual([]);
    for (const given of [[[1, 2], 3], [0.5], [[0.5]], ['1'], [null]]) {
      expect(() => listArgument('f', 'dims', given)).toThrow(/^f: expected dims to be integers, got \[/);
      expect(() => listArgument('f', 'dims', given)).toThrow(ShapeError);
    }
  });
});

describe('options that are none', () => {
  const names = { device: true, dtype: true, lr: true, keepdim: true } as const;
  const refusal = (options: unknown, known: object = names): string => {
    try {
      checkOptions('f', options as object, known as never);
    } catch (error) {
      expect(error).toBeInstanceOf(ArgumentError);
      return (error as Error).message;
    }
    return '';
  };

  test.each<[unknown, string]>([
    ['cuda:1', `got "cuda:1"; did you mean { device: 'cuda:1' }?`],
    ['cuda', `did you mean { device: 'cuda' }?`],
    ['auto', `did you mean { device: 'auto' }?`],
    ['cuda:x', 'got "cuda:x"'],
    ['my cpu', 'got "my cpu"'],
    ['cpu2', 'got "cpu2"'],
    ['int32', `did you mean { dtype: 'int32' }?`],
    ['xint32', 'got "xint32"'],
    ['int32x', 'got "int32x"'],
    ['mean', 'got "mean"'],
    [0.1, 'got 0.1; did you mean { lr: 0.1 }?'],
    [true, 'got true; did you mean { keepdim: true }?'],
    [[1, 2], 'got [1, 2]'],
    [[], 'got an array'],
    [['a'], 'got an array'],
    [() => 1, 'got a function'],
    [null, 'got null'],
    [new Map(), undefined as never],
    ['x'.repeat(50), `got "${'x'.repeat(39)}…`],
  ])('%#: the message shows what came, and what it may have been meant for', (options, end) => {
    const message = refusal(options);
    if (end === undefined) expect(message).toBe('');
    else
      expect(message).toBe(
        `f: expected options { device, dtype, lr, keepdim }, ${end.startsWith('got') ? end : `got ${JSON.stringify(options)}; ${end}`}`,
      );
  });

  test('without an option for it, nothing is guessed; with one option alone, that', () => {
    expect(refusal('cpu', { bias: true, eps: true })).toBe('f: expected options { bias, eps }, got "cpu"');
    expect(refusal(false, { bias: true, eps: true })).toContain('did you mean { bias: false }?');
    expect(refusal(false, { eps: true, x: true })).not.toContain('did you mean');
    expect(refusal('sum', { reduction: true, x: true })).toContain(`did you mean { reduction: 'sum' }?`);
    expect(refusal(3, { eps: true, x: true })).not.toContain('did you mean');
    expect(refusal(3, { eps: true })).toContain('did you mean { eps: 3 }?');
    expect(refusal(true, { eps: true })).toContain('did you mean { eps: true }?');
    expect(refusal([3], { eps: true })).toBe('f: expected options { eps }, got [3]');
  });

  test('an unknown name, of an object literal; the names of others are their own', () => {
    expect(refusal({ dtyp: 1 })).toBe(
      'f: expected options among device, dtype, lr, keepdim, got "dtyp"; did you mean dtype?',
    );
    expect(refusal({ nothingLikeIt: 1 })).not.toContain('did you mean');
    expect(refusal({ a1b: 1, dtyp: 2 })).toContain('got "a1b"');
    class Odd {
      other = 1;
    }
    expect(refusal(new Odd())).toBe('f: expected options { device, dtype, lr, keepdim }, got a Odd');
    const bare = Object.assign(Object.create(null), { dtyp: 1 });
    expect(refusal(bare)).toContain('did you mean dtype?');
    const long = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, i]));
    expect(misplacedOptions('f', 'dim', 'a number', long).message).toBe(
      'f: expected dim to be a number, got { k0, k1, k2, k3, k4, k5, k6, k7 }',
    );
    expect(misplacedOptions('f', 'dim', 'a number', { dim: 'x' }).message).toContain('did you mean f("x")?');
    expect(misplacedOptions('f', 'dim', 'a number', new Odd()).message).toContain('got a Odd');
  });

  test('a shape by its sizes', () => {
    checkShapeList('f', [], 1);
    const message = (shape: unknown, next?: unknown): string => {
      try {
        checkShapeList('f', shape, next);
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    expect(message(2, 3)).toBe('f: expected a shape, an array of sizes, got 2; did you mean [2, 3]?');
    expect(message(2, {})).toContain('did you mean [2]?');
    expect(message('2', {})).toBe('f: expected a shape, an array of sizes, got "2"');
  });
});

describe('names that may have been meant', () => {
  test('edits are counted as few as there are', () => {
    for (const [a, b, distance] of [
      ['abcd', 'abdc', 1],
      ['abcd', 'badc', 2],
      ['abcd', 'bacd', 1],
      ['ab', 'ba', 1],
      ['abc', 'xbc', 1],
      ['abc', 'abx', 1],
      ['abc', 'bca', 2],
      ['aab', 'aba', 1],
      ['aaa', 'aaaa', 1],
      ['xabx', 'xbbx', 1],
      ['axb', 'bxa', 2],
    ] as const) {
      expect(editDistance(a, b), `${a} ${b}`).toBe(distance);
      expect(editDistance(b, a), `${b} ${a}`).toBe(distance);
    }
  });

  test('of several the nearest, and of equals the first', () => {
    expect(nearestName('mean', ['mead', 'meen', 'mean2'])).toBe('mead');
    expect(nearestName('validaton', ['valuation', 'validation'])).toBe('validation');
    expect(nearestName('abc', ['abd', 'abc'])).toBe('abc');
  });

  test('a third of the letters may differ, one of the shortest, but not all', () => {
    expect(nearestName('abcxyz', ['abcdef'])).toBeUndefined();
    expect(nearestName('abcdxy', ['abcdef'])).toBe('abcdef');
    expect(nearestName('x', ['a'])).toBeUndefined();
    expect(nearestName('ax', ['ab'])).toBe('ab');
    expect(nearestName('xy', ['ab'])).toBeUndefined();
    expect(nearestName('adam', ['adamw'])).toBe('adamw');
  });

  test('beginnings count from three letters on, either way', () => {
    expect(nearestName('learningrate', ['learn', 'momentum'])).toBe('learn');
    expect(nearestName('lea', ['learningrate', 'momentum'])).toBe('learningrate');
    expect(nearestName('mo', ['learningrate', 'momentum'])).toBeUndefined();
    expect(nearestName('lear', ['learningrate', 'learningcurve'])).toBeUndefined();
  });

  test('64 letters are compared, 65 are not', () => {
    const name = 'n'.repeat(64);
    expect(nearestName(name, [name])).toBe(name);
    expect(nearestName(`${name}n`, [name])).toBeUndefined();
    expect(nearestName(name, [`${name}n`])).toBeUndefined();
  });
});

test('tensors say what they are, where their dtype or their device tells', () => {
  const text = (x: Tensor): string => String(x);
  expect(text(zeros([0]))).toBe('tensor([])');
  expect(text(zeros([0, 3]))).toBe('tensor([], size=(0, 3))');
  expect(text(tensor([1], { dtype: 'uint8' }))).toBe('tensor([1], dtype=uint8)');
  expect(text(tensor([true]))).toBe('tensor([ True])');
  const leaf = tensor([1.5], { requiresGrad: true });
  expect(text(leaf.detach())).toBe('tensor([1.5000])');
  expect(text(leaf.neg())).toBe('tensor([-1.5000], gradFn=<neg>)');
});

test('numbers of a wide range are written with exponents', () => {
  const text = (...values: number[]): string => String(tensor(values, { dtype: 'float64' }));
  expect(text(1, 1000)).toBe('tensor([   1., 1000.], dtype=float64)');
  expect(text(1, 1001)).toBe('tensor([1.0000e+00, 1.0010e+03], dtype=float64)');
  expect(text(1e8)).toBe('tensor([100000000.], dtype=float64)');
  expect(text(1e8 + 1)).toBe('tensor([1.0000e+08], dtype=float64)');
  expect(text(0.5, 1e-4)).toBe('tensor([5.0000e-01, 1.0000e-04], dtype=float64)');
  expect(text(1e-4)).toBe('tensor([0.0001], dtype=float64)');
  expect(text(9e-5)).toBe('tensor([9.0000e-05], dtype=float64)');
  expect(text(Number.NaN, 1)).toBe('tensor([nan, 1.], dtype=float64)');
  expect(text(Number.NEGATIVE_INFINITY, 0, 2)).toBe('tensor([-inf, 0., 2.], dtype=float64)');
});

test('more than a thousand elements are summarized', () => {
  const whole = String(zeros([1000]));
  expect(whole).not.toContain('...');
  expect(String(zeros([1001]))).toBe('tensor([0., 0., 0.,  ..., 0., 0., 0.])');
  const wide = String(zeros([7, 200]));
  expect(wide.split('\n')).toHaveLength(7);
  expect(wide).toContain('...,\n');
  expect(String(zeros([6, 200])).split('\n')).toHaveLength(6);
});
