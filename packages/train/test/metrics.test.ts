import {
  ArgumentError,
  DTypeError,
  manualSeed,
  randn,
  ShapeError,
  scope,
  type Tensor,
  tensor,
} from '@kindling/core';
import {
  Accuracy,
  ConfusionMatrix,
  classScores,
  F1,
  Mean,
  MeanAbsoluteError,
  metrics,
  Precision,
  R2Score,
  Recall,
} from '@kindling/train';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

const int = (data: number[] | number[][]): Tensor => tensor(data, { dtype: 'int32' });

/** Scores whose largest is at the given class. */
const answering = (...classes: number[]): Tensor =>
  tensor(classes.map((c) => [0, 1, 2].map((i) => (i === c ? 0.9 : 0.1 * i))));

describe('Accuracy', () => {
  test('of class indices, one-hot targets and images of classes', () => {
    const accuracy = new Accuracy();
    accuracy.update(answering(0, 1, 2), int([0, 1, 1]));
    expect(accuracy.compute()).toBeCloseTo(2 / 3, 15);
    accuracy.update(answering(2), int([2]).oneHot(3).float());
    expect(accuracy.compute()).toBe(0.75);
    accuracy.reset();
    expect(accuracy.compute()).toBeNaN();
    accuracy.update(answering(1, 2).t().unsqueeze(0), int([[1, 0]]));
    expect(accuracy.compute()).toBe(0.5);
    accuracy.reset();
    accuracy.update(tensor([0.1, 0.7, 0.2]), int([1]).squeeze());
    expect(accuracy.compute()).toBe(1);
  });

  test('of probabilities and logits', () => {
    const target = tensor([[0], [1], [1], [0]]);
    const probabilities = tensor([[0.5], [0.6], [0.2], [0.9]]);
    const accuracy = new Accuracy({ task: 'binary' });
    accuracy.update(probabilities, target);
    expect(accuracy.compute()).toBe(0.5);
    const strict = new Accuracy({ task: 'binary', threshold: 0.7 });
    strict.update(probabilities, target.bool());
    expect(strict.compute()).toBe(0.25);
    for (const threshold of [0.5, 0.7]) {
      const ofLogits = new Accuracy({ task: 'binary', threshold, logits: true });
      const ofProbabilities = new Accuracy({ task: 'binary', threshold });
      const logits = tensor([[-1], [0.5], [2], [0.9], [-0.1]]);
      const answers = int([[0], [1], [1], [0], [1]]);
      ofLogits.update(logits, answers);
      ofProbabilities.update(logits.sigmoid(), answers);
      expect(ofLogits.compute()).toBe(ofProbabilities.compute());
    }
  });

  test('does not depend on how the data is split', () => {
    const rows = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rows, fc.nat(12), (pairs, cut) => {
        const accuracy = new Accuracy();
        const matrix = new ConfusionMatrix();
        for (const part of [pairs.slice(0, cut), pairs.slice(cut)]) {
          if (part.length === 0) continue;
          const [output, target] = [answering(...part.map(([p]) => p)), int(part.map(([, t]) => t))];
          accuracy.update(output, target);
          matrix.update(output, target);
        }
        const right = pairs.filter(([p, t]) => p === t).length;
        expect(accuracy.compute()).toBe(right / pairs.length);
        for (let t = 0; t < 3; t++) {
          for (let p = 0; p < 3; p++) {
            const count = pairs.filter((pair) => pair[0] === p && pair[1] === t).length;
            expect(matrix.compute()[t]![p]).toBe(count);
          }
        }
      }),
    );
  });
});

