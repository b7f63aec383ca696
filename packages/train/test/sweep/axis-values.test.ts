import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AxisValues, isAxis, parseAxisValues } from '../../src/sweep/axis-values.ts';

const parse = (text: string): AxisValues => parseAxisValues(text, (message) => new Error(message));

describe('parseAxisValues', () => {
  test.each<[string, unknown]>([
    ['a,b,c', ['a', 'b', 'c']],
    ['0.1, 0.01 ,1e-3', [0.1, 0.01, 0.001]],
    ['1..5', [1, 2, 3, 4, 5]],
    ['-2..1', [-2, -1, 0, 1]],
    ['3..3', [3]],
    ['1..3,10', [1, 2, 3, 10]],
    ['choice(relu,tanh)', ['relu', 'tanh']],
    ['choice( relu , tanh )', ['relu', 'tanh']],
    ['choice(0.5)', [0.5]],
    ['true,false', [true, false]],
    ['null,5', [null, 5]],
    ['"a,b",c', ['a,b', 'c']],
    ["'a,b',c", ['a,b', 'c']],
    ['{"type":"sgd","lr":1},{"type":"adam"}', [{ type: 'sgd', lr: 1 }, { type: 'adam' }]],
    ['[accuracy],[accuracy,f1]', [['accuracy'], ['accuracy', 'f1']]],
    [
      '[[1,2],3],[[4],5]',
      [
        [[1, 2], 3],
        [[4], 5],
      ],
    ],
    ['a),b]', ['a)', 'b]']],
    ['../a.csv,../b.csv', ['../a.csv', '../b.csv']],
    ['adam', ['adam']],
  ])('%s is a list', (text, values) => {
    expect(parse(text)).toEqual({ type: 'choice', values });
  });

  test.each<[string, AxisValues]>([
    ['log(1e-4,1e-1)', { type: 'log', low: 1e-4, high: 0.1 }],
    ['uniform(0, 0.5)', { type: 'uniform', low: 0, high: 0.5 }],
    [' uniform ( -1 , .5 ) ', { type: 'uniform', low: -1, high: 0.5 }],
  ])('%s is an interval', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test.each([
    ['5..1', 'expected first <= last in first..last, got 5..1, which is empty'],
    ['0.1..0.5', 'expected integers in first..last, got "0.1..0.5"'],
    ['1..99999999999999999999', 'expected integers in first..last, got "1..99999999999999999999"'],
    ['1..1000000', 'expected at most 10000 values, got 1000000 in 1..1000000'],
    ['1..9999,10000..10005', 'expected at most 10000 values, got more'],
    ['log(0.1,0.01)', 'expected low < high in log(low,high), got log(0.1,0.01)'],
    ['log(1,1)', 'expected low < high in log(low,high), got log(1,1)'],
    ['log(0,1)', 'expected bounds above 0 in log(low,high), got log(0,1)'],
    ['log(-1,1)', 'expected bounds above 0 in log(low,high), got log(-1,1)'],
    ['uniform(1)', 'expected two numbers in uniform(low,high), got "uniform(1)"'],
    ['uniform(a,b)', 'expected two numbers in uniform(low,high), got "uniform(a,b)"'],
    ['uniform(0,1e999)', 'expected finite bounds in uniform(low,high), got uniform(0,Infinity)'],
    [
      'unifrom(0,1)',
      'expected choice(…), log(…) or uniform(…), got "unifrom(…)"; did you mean uniform(0,1)?',
    ],
    ['cos(0,1)', 'expected choice(…), log(…) or uniform(…), got "cos(…)"'],
    ['log(1,2),3', 'expected log(…) alone, got it in a list'],
    ['a,,b', 'expected a value before and behind each comma, got "a,,b"'],
    ['', 'expected a value before and behind each comma, got ""'],
    ['choice()', 'expected a value before and behind each comma, got ""'],
    ['0.1,1e-1', 'expected each value once, got 0.1 again'],
    ['{a:1},2', 'expected JSON, with "…" around keys and words, got "{a:1}"'],
  ])('%s: %s', (text, message) => {
    expect(() => parse(text)).toThrow(new Error(message));
  });

  test('reads back what it is given, whatever the values', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.boolean(),
      fc.constant(null),
      fc.string(),
      fc.dictionary(fc.string(), fc.integer()),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(value, { minLength: 1, selector: (one) => JSON.stringify(one) }),
        (values) => {
          const text = values.map((one) => JSON.stringify(one)).join(',');
          const { values: got } = parse(`choice(${text})`) as unknown as { values: unknown[] };
          expect(JSON.stringify(got)).toBe(JSON.stringify(values));
        },
      ),
    );
  });

  test('never throws anything but what refuse makes', () => {
    class Refused extends Error {}
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1.,()[]{}"\'\\ -e:loguniformchoice') }), (text) => {
        try {
          const values = parseAxisValues(text, (message) => new Refused(message));
          if (values.type === 'choice') expect(values.values.length).toBeGreaterThan(0);
          else expect(values.low).toBeLessThan(values.high);
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test('one value is a change, unless it is named as an axis', () => {
  const isOne = (text: string): boolean => isAxis(text, parse(text));
  expect(['adam', '0.1', '[loss]', '{"type":"adam"}'].map(isOne)).toEqual([false, false, false, false]);
  expect(['a,b', 'choice(a)', '1..1', '1..2', 'log(1,2)'].map(isOne)).toEqual([true, true, true, true, true]);
});
