import {
  ArgumentError,
  compile,
  Generator,
  getDefaultDevice,
  manualSeed,
  normal,
  rand,
  ShapeError,
  type Tensor,
  tensor,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { expectPacked, fixture, type Packed, unpacked } from './expected.ts';

interface PackedTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'float64';
  readonly values: Packed;
}

interface NormalCase {
  readonly operands: readonly [mean: PackedTensor | number, std: PackedTensor | number];
  readonly drawn: PackedTensor;
  /** A uniform number after the draws. */
  readonly next: PackedTensor;
}

const { cases } = fixture<{ cases: readonly NormalCase[] }>('normal');

const device = getDefaultDevice();
const arrayOf = (dtype: string) => (dtype === 'float32' ? new Float32Array() : new Float64Array());

function operand(packed: PackedTensor | number): Tensor | number {
  if (typeof packed === 'number') return packed;
  const { shape, dtype, values } = packed;
  return tensor(unpacked(values as string, arrayOf(dtype)) as Float32Array, { shape, dtype, device });
}

const text = (x: PackedTensor | number): string =>
  typeof x === 'number' ? `${x}` : `${x.dtype}[${x.shape}]`;

describe('normal with tensors draws as PyTorch does', () => {
  test.each(cases.map((entry) => [entry.operands.map(text).join(', '), entry] as const))(
    '%s',
    (_, { operands, drawn, next }) => {
      manualSeed(11);
      const result = (normal as (mean: unknown, std: unknown) => Tensor)(
        ...(operands.map(operand) as [unknown, unknown]),
      );
      expect([result.shape, result.dtype]).toEqual([drawn.shape, drawn.dtype]);
      expectPacked(result.data() as Float32Array, drawn.values);
      expectPacked(rand([1]).data() as Float32Array, next.values);
    },
  );
});

test('normal takes a generator, leaves gradients alone, and std is 1 unless given', () => {
  const generator = (): Generator => new Generator().manualSeed(3);
  const mean = tensor([1, 2, 3], { device, requiresGrad: true });
  const draws = normal(mean, 1, { generator: generator() });
  expect(draws.requiresGrad).toBe(false);
  manualSeed(3);
  expect(normal(mean).toArray()).toEqual(draws.toArray());
});

test('normal draws anew at each call of a compiled function', () => {
  const step = compile((mean: Tensor) => normal(mean, mean.exp()));
  const draw = (): number[] => [...step(tensor([0.5, 1], { device })).data()];
  manualSeed(5);
  const compiled = Array.from({ length: 5 }, draw);
  manualSeed(5);
  const eager = Array.from({ length: 5 }, () => {
    const mean = tensor([0.5, 1], { device });
    return [...normal(mean, mean.exp()).data()];
  });
  expect(compiled).toEqual(eager);
});

test('normal refuses what it cannot draw', () => {
  const zeros = tensor([0, 0], { device });
  const refusal = (
    draw: () => Tensor,
    message: string,
    error = ArgumentError as new (
      text: string,
    ) => Error,
  ): void => {
    expect(() => draw().data()).toThrow(error);
    expect(() => draw().data()).toThrow(message);
  };
  refusal(
    () => normal(zeros, tensor([1, -1], { device })),
    'normal: expected std of at least 0, got -1 at element 1',
  );
  refusal(() => normal(zeros, -1), 'normal: expected std >= 0, got -1');
  refusal(() => normal(zeros, tensor([1, 2, 3], { device })), 'normal', ShapeError);
  refusal(() => normal(zeros, [1] as never), 'normal: expected std to be a tensor or a number, got [1]');
  refusal(() => normal(zeros.int(), 1), 'normal: expected float32 or float64, got "int32"', Error);
  refusal(() => normal(zeros, 1, [2] as never), 'normal: expected options');
});
