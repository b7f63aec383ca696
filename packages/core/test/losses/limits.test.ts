import { ArgumentError, compile, type Tensor, tensor, zeros } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  classes,
  crossEntropy,
  double,
  klDiv,
  leaf,
  mseLoss,
  nllLoss,
} from './set-up.ts';

describe('edges, as PyTorch 2.15 has them', () => {
  test('bce of a small probability keeps its digits', () => {
    const x = tensor([1e-4, 1e-8, 1e-20]);
    const losses = [...binaryCrossEntropy(x, zeros([3]), { reduction: 'none' }).data()];
    const alone = losses.map((_, i) => binaryCrossEntropy(x.slice(0, i, i + 1), zeros([1])).item());
    for (const [i, loss] of [...losses, ...alone].entries()) {
      const exact = -Math.log1p(-x.data()[i % 3]!);
      expect(Math.abs(loss / exact - 1)).toBeLessThan(1e-6);
    }
  });

  test('bce costs at most 100, with the gradient that leads away from there', () => {
    const input = tensor([0, 1, 0, 1], { requiresGrad: true });
    const loss = binaryCrossEntropy(input, tensor([0, 1, 1, 0]), { reduction: 'none' });
    expect(loss.toArray()).toEqual([0, -0, 100, 100]);
    loss.sum().backward();
    expect(input.grad?.toArray()).toEqual([0, 0, Math.fround(-1e12), Math.fround(1e12)]);
  });

  test('bce passes a NaN on', () => {
    expect(binaryCrossEntropy(tensor([Number.NaN, 0.5]), tensor([1, 1])).item()).toBeNaN();
  });

  test('bceWithLogits stays finite, and exact near 0', () => {
    const input = tensor([1000, -1000, 1000, -1000, 20], { requiresGrad: true });
    const loss = binaryCrossEntropyWithLogits(input, tensor([1, 0, 0, 1, 1]), { reduction: 'none' });
    expect(loss.toArray()).toEqual([0, 0, 1000, 1000, Math.fround(Math.log1p(Math.exp(-20)))]);
    loss.sum().backward();
    const slopes = input.grad?.data() ?? [];
    expect([...slopes.slice(0, 4)].map(Math.abs)).toEqual([0, 0, 1, 1]);
  });

  test('an ignored row costs nothing, even at −∞', () => {
    const input = tensor(
      [
        [Number.NEGATIVE_INFINITY, -1],
        [0, -2],
      ],
      { requiresGrad: true },
    );
    const loss = nllLoss(input, classes([-100, 1]));
    expect(loss.item()).toBe(2);
    loss.backward();
    expect(input.grad?.toArray()).toEqual([
      [0, 0],
      [0, -1],
    ]);
  });

  test('a mean over nothing is NaN', () => {
    expect(crossEntropy(zeros([2, 3]), classes([-100, -100])).item()).toBeNaN();
    expect(crossEntropy(zeros([0, 3]), zeros([0], { dtype: 'int32' })).item()).toBeNaN();
    expect(mseLoss(zeros([0]), zeros([0])).item()).toBeNaN();
    expect(crossEntropy(zeros([2, 3]), classes([-100, -100]), { reduction: 'sum' }).item()).toBe(0);
  });

  test('klDiv takes a probability of 0 as 0 · ln 0 = 0', () => {
    expect(klDiv(double([-1, -2]), double([0, 0.5]), { reduction: 'none' }).toArray()).toEqual([
      0,
      0.5 * Math.log(0.5) + 1,
    ]);
  });
});

describe('what PyTorch has at the limits', () => {
  test('bce refuses targets and inputs outside of [0, 1], on the device and in a compiled step', () => {
    const probability = tensor([0.5, 0.5]);
    for (const wrong of [1.5, -0.1, 2, Number.POSITIVE_INFINITY]) {
      expect(() => binaryCrossEntropy(probability, tensor([1, wrong])).item()).toThrow(ArgumentError);
      expect(() => binaryCrossEntropy(probability, tensor([1, wrong])).item()).toThrow(
        `binaryCrossEntropy: expected targets in [0, 1], got ${Math.fround(wrong)} at element 1 of the target`,
      );
      expect(() => binaryCrossEntropy(tensor([1, wrong]), probability).item()).toThrow(
        'binaryCrossEntropy: expected probabilities in [0, 1]',
      );
    }
    expect(() => binaryCrossEntropy(probability, classes([0, 2])).item()).toThrow(
      'binaryCrossEntropy: expected targets in [0, 1], got 2',
    );
    expect(binaryCrossEntropy(probability, tensor([true, false])).item()).toBeCloseTo(Math.LN2, 6);
    const step = compile((y: Tensor) => binaryCrossEntropy(probability, y), { strict: false });
    for (let i = 0; i < 5; i++) expect(step(tensor([0, 1])).item()).toBeCloseTo(Math.LN2, 6);
    expect(() => step(tensor([0, 3])).item()).toThrow(ArgumentError);
  });

  test('bceWithLogits takes any target', () => {
    expect(binaryCrossEntropyWithLogits(tensor([0.5]), tensor([1.5])).item()).toBeCloseTo(
      0.2240769863128662,
      6,
    );
    expect(binaryCrossEntropyWithLogits(tensor([0.5]), tensor([-1])).item()).toBeCloseTo(
      1.4740769863128662,
      6,
    );
  });

  test("klDiv is 0 at a target of 0, with PyTorch's gradient there, which is NaN", () => {
    const target = leaf([0, 0.5]);
    const input = leaf([-1, -2]);
    const losses = klDiv(input, target, { reduction: 'none' });
    expect(losses.toArray()).toEqual([0, 0.5 * Math.log(0.5) + 1]);
    losses.sum().backward();
    expect(target.grad?.toArray()).toEqual([Number.NaN, Math.log(0.5) + 1 + 2]);
    expect(input.grad?.toArray()).toEqual([-0, -0.5]);
    expect(klDiv(double([Number.NEGATIVE_INFINITY]), double([0])).item()).toBeNaN();
  });

  test('a loss of 0 has the sign that PyTorch gives it', () => {
    const certain = tensor([[100, -100]]);
    const target = classes([0]);
    const ignored = classes([-100]);
    const weight = tensor([1, 1]);
    const none = { reduction: 'none' } as const;
    const logs = tensor([[0, -1]]);
    const signed = (loss: Tensor): string =>
      Object.is(loss.sum().item() + 0, 0) ? String(1 / Number(loss.data()[0])) : 'no zero';
    expect(signed(nllLoss(logs, target, none))).toBe('-Infinity');
    expect(signed(nllLoss(logs, target, { ...none, weight }))).toBe('-Infinity');
    expect(signed(nllLoss(logs, ignored, none))).toBe('Infinity');
    expect(signed(nllLoss(logs, ignored, { ...none, weight }))).toBe('Infinity');
    expect(signed(crossEntropy(certain, target, none))).toBe('-Infinity');
    expect(signed(crossEntropy(certain, target, { ...none, weight }))).toBe('-Infinity');
    expect(signed(crossEntropy(certain, ignored, none))).toBe('Infinity');
    expect(signed(crossEntropy(certain, ignored, { ...none, weight }))).toBe('Infinity');
    for (const options of [{}, { weight }, { reduction: 'sum' }] as const) {
      expect(Object.is(crossEntropy(certain, target, options).item(), 0)).toBe(true);
      expect(Object.is(nllLoss(logs, target, options).item(), 0)).toBe(true);
    }
  });
});
