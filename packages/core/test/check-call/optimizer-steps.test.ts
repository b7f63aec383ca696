import { describe, expect, test } from 'vitest';
import { MAX_TENSORS } from '../../src/backend/kernels.ts';
import { form, templates } from '../fuzz/good-calls.ts';
import { isTaken } from './checked.ts';

describe('steps of optimizers', () => {
  const steps = (kind: string, count: number, kept: number, varying: number, attributes: object): boolean =>
    isTaken({
      kind,
      outputs: Array.from({ length: count * (1 + kept) }, () => form([3])),
      inputs: [form([varying]), ...Array.from({ length: count }, () => form([3]))],
      attributes: {
        ...templates().find((template) => template.kind === kind)!.attributes,
        count,
        ...attributes,
      },
    });

  test('take one parameter to as many as a call holds', () => {
    for (const [count, taken] of [
      [0, false],
      [1, true],
      [MAX_TENSORS, true],
      [MAX_TENSORS + 1, false],
    ] as const) {
      expect(steps('adagradStep', count, 1, 1, {})).toBe(taken);
    }
  });

  test('keep what their options ask for', () => {
    const kept = (kind: string, varying: number, attributes: object): number[] =>
      [0, 1, 2, 3, 4].filter((each) => steps(kind, 2, each, varying, attributes));
    expect(kept('sgdStep', 1, { momentum: 0 })).toEqual([0]);
    expect(kept('sgdStep', 1, { momentum: 0.9 })).toEqual([1]);
    expect(kept('adamStep', 3, { amsgrad: false })).toEqual([2]);
    expect(kept('adamStep', 3, { amsgrad: true })).toEqual([3]);
    expect(kept('rmspropStep', 1, { momentum: 0, centered: false })).toEqual([1]);
    expect(kept('rmspropStep', 1, { momentum: 0.5, centered: false })).toEqual([2]);
    expect(kept('rmspropStep', 1, { momentum: 0, centered: true })).toEqual([2]);
    expect(kept('rmspropStep', 1, { momentum: 0.5, centered: true })).toEqual([3]);
    expect(kept('adagradStep', 1, {})).toEqual([1]);
    expect(kept('adamStep', 1, {})).toEqual([]);
  });
});
