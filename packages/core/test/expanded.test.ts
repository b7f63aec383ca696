import { expect, test } from 'vitest';
import { ones, rand, tensor } from '../src/index.ts';

test.each([[3], [2, 3], [1, 4], [2, 1, 3]])(
  'fill_ of an expanded tensor writes its memory alone: %j',
  (...shape) => {
    const neighbours = rand([64]);
    const whole = tensor([[1, 2, 3]]).clone();
    const narrow = whole.slice(1, 1, 2).select(0, 0);
    const expanded = narrow.expand(...shape);
    expanded.fill_(-2.5);
    expect(whole.toArray()).toEqual([[1, -2.5, 3]]);
    expect(expanded.toArray()).toEqual(ones(shape).mul(-2.5).toArray());
    expect([...neighbours.data()].every((value) => value >= 0)).toBe(true);
  },
);

test('fill_ of a tensor that is expanded along one axis', () => {
  const rows = tensor([[1], [2]]).clone();
  rows.expand(2, 3).slice(0, 1, 2).fill_(7);
  expect(rows.toArray()).toEqual([[1], [7]]);
});
