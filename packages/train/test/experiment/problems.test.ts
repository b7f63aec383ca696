import { describe, expect, test } from 'vitest';
import { readBareValue } from '../../src/experiment/bare-value.ts';
import { experimentKeys } from '../../src/experiment/experiment-keys.ts';
import { maxJsonDepth, parseJsonDocument } from '../../src/experiment/json-document.ts';
import { applyOverrides, parseOverride } from '../../src/experiment/overrides.ts';
import { describeValue, didYouMean, ExperimentError, experimentError } from '../../src/experiment/problem.ts';
import { checkExperiment, parseExperiment } from '../../src/index.ts';

const base = {
  name: 'x',
  data: { source: 'xor' },
  model: [{ type: 'linear', out: 1 }],
  loss: 'mse',
  optimizer: 'adam',
  epochs: 1,
};

const messages = (change: object): string[] => {
  try {
    parseExperiment({ ...base, ...change });
  } catch (error) {
    expect(error).toBeInstanceOf(ExperimentError);
    return (error as Error).message.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
  }
  return [];
};

describe('what is wrong with a value is said in words', () => {
  test.each<[object, string]>([
    [{ epochs: 0 }, 'epochs: expected a number above 0, got 0'],
    [{ epochs: 1.5 }, 'epochs: expected an integer, got 1.5'],
    [{ epochs: '3' }, 'epochs: expected an integer, got "3"; did you mean 3?'],
    [{ epochs: null }, 'epochs: expected an integer, got null'],
    [{ epochs: [1] }, 'epochs: expected an integer, got an array of 1'],
    [{ epochs: [1, 2] }, 'epochs: expected an integer, got an array of 2'],
    [{ epochs: {} }, 'epochs: expected an integer, got an object'],
    [{ seed: -1 }, 'seed: expected a number of at least 0, got -1'],
    [{ model: 'x' }, 'model: expected an array, got "x"'],
    [{ model: [] }, 'model: expected at least 1 element, got an array of 0'],
    [{ name: 7 }, 'name: expected a string, got 7'],
    [{ loss: 7 }, 'loss: expected a name or an object with a type, got 7'],
    [{ loss: 'msee' }, 'got "msee"; did you mean "mse"?'],
    [{ device: 'gpu' }, 'device: expected '],
    [{ dtype: 'float16' }, 'dtype: expected one of "float32", "float64", got "float16"; did you mean'],
    [
      { optimizer: { type: 'adam', betas: [0.9] } },
      'optimizer.betas: expected 2 elements, got an array of 1',
    ],
    [{ optimizer: { type: 'adam', betas: [0.9, 1] } }, 'optimizer.betas.1: expected a number below 1, got 1'],
    [{ optimizer: { type: 'adam', lr: '0,1' } }, 'expected a number, got "0,1"; did you mean 0.1?'],
    [
      { optimizer: { type: 'adam', amsgrad: 'True' } },
      'expected true or false, got "True"; did you mean true?',
    ],
    [{ earlyStopping: 'None' }, 'got "None"; null removes the key'],
    [{ model: [{ type: 'dropout', p: 2 }] }, 'model.0.p: expected a number below 1, got 2'],
    [{ optimizer: { type: 'adam', beta: 1 } }, 'optimizer.beta: unknown key; did you mean "betas"?'],
    [{ zzz: 1 }, 'zzz: unknown key; expected one of '],
    [
      { 'a very long key that nobody would write down like this': 1 },
      'a very long key that nobody would write …: ',
    ],
  ])('%j', (change, message) => {
    expect(messages(change).join('\n')).toContain(message);
  });

  test('values are shown short', () => {
    expect([undefined, null, true, 1.5, () => 1].map(describeValue)).toEqual([
      'nothing',
      'null',
      'true',
      '1.5',
      'a function',
    ]);
    expect(describeValue('x'.repeat(38))).toBe(JSON.stringify('x'.repeat(38)));
    expect(describeValue('x'.repeat(39))).toBe(`"${'x'.repeat(39)}…`);
    expect(describeValue('x'.repeat(1e7)).length).toBeLessThan(45);
    expect(didYouMean('adm', ['adam'])).toBe('; did you mean "adam"?');
    expect(didYouMean(7, ['adam'])).toBe('');
  });

  test('of many problems the first are listed, and how many more there are', () => {
    const findings = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ path: ['k', i], message: 'm' }));
    const of = (count: number, limit?: number): string[] =>
      experimentError(findings(count), () => ({ origin: 'f' }), limit).message.split('\n');
    expect(of(1)).toEqual(['f: k.0: m']);
    expect(of(20)).toHaveLength(20);
    expect(of(21).slice(-2)).toEqual(['f: k.19: m', 'f: and 1 further problems']);
    expect(of(3, 2)).toEqual(['f: k.0: m', 'f: k.1: m', 'f: and 1 further problems']);
    expect(of(4, 2).at(-1)).toBe('f: and 2 or more further problems');
    expect(of(400, 2).at(-1)).toBe('f: and 2 or more further problems');
    expect(of(39).at(-1)).toBe('f: and 19 further problems');
  });
});

