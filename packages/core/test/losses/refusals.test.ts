import { ArgumentError, DTypeError, nn, ShapeError, type Tensor, tensor, zeros } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  classes,
  crossEntropy,
  double,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  nllLoss,
} from './set-up.ts';

describe('refusals say what was expected and what came', () => {
  const two = (): Tensor =>
    tensor([
      [0.1, 0.2, 0.7],
      [0.5, 0.25, 0.25],
    ]);
  const refusals: [new (message: string) => Error, () => unknown, string][] = [
    [
      ShapeError,
      () => mseLoss(zeros([4, 1]), zeros([4])),
      "mseLoss: expected a target of the input's shape [4, 1], got [4]",
    ],
    [
      ShapeError,
      () => klDiv(zeros([2, 3]), zeros([3])),
      "klDiv: expected a target of the input's shape [2, 3], got [3]",
    ],
    [
      DTypeError,
      () => l1Loss(classes([1]), classes([1])),
      'l1Loss: expected a floating-point input, got int32',
    ],
    [
      DTypeError,
      () => mseLoss(zeros([2]), double([1, 2])),
      'mseLoss: expected a target of float32 as the input, got float64',
    ],
    [
      ArgumentError,
      () => huberLoss(zeros([1]), zeros([1]), { delta: Number.NaN }),
      'huberLoss: expected a delta above 0, got NaN',
    ],
    [
      ArgumentError,
      () => binaryCrossEntropy(tensor([0.5, -0.25]), tensor([0, 1])),
      'binaryCrossEntropy: expected probabilities in [0, 1], got -0.25 at element 1; end the model in a sigmoid or use binaryCrossEntropyWithLogits',
    ],
    [
      ShapeError,
      () => binaryCrossEntropy(two(), two(), { weight: zeros([2]) }),
      'binaryCrossEntropy: expected a weight that broadcasts to [2, 3], got [2]',
    ],
    [
      ShapeError,
      () => binaryCrossEntropyWithLogits(two(), two(), { posWeight: zeros([2, 2, 3]) }),
      'binaryCrossEntropyWithLogits: expected a posWeight that broadcasts to [2, 3], got [2, 2, 3]',
    ],
    [
      ArgumentError,
      () => crossEntropy(two(), classes([0, 3])),
      'crossEntropy: expected class indices in [0, 2], got 3 at element 1 of the target',
    ],
    [
      ShapeError,
      () => nllLoss(two(), classes([[0, 1]])),
      'nllLoss: expected class indices of shape [2] for an input of shape [2, 3], got [1, 2]',
    ],
    [
      DTypeError,
      () => crossEntropy(two(), tensor([0, 2])),
      "crossEntropy: expected class indices as int32 or uint8, got float32; create the target with { dtype: 'int32' }",
    ],
    [
      ShapeError,
      () => crossEntropy(two(), zeros([2, 4])),
      "crossEntropy: expected class probabilities of the logits' shape [2, 3], got [2, 4]",
    ],
    [
      ArgumentError,
      () => crossEntropy(two(), two(), { ignoreIndex: 1 }),
      'crossEntropy: expected no ignoreIndex with class probabilities, got 1',
    ],
    [
      ArgumentError,
      () => crossEntropy(two(), classes([0, 1]), { labelSmoothing: 1.5 }),
      'crossEntropy: expected a labelSmoothing in [0, 1], got 1.5',
    ],
    [
      ShapeError,
      () => nllLoss(two(), classes([0, 1]), { weight: zeros([2]) }),
      'nllLoss: expected a weight of shape [3], got [2]',
    ],
    [
      ShapeError,
      () => crossEntropy(tensor(1), classes(0)),
      'crossEntropy: expected logits [C], [N, C] or [N, C, d1, …], got a scalar',
    ],
  ];
  test.each(refusals.map((r) => [r[2], r] as const))('%s', (_, [type, refused, message]) => {
    expect(refused).toThrow(type);
    expect(refused).toThrow(message);
  });

  test('an unknown reduction', () => {
    const reduction = 'average' as nn.functional.Reduction;
    for (const name of [
      'mseLoss',
      'l1Loss',
      'huberLoss',
      'binaryCrossEntropy',
      'binaryCrossEntropyWithLogits',
    ] as const) {
      const message = `${name}: expected reduction 'mean', 'sum' or 'none', got average`;
      expect(() => nn.functional[name](tensor([0.5]), tensor([1]), { reduction })).toThrow(message);
    }
    expect(() => nllLoss(two(), classes([0, 1]), { reduction })).toThrow(
      "nllLoss: expected reduction 'mean', 'sum' or 'none', got average",
    );
    expect(() => klDiv(two(), two(), { reduction })).toThrow(
      "klDiv: expected reduction 'mean', 'sum', 'none' or 'batchmean', got average",
    );
  });
});
