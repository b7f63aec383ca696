import {
  ArgumentError,
  compile,
  DTypeError,
  grad,
  gradcheck,
  nn,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '@kindling/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  nllLoss,
} = nn.functional;

const double = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: 'float64' });
const leaf = (data: Parameters<typeof tensor>[0]): Tensor =>
  tensor(data, { dtype: 'float64', requiresGrad: true });
const classes = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: 'int32' });

const reductions: readonly nn.functional.Reduction[] = ['mean', 'sum', 'none'];

/** Away from corners, where differences see both sides. */
const x = (): Tensor =>
  leaf([
    [0.3, -1.2, 2.5],
    [-0.4, 0.9, -2.1],
  ]);
const y = (): Tensor =>
  leaf([
    [0.8, -0.1, 0.2],
    [0.5, 0.35, 1.4],
  ]);
const probabilities = (): Tensor =>
  leaf([
    [0.2, 0.7, 0.45],
    [0.9, 0.15, 0.6],
  ]);
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