describe('documents', () => {
  test('have a hundred levels, not one more', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJsonDocument(nested(maxJsonDepth), 'x').value).toEqual(JSON.parse(nested(maxJsonDepth)));
    expect(() => parseJsonDocument(nested(maxJsonDepth + 1), 'x')).toThrow(
      `x:1:${maxJsonDepth + 1}: expected at most ${maxJsonDepth} levels of arrays and objects, got more`,
    );
    const wide = `[${Array(200).fill('[[]]').join()}]`;
    expect(parseJsonDocument(wide, 'x').value).toHaveLength(200);
  });

  test('have ranges of keys and values', () => {
    const { rangeOf } = parseJsonDocument('{ "a": [10, {"b": "x"}],\n  "c": {} }', 'x');
    const at = (path: readonly (string | number)[], part?: 'key' | 'value') => {
      const { start, end } = rangeOf(path, part);
      return [start.line, start.column, end.line, end.column];
    };
    expect(at(['a'])).toEqual([1, 8, 1, 24]);
    expect(at(['a'], 'key')).toEqual([1, 3, 1, 6]);
    expect(at(['a', 0])).toEqual([1, 9, 1, 11]);
    expect(at(['a', 0], 'key')).toEqual([1, 9, 1, 10]);
    expect(at(['a', 1, 'b'])).toEqual([1, 19, 1, 22]);
    expect(at(['a', 1, 'b'], 'key')).toEqual([1, 14, 1, 17]);
    expect(at(['c'])).toEqual([2, 8, 2, 10]);
    // What is missing: the key of what would hold it, or the word that cannot.
    expect(at(['c', 'd'])).toEqual([2, 3, 2, 6]);
    expect(at(['a', 0, 'd'])).toEqual([1, 9, 1, 11]);
    expect(at(['a', 7])).toEqual([1, 3, 1, 6]);
    expect(at(['z'])).toEqual([1, 1, 1, 2]);
    expect(at([])).toEqual([1, 1, 2, 12]);
  });

  test.each([
    ['{"a"}', 'x:1:5: expected ":" after "a", got "}" (is the comma before it superfluous?)'],
    ['{"a":1 ]', 'x:1:8: expected "," or "}" after an entry, got "]" (is the comma before it superfluous?)'],
    ['[1 2]', 'x:1:4: expected "," or "]" after an element, got "2"'],
    ['[:]', 'x:1:2: expected an element, got ":"'],
    ['{,}', 'x:1:2: expected a key in double quotes, got ","'],
    ['{1:2}', 'x:1:2: expected a key in double quotes, got "1"'],
    ['1 2', 'x:1:3: expected the end of the text, got "2"'],
    ['/* a */ 1', 'x:1:1: expected a value, got a comment, which JSON does not have'],
    ['"a\\q"', 'got a string that does not end on its line, or has a bad escape in it'],
    [`[${'y'.repeat(50)}]`, `x:1:2: expected an element, got "${'y'.repeat(30)}"`],
    [`["${'k'.repeat(50)}" 1]`, 'got "1"'],
    [`{"${'k'.repeat(50)}" 1}`, `expected ":" after "${'k'.repeat(29)}…, got "1"`],
    ['\u0001', 'x:1:1: expected a value, got "\u0001"'],
  ])('%j is refused with its place', (text, message) => {
    expect(() => parseJsonDocument(text, 'x')).toThrow(message);
  });
});