describe('ConfusionMatrix', () => {
  test('has a row for each true class', () => {
    const matrix = new ConfusionMatrix();
    expect(matrix.compute()).toEqual([]);
    matrix.update(answering(0, 2, 1), int([0, 1, 2]));
    matrix.update(answering(0, 2), int([0, 2]).to('uint8'));
    expect(matrix.compute()).toEqual([
      [2, 0, 0],
      [0, 0, 1],
      [0, 1, 1],
    ]);
    const binary = new ConfusionMatrix({ task: 'binary' });
    binary.update(tensor([0.9, 0.2, 0.7]), tensor([1, 1, 0]));
    expect(binary.compute()).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  test('refuses what it cannot count', () => {
    const matrix = new ConfusionMatrix();
    matrix.update(answering(0, 0, 1), int([0, 3, -1]));
    expect(() => matrix.compute()).toThrow(
      'confusionMatrix: expected class indices in [0, 2], got 2 out of range',
    );
    expect(() => matrix.update(tensor([[1, 2]]), int([0]))).toThrow(
      'confusionMatrix: expected 3 classes as before, got 2',
    );
  });
});

describe('precision, recall and F1', () => {
  // The example of scikit-learn's documentation.
  const [actual, predicted] = [
    [0, 1, 2, 0, 1, 2],
    [0, 2, 1, 0, 0, 1],
  ] as const;

  test.each([
    ['macro', 2 / 9, 1 / 3, 4 / 15],
    ['micro', 1 / 3, 1 / 3, 1 / 3],
    ['weighted', 2 / 9, 1 / 3, 4 / 15],
  ] as const)('%s', (average, precision, recall, f1) => {
    const scores = [new Precision({ average }), new Recall({ average }), new F1({ average })];
    for (const score of scores) {
      expect(score.compute()).toBeNaN();
      score.update(answering(...predicted), int([...actual]));
    }
    const values = scores.map((score) => score.compute());
    for (const [i, expected] of [precision, recall, f1].entries())
      expect(values[i]).toBeCloseTo(expected, 12);
  });

  test('of each class', () => {
    expect(
      classScores([
        [5, 1, 0],
        [2, 2, 0],
        [0, 0, 0],
      ]),
    ).toEqual([
      { precision: 5 / 7, recall: 5 / 6, f1: 10 / 13, support: 6 },
      { precision: 2 / 3, recall: 0.5, f1: 4 / 7, support: 4 },
      { precision: 0, recall: 0, f1: 0, support: 0 },
    ]);
  });

  test('weighted differs from macro where classes do, and macro passes over classes that do not occur', () => {
    const [output, target] = [answering(0, 0, 0, 1), int([0, 0, 0, 0])];
    const macro = new Recall();
    const weighted = new Recall({ average: 'weighted' });
    for (const score of [macro, weighted]) score.update(output, target);
    expect(macro.compute()).toBe(0.375);
    expect(weighted.compute()).toBe(0.75);
  });

  test('of a binary task are those of class 1', () => {
    const scores = [
      new Precision({ task: 'binary' }),
      new Recall({ task: 'binary' }),
      new F1({ task: 'binary' }),
    ];
    for (const score of scores) score.update(tensor([0.9, 0.8, 0.2, 0.1, 0.7]), tensor([1, 0, 1, 0, 1]));
    expect(scores.map((score) => score.compute())).toEqual([2 / 3, 2 / 3, 2 / 3]);
    scores[0]!.reset();
    expect(scores[0]!.compute()).toBeNaN();
    expect(() => new F1({ average: 'binary' })).toThrow(
      "f1: expected average 'binary' with a binary task, got multiclass",
    );
  });
});

describe('Mean', () => {
  test('weighs batches by their size, in float64', () => {
    const mean = new Mean();
    expect(mean.compute()).toBeNaN();
    mean.update(tensor(0.1), 3);
    mean.update(tensor(0.7));
    expect(mean.compute()).toBe((Math.fround(0.1) * 3 + Math.fround(0.7)) / 4);
    mean.reset();
    for (let i = 0; i < 1000; i++) mean.update(tensor(0.1));
    expect(mean.compute()).toBeCloseTo(Math.fround(0.1), 12);
  });
});

describe('MeanAbsoluteError', () => {
  test('is over all elements', () => {
    const mae = new MeanAbsoluteError();
    expect(mae.compute()).toBeNaN();
    mae.update(tensor([[1], [2]]), tensor([[0], [4]]));
    mae.update(tensor([[5]]), int([[5]]));
    expect(mae.compute()).toBe(1);
    expect(() => mae.update(tensor([[1], [2]]), tensor([1, 2]))).toThrow(
      "mae: expected a target of the input's shape [2, 1], got [2]",
    );
  });
});

describe('R2Score', () => {
  const direct = (predicted: number[], actual: number[]): number => {
    const mean = actual.reduce((a, b) => a + b, 0) / actual.length;
    const residual = actual.reduce((total, y, i) => total + (y - predicted[i]!) ** 2, 0);
    return 1 - residual / actual.reduce((total, y) => total + (y - mean) ** 2, 0);
  };

  test('does not depend on how the data is split', () => {
    const value = fc.double({ min: -5, max: 5, noNaN: true });
    const rows = fc.array(fc.tuple(value, value), { minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.nat(20), fc.nat(20), (pairs, a, b) => {
        const actual = pairs.map(([, y]) => y);
        fc.pre(Math.max(...actual) - Math.min(...actual) > 0.1);
        const cuts = [0, ...[a, b].sort((x, y) => x - y), pairs.length];
        const r2 = new R2Score();
        for (const [i, cut] of cuts.slice(1).entries()) {
          const part = pairs.slice(cuts[i], cut);
          const column = (k: 0 | 1) =>
            tensor(
              part.map((pair) => pair[k]),
              { dtype: 'float64' },
            );
          r2.update(column(0), column(1));
        }
        const expected = direct(
          pairs.map(([p]) => p),
          actual,
        );
        expect(Math.abs(r2.compute() - expected)).toBeLessThan(1e-9 * (1 + Math.abs(expected)));
      }),
    );
  });

  test('keeps its digits far from 0', () => {
    const y = [1e8, 1e8 + 1, 1e8 + 2, 1e8 + 3];
    const predicted = [1e8, 1e8 + 1, 1e8 + 2, 1e8 + 4];
    const r2 = new R2Score();
    for (let i = 0; i < 4; i += 2) {
      const part = (values: number[]) => tensor(values.slice(i, i + 2), { dtype: 'float64' });
      r2.update(part(predicted), part(y));
    }
    expect(r2.compute()).toBeCloseTo(0.8, 12);
  });

  test('is the mean over columns, and undefined without variance', () => {
    const r2 = new R2Score();
    expect(r2.compute()).toBeNaN();
    r2.update(
      tensor([
        [1, 1],
        [2, 3],
        [3, 2],
      ]),
      tensor([
        [1, 1],
        [2, 2],
        [3, 3],
      ]),
    );
    expect(r2.compute()).toBe(0.5);
    r2.reset();
    r2.update(tensor([1, 1]), tensor([1, 1]));
    expect(r2.compute()).toBeNaN();
  });
});

describe('memory', () => {
  manualSeed(0);
  const output = randn([8, 3]);
  const classes = int([0, 1, 2, 0, 1, 2, 0, 1]);
  const { backend } = output.storage;

  test.each(Object.keys(metrics) as (keyof typeof metrics)[])(
    '%s reads once, lives on after its scope, and frees what it makes',
    (name) => {
      const metric = new metrics[name]();
      const target = name === 'mae' || name === 'r2' ? randn([8, 3]) : classes;
      scope(() => metric.update(output, target));
      scope(() => metric.update(output, target));
      const [allocate, free, read] = [
        vi.spyOn(backend, 'allocate'),
        vi.spyOn(backend, 'free'),
        vi.spyOn(backend, 'read'),
      ];
      metric.update(output, target);
      expect(read.mock.calls.length).toBe(0);
      expect(free.mock.calls.length).toBe(allocate.mock.calls.length);
      const value = metric.compute();
      expect(read.mock.calls.length).toBe(1);
      expect(metric.compute()).toEqual(value);
      metric.reset();
      expect(free.mock.calls.length).toBeGreaterThan(allocate.mock.calls.length);
      vi.restoreAllMocks();
    },
  );

  test('nothing is recorded', () => {
    const accuracy = new Accuracy({ task: 'binary' });
    const mean = new Mean();
    const x = tensor([0.4], { requiresGrad: true });
    accuracy.update(x.mul(2), tensor([1]));
    mean.update(x.mul(2).sum());
    expect([accuracy.compute(), mean.compute()]).toEqual([1, Math.fround(0.8)]);
  });
});

describe('refusals say what was expected and what came', () => {
  test.each([
    [
      'accuracy: expected a target of shape [2] or [2, 3], got [2, 1]',
      ShapeError,
      () => new Accuracy().update(answering(0, 1), int([[0], [1]])),
    ],
    [
      'accuracy: expected class indices as int32 or uint8, got float32',
      DTypeError,
      () => new Accuracy().update(answering(0, 1), tensor([0, 1])),
    ],
    [
      "accuracy: expected a target of the output's shape [2, 1], got [2]",
      ShapeError,
      () => new Accuracy({ task: 'binary' }).update(tensor([[0.5], [0.5]]), tensor([0, 1])),
    ],
    [
      'confusionMatrix: expected outputs [C], [N, C] or [N, C, d1, …], got a scalar',
      ShapeError,
      () => new ConfusionMatrix().update(tensor(1), tensor(1)),
    ],
    [
      'accuracy: expected a threshold between 0 and 1, got 1',
      ArgumentError,
      () => new Accuracy({ task: 'binary', threshold: 1 }),
    ],
  ])('%s', (message, type, refused) => {
    expect(refused).toThrow(type);
    expect(refused).toThrow(message);
  });
});

describe('binary answers to logits', () => {
  test('accuracy decides at 0, where the probability is one half', () => {
    const logits = tensor([-3, -0.1, 0.1, 0.4, 3]);
    const target = tensor([0, 1, 1, 0, 1]);
    const asLogits = new Accuracy({ task: 'binary', logits: true });
    asLogits.update(logits, target);
    expect(asLogits.compute()).toBe(3 / 5);
    const asProbabilities = new Accuracy({ task: 'binary' });
    asProbabilities.update(logits.sigmoid(), target);
    expect(asProbabilities.compute()).toBe(3 / 5);
    const strict = new Accuracy({ task: 'binary', logits: true, threshold: 0.6 });
    strict.update(logits, target);
    expect(strict.compute()).toBe(3 / 5);
  });

  test('a target outside of [0, 1] is refused, not counted as 1', () => {
    const accuracy = new Accuracy({ task: 'binary' });
    expect(() => {
      accuracy.update(tensor([0.9, 0.9, 0.9]), tensor([1, 2, 3], { dtype: 'int32' }));
      accuracy.compute();
    }).toThrow('accuracy: expected targets in [0, 1] for a binary task, got 2 at element 1 of the target');
  });

  test('class indices far out of range are counted as such', () => {
    const matrix = new ConfusionMatrix();
    matrix.update(
      tensor([
        [1, 0, 0],
        [0, 1, 0],
      ]),
      tensor([2 ** 30, 1], { dtype: 'int32' }),
    );
    expect(() => matrix.compute()).toThrow(
      'confusionMatrix: expected class indices in [0, 2], got 1 out of range',
    );
  });
});
