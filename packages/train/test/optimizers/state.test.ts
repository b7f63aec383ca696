import { ArgumentError, type Tensor, zeros } from '@kindling/core';
import { Adam, type OptimizerStateDict } from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { leaf, learn } from './set-up.ts';

test('a loaded state is a copy', () => {
  const [a, b] = [leaf([1, 2]), leaf([1, 2])];
  const [first, second] = [new Adam([a]), new Adam([b])];
  learn(first, [a], 0, 2);
  second.loadStateDict(first.stateDict());
  const before = first.stateDict().state[0]!.exp_avg as Tensor;
  const bits = [...before.data()];
  learn(second, [b], 2, 4);
  expect([...before.data()]).toEqual(bits);
});

describe('a saved state that fits no parameter', () => {
  const optimizer = new Adam([leaf([1, 2])]);
  const saved = (entries: unknown): OptimizerStateDict => ({
    ...optimizer.stateDict(),
    state: { 0: entries } as never,
  });
  const moments = { exp_avg: zeros([2]), exp_avg_sq: zeros([2]) };

  test.each<[unknown, string]>([
    [null, 'Adam: expected the state of a parameter, got null'],
    [7, 'Adam: expected the state of a parameter, got 7'],
    [{ ...moments }, 'Adam: expected a step count, got undefined'],
    [{ ...moments, step: -1 }, 'Adam: expected a step count, got -1'],
    [{ ...moments, step: 0.5 }, 'Adam: expected a step count, got 0.5'],
    [{ ...moments, step: zeros([]) }, 'Adam: expected a step count, got a tensor of shape []'],
    [{ ...moments, step: 1, exp_avg: zeros([3]) }, 'Adam: expected exp_avg of shape [2], got [3]'],
    [{ ...moments, step: 1, exp_avg: 3 }, 'Adam: expected exp_avg of shape [2], got 3'],
  ])('%#: is refused', (entries, message) => {
    expect(() => optimizer.loadStateDict(saved(entries))).toThrow(message);
    expect(() => optimizer.loadStateDict(saved(entries))).toThrow(ArgumentError);
  });

  test('of another number of groups, or for no parameter there is', () => {
    const { state, paramGroups } = optimizer.stateDict();
    expect(() => optimizer.loadStateDict({ state, paramGroups: [] })).toThrow(
      'Adam: expected the state of 1 parameter groups, got 0',
    );
    expect(() => optimizer.loadStateDict({ state: { 5: { ...moments, step: 1 } }, paramGroups })).toThrow(
      'Adam: expected state for parameters 0, got 5',
    );
    const longer = [{ ...paramGroups[0]!, params: [0, 1] }];
    expect(() => optimizer.loadStateDict({ state, paramGroups: longer })).toThrow(
      'Adam: expected the state of a group of 1 parameters, got 2',
    );
    const odd = [{ ...paramGroups[0]!, betas: 0.9 as never }];
    expect(() => optimizer.loadStateDict({ state, paramGroups: odd })).toThrow(
      'Adam: expected betas to be a list of a number, a number, got a number',
    );
    for (const wrong of [
      null,
      {},
      { state },
      { state: 1, paramGroups },
      { state, paramGroups: [null] },
      { state, paramGroups: [{}] },
    ]) {
      expect(() => optimizer.loadStateDict(wrong as never)).toThrow(
        'Adam: expected a state with state and paramGroups, got ',
      );
    }
  });
});
