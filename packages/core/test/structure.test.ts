import { describe, expect, test } from 'vitest';
import { mapTensors, signatureOf, TensorForm, tensorsOf, withTensors } from '../src/capture/structure.ts';
import { type Tensor, tensor, zeros } from '../src/index.ts';

const [a, b, c] = [tensor([1]), tensor([2]), tensor([3])];

class Holder {
  readonly held = a;
}

describe('tensors in a value', () => {
  test('are found in arrays and plain objects of any depth, in one order', () => {
    const value = { x: [a, { y: b }], z: 'text', n: null, f: () => c, held: new Holder(), last: [[c]] };
    expect(tensorsOf(value)).toEqual([a, b, c]);
    expect(tensorsOf(a)).toEqual([a]);
    expect(tensorsOf([a, b])).toEqual([a, b]);
    expect(tensorsOf([a, [b], 7])).toEqual([a, b]);
    expect(tensorsOf(undefined)).toEqual([]);
    const bare = Object.assign(Object.create(null) as object, { x: a });
    expect(tensorsOf(bare)).toEqual([a]);
  });

  test('are replaced, and nothing else is', () => {
    const holder = new Holder();
    const value = { x: [a, 1], y: { z: b }, holder, map: new Map([[1, c]]) };
    const replaced = withTensors(value, [c, a]) as typeof value;
    expect(replaced).toEqual({ x: [c, 1], y: { z: a }, holder, map: value.map });
    expect([replaced.holder, replaced.map]).toEqual([holder, value.map]);
    expect(replaced.holder).toBe(holder);
    expect(value.x[0]).toBe(a);
    expect(mapTensors(b, () => c)).toBe(c);
    for (const plain of [null, undefined, 3, 'x']) expect(mapTensors(plain, () => c)).toBe(plain);
  });
});

describe('the signature of inputs', () => {
  const different: readonly unknown[] = [
    [a],
    [a, a],
    [[a]],
    [{ x: a }],
    [{ y: a }],
    [{ x: a, y: a }],
    [1],
    [2],
    ['1'],
    [true],
    [null],
    [undefined],
    [{}],
    [[]],
    [zeros([2, 3])],
    [zeros([3, 2])],
    [zeros([3, 2]).t()],
    [zeros([2, 3], { dtype: 'int32' })],
    [zeros([4, 6]).slice(1, 0, 6, 2).slice(0, 0, 2)],
  ];

  test('tells apart all that decides which operations are done, and nothing else', () => {
    const signatures = different.map(signatureOf);
    expect(new Set(signatures).size).toBe(different.length);
    expect(signatureOf([b])).toBe(signatureOf([a]));
    expect(signatureOf([{ x: a }])).toBe(signatureOf([{ x: c }]));
    expect(signatureOf([new Holder()])).toBe(signatureOf([new Holder()]));
  });

  test('of tensors alone is seen at once', () => {
    const form = new TensorForm([zeros([2, 3]), zeros([4])]);
    const matches = (...inputs: unknown[]): boolean => form.matches(inputs);
    expect(matches(zeros([2, 3]), zeros([4]))).toBe(true);
    expect(matches(zeros([2, 3]).add(1), zeros([4]))).toBe(true);
    const others: readonly (readonly unknown[])[] = [
      [zeros([2, 3])],
      [zeros([2, 3]), zeros([4]), zeros([4])],
      [zeros([2, 3]), 4],
      [zeros([2, 3]), [zeros([4])]],
      [zeros([2, 4]), zeros([4])],
      [zeros([2, 3]), zeros([4, 1])],
      [zeros([6]), zeros([4])],
      [zeros([3, 2]).t(), zeros([4])],
      [zeros([2, 3], { dtype: 'int32' }), zeros([4])],
      [zeros([4]), zeros([2, 3])],
    ];
    for (const inputs of others) expect(matches(...inputs)).toBe(false);
    const offset: Tensor = zeros([9]).slice(0, 5, 9);
    expect(matches(zeros([2, 3]), offset)).toBe(true);
    expect(new TensorForm([]).matches([])).toBe(true);
  });
});
