import { describe, expect, test } from 'vitest';
import { type Form, form, type Template, templates } from '../fuzz/good-calls.ts';
import { isTaken } from './checked.ts';

describe('layouts', () => {
  const unary = (out: Partial<Form>, x: Partial<Form>): Template => ({
    kind: 'unary',
    outputs: [{ ...form([2, 3]), ...out }],
    inputs: [{ ...form([2, 3]), ...x }],
    attributes: { op: 'exp', parameters: [] },
  });

  test('backwards, broadcast and apart, as long as all lies in the memory', () => {
    expect(isTaken(unary({}, { strides: [-3, -1], offset: 5 }))).toBe(true);
    expect(isTaken(unary({}, { strides: [-3, -1], offset: 4 }))).toBe(false);
    expect(isTaken(unary({}, { strides: [-3, 1], offset: 3 }))).toBe(true);
    expect(isTaken(unary({}, { strides: [-3, 1], offset: 4 }))).toBe(false);
    expect(isTaken(unary({}, { strides: [0, 0], bytes: 4 }))).toBe(true);
    expect(isTaken(unary({}, { strides: [0, 1], bytes: 12 }))).toBe(true);
    expect(isTaken(unary({}, { strides: [0, 1], bytes: 11 }))).toBe(false);
    expect(isTaken(unary({}, { strides: [1, 2] }))).toBe(true);
    expect(isTaken(unary({}, { strides: [0.5, 1] }))).toBe(false);
  });

  test('of an output have memory for each element', () => {
    expect(isTaken(unary({ strides: [0, 1] }, {}))).toBe(false);
    expect(isTaken(unary({ strides: [3, 0] }, {}))).toBe(false);
    const single = { shape: [1, 3], strides: [0, 1] };
    expect(isTaken(unary(single, single))).toBe(true);
  });

  test('without gaps have any stride along an axis of one', () => {
    const call = templates().find(({ kind }) => kind === 'mse')!;
    for (const view of call.inputs as Form[]) Object.assign(view, { shape: [1, 5, 1], strides: [9, 1, 7] });
    expect(isTaken(call)).toBe(true);
  });

  test('of a product are free but for neighbours in a row', () => {
    const product = (strides: number[], bytes = 4 * 200): boolean => {
      const call = templates().find(({ kind }) => kind === 'matmul')!;
      Object.assign(call.inputs[0]!, { strides, bytes });
      return isTaken(call);
    };
    expect(product([100, 10, 1])).toBe(true);
    expect(product([0, 4, 1])).toBe(true);
    expect(product([12, 4, 2])).toBe(false);
    expect(product([100, 10, 1], 4 * 100)).toBe(false);
  });

  test('of a gradient of losses are free', () => {
    const call = templates().find(({ kind }) => kind === 'crossEntropyBackward')!;
    Object.assign(call.inputs[2]!, { strides: [0], bytes: 4 });
    expect(isTaken(call)).toBe(true);
    Object.assign(call.inputs[2]!, { shape: [4, 1], strides: [0, 0] });
    expect(isTaken(call)).toBe(false);
  });
});

test('an axis of more elements than an int32 has positions for', () => {
  for (const [kind, attributes] of [
    ['argReduce', { op: 'max' }],
    ['argsort', { descending: false }],
  ] as const) {
    const call = (length: number): Template => {
      const along = { ...form([0, length, 1]), bytes: 0 };
      const out = kind === 'argReduce' ? form([0, 1], 'int32') : { ...along, dtype: 'int32' as const };
      const inputs = [{ ...along, dtype: 'uint8' as const }];
      return { kind, outputs: [out], inputs, attributes: { ...attributes, outer: 0, length, inner: 1 } };
    };
    expect(isTaken(call(2 ** 31))).toBe(true);
    expect(isTaken(call(2 ** 31 + 1))).toBe(false);
  }
});