describe('changes', () => {
  test('go a hundred keys deep, not one more', () => {
    const path = (keys: number): string => Array(keys).fill('a').join('.');
    expect(parseOverride(`${path(100)}=1`).path).toHaveLength(100);
    expect(() => parseOverride(`${path(101)}=1`)).toThrow('expected a path of at most 100 keys');
    expect(applyOverrides({}, [{ path: Array<string>(100).fill('a'), value: 1 }])).toHaveProperty('a.a.a');
    expect(() => applyOverrides({}, [{ path: Array<string>(101).fill('a'), value: 1 }])).toThrow(
      '--set: a.a.a: expected a path of at most 100 keys, got 101',
    );
  });

  test('put elements into lists, and take them away', () => {
    const at = (change: string): unknown => applyOverrides({ l: [1, 2] }, [change]);
    expect(at('l.0=5')).toEqual({ l: [5, 2] });
    expect(at('l.2=5')).toEqual({ l: [1, 2, 5] });
    expect(at('l.1=null')).toEqual({ l: [1] });
    for (const index of ['3', '-1', '1.5', '', 'x', '0x1']) {
      expect(() => applyOverrides({ l: [1, 2] }, [{ path: ['l', index], value: 1 }])).toThrow(
        `--set: l.${index}: expected an index from 0 to 2, got "${index}"`,
      );
    }
    expect(at('l.2=null')).toEqual({ l: [1, 2] });
    expect(at('new.deep.key=1')).toEqual({ l: [1, 2], new: { deep: { key: 1 } } });
    expect(at('gone=null')).toEqual({ l: [1, 2] });
    expect(applyOverrides({ a: null }, ['a.b=1'])).toEqual({ a: { b: 1 } });
    expect(() => applyOverrides({ a: true }, ['a.b=1'])).toThrow('got a key inside true');
  });

  test('have spaces around the path, and anything as text', () => {
    expect(parseOverride(' a.b =x')).toEqual({ path: ['a', 'b'], value: 'x' });
    expect(parseOverride('a=line\nline').value).toBe('line\nline');
    expect(() => parseOverride('a=[1')).toThrow('for a, got "[1"');
    expect(() => parseOverride('a= {b')).toThrow('expected JSON');
    expect(parseOverride('a=x[1').value).toBe('x[1');
    expect(["'a'b'", "''", "'a", "a'"].map(readBareValue)).toEqual(["'a'b'", '', "'a", "a'"]);
    expect(['1e5', '1.5.', '--1', '+', '1e', '-[1]', '[a,b]x'].map(readBareValue)).toEqual([
      100_000,
      '1.5.',
      '--1',
      '+',
      '1e',
      '-[1]',
      '[a,b]x',
    ]);
    expect(readBareValue(' 2 ')).toBe(2);
    expect(readBareValue('[True, x]')).toEqual([true, 'x']);
  });
});

test('a check lists problems in the order of the document, each once', async () => {
  const text = `{
  "name": "x", "data": { "source": "xor" }, "epochs": 0,
  "model": [{ "type": "linear", "out": 0 }], "loss": "mse", "optimizer": "adamm",
  "variants": { "a": { "seed": -1 }, "b": { "seed": -1, "epochs": 3 } }
}`;
  const { problems, experiment, variants } = await checkExperiment('x.json', { text });
  expect(experiment).toBeUndefined();
  expect(variants).toEqual(['a', 'b']);
  const places = problems.map(({ range }) => [range?.start.line ?? 0, range?.start.column ?? 0]);
  expect(places).toEqual(places.toSorted(([a, b], [c, d]) => a! - c! || b! - d!));
  expect(
    new Set(problems.map((problem) => JSON.stringify([problem.path, problem.range]))).size,
  ).toBeGreaterThan(3);
  expect(problems.map(({ path }) => path.join('.'))).toEqual(
    expect.arrayContaining(['epochs', 'model.0.out', 'optimizer.type']),
  );
  const one = await checkExperiment('x.json', { text, variant: 'b' });
  expect(one.problems.map(({ path }) => path.join('.'))).toContain('seed');
});

test('every key of an experiment has a type, and what has it', () => {
  const keys = experimentKeys();
  const of = (path: string) => keys.filter((key) => key.path === path);
  expect(of('epochs')[0]).toMatchObject({ type: 'an integer above 0', required: true });
  expect(of('seed')[0]).toMatchObject({ type: 'an integer of at least 0', required: false });
  expect(of('$schema')).toEqual([]);
  expect(of('variants')).toEqual([]);
  expect(of('model.N.p')[0]?.of).toEqual(['dropout', 'channelDropout']);
  expect(of('optimizer.betas')[0]).toMatchObject({ type: 'an array of 2 numbers' });
  expect(of('optimizer.lr').flatMap(({ of: kinds = [] }) => kinds)).toEqual(
    expect.arrayContaining(['sgd', 'adam', 'adamW', 'rmsprop', 'adagrad']),
  );
  expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(keys.length);
  expect(keys.every(({ type }) => type !== '' && !type.includes('undefined'))).toBe(true);
});
