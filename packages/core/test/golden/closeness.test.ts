import { describe, expect, test } from 'vitest';
import { difference } from './closeness.ts';
import { decode } from './fixture.ts';

const column = (...data: (number | 'NaN' | 'Infinity' | '-Infinity')[]) =>
  decode({ shape: [data.length], data });

describe('difference', () => {
  test('accepts equal tensors, NaN and infinities included', () => {
    const x = column(1, -0, 'NaN', 'Infinity', '-Infinity');
    expect(difference('x', x, column(1, 0, 'NaN', 'Infinity', '-Infinity'))).toBeUndefined();
  });

  test('names the first wrong element, the error and how many are wrong', () => {
    const expected = decode({ shape: [2, 2], data: [1, 2, 3, 4] });
    const actual = decode({ shape: [2, 2], data: [1, 2, 3.5, 5] });
    const message = difference('output', actual, expected);
    expect(message).toMatch(/^output\[1, 0\]: expected 3, got 3\.5 \(off by 0\.5, allowed /);
    expect(message).toMatch(/2 of 4 elements differ$/);
  });

  test.each([
    ['NaN where a number was expected', column('NaN'), column(1)],
    ['a number where NaN was expected', column(1), column('NaN')],
    ['the other infinity', column('-Infinity'), column('Infinity')],
    ['a large number for infinity', column(3e38), column('Infinity')],
    ['16 ulp too much', column(1 + 2 ** -18), column(1)],
    ['another shape', decode({ shape: [1, 2], data: [1, 2] }), column(1, 2)],
    ['another dtype', decode({ shape: [1], dtype: 'int32', data: [1] }), column(1)],
    [
      'an integer off by one',
      decode({ shape: [1], dtype: 'int32', data: [2 ** 30 + 1] }),
      decode({ shape: [1], dtype: 'int32', data: [2 ** 30] }),
    ],
  ])('refuses %s', (_, actual, expected) => {
    expect(difference('x', actual, expected)).toBeTypeOf('string');
  });

  test('allows float32 rounding, relative to the tensor’s largest element', () => {
    expect(difference('x', column(1 + 2 ** -20), column(1))).toBeUndefined();
    expect(difference('x', column(1000, 1e-5), column(1000, 0))).toBeUndefined();
    expect(difference('x', column(1, 1e-5), column(1, 0))).toContain('x[1]');
  });

  test('takes a tolerance, and tells zeros apart on request', () => {
    expect(difference('x', column(1 + 2 ** -20), column(1), { tolerance: { rtol: 0, atol: 0 } })).toContain(
      'off by',
    );
    expect(difference('x', column(0), column(-0), { signedZero: true })).toContain('expected -0, got 0');
  });
});
