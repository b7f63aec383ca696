import { ArgumentError, type Tensor, zeros } from '@kindling/core';
import { Adagrad, Adam, AdamW, type OptimizerStateDict, RMSprop, SGD } from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { learn, start, stored } from './set-up.ts';

describe('refusals say what was expected and what came', () => {
  const params = start();
  test.each([
    ['SGD: expected lr of at least 0, got -1', () => new SGD(params, { lr: -1 })],
    ['SGD: expected lr of at least 0, got NaN', () => new SGD(params, { lr: Number.NaN })],
    [
      'SGD: expected momentum above 0 and dampening 0 with nesterov, got 0 and 0',
      () => new SGD(params, { lr: 1, nesterov: true }),
    ],
    ['Adam: expected betas in [0, 1), got [0.9, 1]', () => new Adam(params, { betas: [0.9, 1] })],
    ['AdamW: expected eps of at least 0, got -1', () => new AdamW(params, { eps: -1 })],
    [
      'Adagrad: expected lrDecay of at least 0, got -2',
      () => new Adagrad([{ params, lrDecay: -2 }], { lr: 0.1 }),
    ],
    ['RMSprop: expected parameters or groups of them, got none', () => new RMSprop([])],
    [
      'SGD: expected parameters or groups of them, got both',
      () => new SGD([params[0]!, { params: [params[1]!] }] as Tensor[], { lr: 1 }),
    ],
    [
      'SGD: expected each parameter once, got one of shape [2] twice',
      () => new SGD([{ params }, { params: [params[1]!] }], { lr: 1 }),
    ],
    [
      'SGD: expected parameters that are leaves, got the result of an operation of shape [1, 3]',
      () => new SGD([params[0]!.mul(2)], { lr: 1 }),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });

  test('a state that does not fit changes nothing', () => {
    const own = start();
    const optimizer = new Adam(own, { lr: 0.5 });
    learn(optimizer, own, 0, 1);
    const saved = stored(optimizer.stateDict());
    const [group] = saved.paramGroups;
    const fits = (state: OptimizerStateDict) => () => optimizer.loadStateDict(state);
    expect(fits({ ...saved, paramGroups: [] })).toThrow(
      'Adam: expected the state of 1 parameter groups, got 0',
    );
    expect(fits({ ...saved, paramGroups: [{ ...group!, params: [0] }] })).toThrow(
      'Adam: expected the state of a group of 2 parameters, got 1',
    );
    expect(fits(new SGD(start(), { lr: 1 }).stateDict())).toThrow(
      'Adam: expected a state with the options amsgrad, betas, eps, lr, maximize, weightDecay, got dampening, lr, maximize, momentum, nesterov, weightDecay',
    );
    expect(fits({ ...saved, state: { 0: { step: 1, exp_avg: zeros([2]) } } })).toThrow(
      'Adam: expected exp_avg of shape [1, 3], got [2]',
    );
    expect(fits({ ...saved, state: { 7: { step: 1 } } })).toThrow(
      'Adam: expected state for parameters 0, 1, got 7',
    );
    const wrong = Object.assign({}, group, { lr: '0.1' });
    expect(fits({ ...saved, paramGroups: [wrong] })).toThrow(
      'Adam: expected lr to be a number, got a string',
    );
    const after = optimizer.stateDict();
    expect(after.paramGroups).toEqual(saved.paramGroups);
    expect((after.state[0]!.exp_avg as Tensor).data()).toEqual((saved.state[0]!.exp_avg as Tensor).data());
  });
});
