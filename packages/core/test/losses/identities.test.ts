import { nn } from '@kindling/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  classes,
  crossEntropy,
  double,
  nllLoss,
} from './set-up.ts';

describe('the same loss in other words', () => {
  const row = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 3, maxLength: 3 });
  const sample = fc.array(fc.tuple(row, fc.nat(2)), { minLength: 1, maxLength: 5 });

  test('crossEntropy is logSoftmax and nllLoss, and equals that of one-hot probabilities', () => {
    fc.assert(
      fc.property(sample, (rows) => {
        const logits = double(rows.map(([r]) => r));
        const target = classes(rows.map(([, c]) => c));
        const loss = crossEntropy(logits, target).item();
        expect(nllLoss(logits.logSoftmax(1), target).item()).toBe(loss);
        expect(crossEntropy(logits, target.oneHot(3).double()).item()).toBeCloseTo(loss, 10);
        expect(crossEntropy(logits, target.to('uint8')).item()).toBe(loss);
      }),
    );
  });

  test('bceWithLogits is binaryCrossEntropy of the sigmoid', () => {
    fc.assert(
      fc.property(sample, (rows) => {
        const logits = double(rows.map(([r]) => r));
        const target = double(rows.map(([, c]) => [c / 2, 1 - c / 2, 0.3]));
        const probability = logits.sigmoid();
        expect(binaryCrossEntropyWithLogits(logits, target).item()).toBeCloseTo(
          binaryCrossEntropy(probability, target).item(),
          6,
        );
      }),
    );
  });

  test('integers and bools are targets too', () => {
    const [input, target] = [double([0.25, 0.75]), double([0, 1])];
    for (const name of [
      'mseLoss',
      'l1Loss',
      'huberLoss',
      'binaryCrossEntropy',
      'binaryCrossEntropyWithLogits',
    ] as const) {
      const expected = nn.functional[name](input, target).item();
      for (const dtype of ['int32', 'uint8', 'bool'] as const) {
        expect(nn.functional[name](input, target.to(dtype)).item()).toBe(expected);
      }
    }
  });
});
