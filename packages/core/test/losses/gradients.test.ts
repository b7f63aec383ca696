import { grad, gradcheck, type nn, type Tensor } from '@kindling/core';
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
  leaf,
  mseLoss,
  nllLoss,
  probabilities,
  x,
  y,
} from './set-up.ts';

const reductions: readonly nn.functional.Reduction[] = ['mean', 'sum', 'none'];

const soft = (): Tensor =>
  leaf([
    [0.5, 0.3, 0.2],
    [0.1, 0.2, 0.7],
  ]);

describe('gradients agree with differences, of the first and second order', () => {
  const weight = double([0.5, 2, 1.5]);
  const numbers = classes([2, 0]);
  const cases: [
    string,
    (a: Tensor, b: Tensor, reduction: nn.functional.Reduction) => Tensor,
    () => Tensor,
    () => Tensor,
  ][] = [
    ['mseLoss', (a, b, reduction) => mseLoss(a, b, { reduction }), x, y],
    ['l1Loss', (a, b, reduction) => l1Loss(a, b, { reduction }), x, y],
    ['huberLoss', (a, b, reduction) => huberLoss(a, b, { reduction }), x, y],
    ['huber, delta 0.4', (a, b, reduction) => huberLoss(a, b, { reduction, delta: 0.4 }), x, y],
    ['binaryCrossEntropy', (a, b, reduction) => binaryCrossEntropy(a, b, { reduction }), probabilities, soft],
    [
      'bce, weighted',
      (a, b, reduction) => binaryCrossEntropy(a, b, { reduction, weight }),
      probabilities,
      soft,
    ],
    [
      'binaryCrossEntropyWithLogits',
      (a, b, reduction) => binaryCrossEntropyWithLogits(a, b, { reduction }),
      x,
      soft,
    ],
    [
      'bceWithLogits, weighted',
      (a, b, reduction) =>
        binaryCrossEntropyWithLogits(a, b, { reduction, weight, posWeight: double([3, 0.5, 1]) }),
      x,
      soft,
    ],
    ['crossEntropy', (a, _, reduction) => crossEntropy(a, numbers, { reduction }), x, y],
    [
      'crossEntropy, weighted, smoothed, one ignored',
      (a, _, reduction) =>
        crossEntropy(a, numbers, { reduction, weight, labelSmoothing: 0.2, ignoreIndex: 0 }),
      x,
      y,
    ],
    [
      'crossEntropy of probabilities',
      (a, b, reduction) => crossEntropy(a, b, { reduction, weight, labelSmoothing: 0.1 }),
      x,
      soft,
    ],
    ['nllLoss', (a, _, reduction) => nllLoss(a, numbers, { reduction, weight }), x, y],
    ['klDiv', (a, b, reduction) => klDiv(a, b, { reduction }), x, soft],
    ['klDiv of logarithms', (a, b, reduction) => klDiv(a, b, { reduction, logTarget: true }), x, y],
  ];
  test.each(cases)('%s', (_, loss, input, target) => {
    for (const reduction of reductions) {
      expect(gradcheck((a, b) => loss(a, b, reduction), [input(), target()])).toBe(true);
    }
    const slope = (a: Tensor, b: Tensor): Tensor => grad(loss(a, b, 'sum'), [a], { createGraph: true })[0]!;
    expect(gradcheck(slope, [input(), target()])).toBe(true);
  });

  test('klDiv by batch is the sum over the first axis', () => {
    expect(gradcheck((a, b) => klDiv(a, b, { reduction: 'batchmean' }), [x(), soft()])).toBe(true);
    const [a, b] = [x(), soft()];
    expect(klDiv(a, b, { reduction: 'batchmean' }).item()).toBe(klDiv(a, b, { reduction: 'sum' }).item() / 2);
    expect(klDiv(double(-1), double(0.5), { reduction: 'batchmean' }).item()).toBeCloseTo(0.1534264, 7);
  });
});
