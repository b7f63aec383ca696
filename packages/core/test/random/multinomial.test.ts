import {
  ArgumentError,
  Generator,
  manualSeed,
  multinomial,
  normal,
  rand,
  randLike,
  randn,
  randnLike,
  tensor,
  zeros,
} from '@kindling/core';
import { expect, test } from 'vitest';

const generator = (): Generator => new Generator().manualSeed(7);

test('draws with replacement are those of PyTorch', () => {
  manualSeed(7);
  const drawn = multinomial(tensor([0.1, 0.2, 0.3, 0.4]), 12, { replacement: true });
  expect(drawn.toArray()).toEqual([1, 1, 3, 3, 3, 3, 1, 2, 3, 3, 0, 0]);
  expect(drawn.dtype).toBe('int32');
});

test('without replacement, each category comes once, and those without weight never', () => {
  const weights = tensor([
    [1, 0, 2, 3],
    [0, 5, 1, 1],
  ]);
  for (let i = 0; i < 20; i++) {
    const rows = multinomial(weights, 3).toArray() as number[][];
    expect([...rows[0]!].sort()).toEqual([0, 2, 3]);
    expect([...rows[1]!].sort()).toEqual([1, 2, 3]);
  }
  const counts = [0, 0];
  const of = generator();
  for (let i = 0; i < 2000; i++) counts[multinomial(tensor([1, 3]), 1, { generator: of }).item()]!++;
  expect(counts[1]! / 2000).toBeGreaterThan(0.71);
  expect(counts[1]! / 2000).toBeLessThan(0.79);
});

test('weights that no draw can follow are refused', () => {
  for (const weights of [[1, -1], [Number.NaN], [0, 0], [Number.POSITIVE_INFINITY]]) {
    expect(() => multinomial(tensor(weights), 1)).toThrow(ArgumentError);
  }
  expect(() => multinomial(tensor([1, 0]), 2)).toThrow(
    'multinomial: expected at least 2 weights above 0, got 1',
  );
});

test('draws like a tensor, or with mean and deviation, are those of the same stream', () => {
  const like = zeros([3, 20], { dtype: 'float64' });
  const same = (a: { data(): unknown }, b: { data(): unknown }): void => expect(a.data()).toEqual(b.data());
  same(
    randLike(like, { generator: generator() }),
    rand([3, 20], { dtype: 'float64', generator: generator() }),
  );
  same(randnLike(zeros([30]), { generator: generator() }), randn([30], { generator: generator() }));
  same(normal(0, 1, [30], { generator: generator() }), randn([30], { generator: generator() }));
  expect(normal(5, 0, [3]).toArray()).toEqual([5, 5, 5]);
});
