import { inspect as inspectOfNode } from 'node:util';
import { describe, expect, test } from 'vitest';
import { formatOutput } from '../src/worker/format-output.ts';
import { inspect } from '../src/worker/inspect.ts';

class Point {
  x = 1;
}

describe('inspect', () => {
  test.each([
    1,
    -0,
    10n,
    true,
    null,
    undefined,
    [1, 2, [3]],
    [],
    {},
    { a: 1, 'b c': 'it' },
    new Float32Array([0, 0.5]),
    new Map([['a', 1]]),
    new Set([1]),
    new Point(),
    Symbol('s'),
    /x/g,
    new Date(0),
    Point,
    [undefined, null],
    { nested: { deep: { list: [1] } } },
  ])('shows %o as Node.js does', (value) => {
    expect(inspect(value)).toBe(inspectOfNode(value));
  });

  test('ends where values are long, deep or circular', () => {
    expect(inspect(new Array(1000).fill(7))).toContain('... 900 more items');
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(inspect(circle)).toBe('{ self: [Circular] }');
    expect(inspect({ a: { b: { c: { d: { e: 1 } } } } })).toContain('[Object]');
    expect(
      inspect({
        names: ['first layer', 'second layer', 'third layer', 'fourth layer', 'fifth layer', 'sixth'],
      }),
    ).toMatch(/^\{\n {2}names: \[\n/);
  });

  test('objects say what they are', () => {
    const own = { [Symbol.for('nodejs.util.inspect.custom')]: () => 'tensor([1.])' };
    expect(inspect([own])).toBe('[ tensor([1.]) ]');
    expect(inspect(new RangeError('too far'))).toBe('RangeError: too far');
  });
});

describe('formatOutput', () => {
  test.each([
    [['a', 1, [2]], 'a 1 [ 2 ]'],
    [['loss %s, step %d', 0.5, '7', 'more'], 'loss 0.5, step 7 more'],
    [['%i %f %j %o %%', 1.9, '2.5', { a: 1 }, [1]], '1 2.5 {"a":1} [ 1 ] %'],
    [['%c styled', 'color: red'], ' styled'],
    [['100 %'], '100 %'],
    [['%s and %s', 1], '1 and %s'],
    [[{ a: 1 }, '%s'], '{ a: 1 } %s'],
    [[], ''],
  ])('%j is %j', (values, text) => {
    expect(formatOutput(values)).toBe(text);
  });
});
