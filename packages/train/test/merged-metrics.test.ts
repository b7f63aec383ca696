import { manualSeed, randint, randn, ShapeError, type Tensor, tensor } from '@kindling/core';
import {
  Accuracy,
  ConfusionMatrix,
  F1,
  Mean,
  MeanAbsoluteError,
  type MergeableMetric,
  metrics,
  Precision,
  R2Score,
  Recall,
} from '@kindling/train';
import { describe, expect, test } from 'vitest';

/** Outputs and targets of parts of the samples, one of them without any. */
const parts = [0, 5, 0, 1, 12];

const classes = (count: number): [Tensor, Tensor] => [
  randn([count, 4]),
  randint(0, 4, [count], { dtype: 'int32' }),
];
const values = (count: number): [Tensor, Tensor] => {
  const target = randn([count, 3]).add(100);
  return [target.add(randn([count, 3]).mul(0.1)), target];
};

const kinds: readonly [string, () => MergeableMetric<number | number[][]>, typeof classes][] = [
  ['accuracy', () => new Accuracy(), classes],
  ['confusionMatrix', () => new ConfusionMatrix(), classes],
  ['precision', () => new Precision(), classes],
  ['recall', () => new Recall({ average: 'weighted' }), classes],
  ['f1', () => new F1({ average: 'micro' }), classes],
  ['mae', () => new MeanAbsoluteError(), values],
  ['r2', () => new R2Score(), values],
];

describe('the state of a metric', () => {
  test('is there for each that experiments can name', () => {
    expect(kinds.map(([name]) => name).sort()).toEqual(Object.keys(metrics).sort());
  });

  test.each(kinds)('%s of parts is that of the whole', (_name, make, draw) => {
    manualSeed(1);
    const [whole, merged] = [make(), make()];
    for (const count of parts) {
      const part = make();
      // A share may have no batches.
      for (const size of count === 0 ? [] : [count, 2]) {
        const batch = draw(size);
        whole.update(...batch);
        part.update(...batch);
      }
      merged.mergeState(part.state());
    }
    // JSON and messages between processes hold it.
    const again = make();
    again.mergeState(JSON.parse(JSON.stringify(merged.state())));
    for (const metric of [merged, again]) {
      const [got, expected] = [metric.compute(), whole.compute()];
      if (typeof got === 'number') expect(got).toBeCloseTo(expected as number, 12);
      else expect(got).toEqual(expected);
    }
    // Batches go on after a merge, and a reset forgets what was merged.
    const further = draw(3);
    whole.update(...further);
    merged.update(...further);
    expect([merged.compute()].flat(2)[0]).toBeCloseTo([whole.compute()].flat(2)[0]!, 12);
    merged.reset();
    expect(merged.state()).toEqual(make().state());
  });

  test('of a mean is its sum and weight', () => {
    const [whole, merged] = [new Mean(), new Mean()];
    for (const [value, weight] of [
      [0.1, 3],
      [7, 1],
    ] as const) {
      const part = new Mean();
      part.update(tensor(value), weight);
      whole.update(tensor(value), weight);
      merged.mergeState(part.state());
    }
    merged.mergeState(new Mean().state());
    expect(merged.compute()).toBeCloseTo(whole.compute(), 15);
    merged.reset();
    expect(merged.compute()).toBeNaN();
  });

  test('of other classes is refused', () => {
    const [two, three] = [new ConfusionMatrix(), new ConfusionMatrix()];
    two.update(randn([1, 2]), tensor([0], { dtype: 'int32' }));
    three.update(randn([1, 3]), tensor([0], { dtype: 'int32' }));
    expect(() => two.mergeState(three.state())).toThrow(ShapeError);
  });
});
