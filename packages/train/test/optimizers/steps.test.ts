import { compile, scope, type Tensor, tensor } from '@kindling/core';
import { Adagrad, Adam, AdamW, optimizers, RMSprop, SGD } from '@kindling/train';
import { describe, expect, test, vi } from 'vitest';
import { bytes, hasKernels, leaf, learn, makers, start, stored } from './set-up.ts';

describe.each(makers)('%s', (_, make) => {
  test('resumes to the same bits', () => {
    const params = start();
    const optimizer = make(params);
    learn(optimizer, params, 0, 5);
    optimizer.paramGroups[0]!.lr *= 0.5;
    const saved = stored(optimizer.stateDict());
    const values = params.map((param) => param.detach().clone());
    learn(optimizer, params, 5, 10);

    const copies = values.map((value) => value.clone().requiresGrad_());
    const resumed = make(copies);
    resumed.loadStateDict(saved);
    learn(resumed, copies, 5, 10);
    expect(bytes(copies)).toEqual(bytes(params));

    const forgetful = values.map((value) => value.clone().requiresGrad_());
    learn(make(forgetful), forgetful, 5, 10);
    expect(bytes(forgetful)).not.toEqual(bytes(params));
  });

  test('keeps its state, and no memory besides', () => {
    const params = start();
    const optimizer = make(params);
    scope(() => learn(optimizer, params, 0, 1));
    const { state } = optimizer.stateDict();
    for (const entries of Object.values(state)) {
      for (const value of Object.values(entries)) {
        if (typeof value !== 'number') expect(value.disposed).toBe(false);
      }
    }
    const { backend } = params[0]!.storage;
    const allocate = vi.spyOn(backend, 'allocate');
    const free = vi.spyOn(backend, 'free');
    const execute = vi.spyOn(backend, 'execute');
    learn(optimizer, params, 1, 2);
    allocate.mockClear();
    free.mockClear();
    execute.mockClear();
    optimizer.step();
    expect(allocate.mock.calls.length).toBeGreaterThan(0);
    expect(free.mock.calls.length).toBe(allocate.mock.calls.length);
    expect(execute.mock.calls.length).toBeLessThanOrEqual(2 * 17);
    vi.restoreAllMocks();
  });

  test('a recorded step has the same bits, and goes on with a state that is loaded', () => {
    const train = (wrap: (step: (x: Tensor) => Tensor) => (x: Tensor) => Tensor) => {
      const params = start();
      const optimizer = make(params);
      const step = wrap((x) => {
        optimizer.zeroGrad();
        const loss = params
          .map((param) => param.mul(x).sub(1).square().sum())
          .reduce((sum, term) => sum.add(term));
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses: number[] = [];
      const run = (from: number, to: number): void => {
        for (let i = from; i < to; i++) {
          optimizer.paramGroups[0]!.lr *= 0.9;
          losses.push(step(tensor(Math.sin(i))).item());
        }
      };
      run(0, 7);
      const saved = stored(optimizer.stateDict());
      run(7, 9);
      optimizer.loadStateDict(saved);
      run(9, 16);
      const { state } = optimizer.stateDict();
      return { losses, params: bytes(params), steps: [0, 1].map((i) => state[i]!.step) };
    };
    let recorded: { readonly replays: number } = { replays: 0 };
    const replayed = train((step) => {
      const compiled = compile(step);
      recorded = compiled;
      return compiled;
    });
    expect(replayed).toEqual(train((step) => step));
    expect(replayed.steps).toEqual([14, 14]);
    if (hasKernels) expect(recorded.replays).toBeGreaterThan(6);
  });

  test('leaves parameters without a gradient alone', () => {
    const [used, unused] = start() as [Tensor, Tensor];
    const optimizer = make([used, unused]);
    const before = bytes([unused]);
    learn(optimizer, [used], 0, 2);
    expect(bytes([unused])).toEqual(before);
    expect(Object.keys(optimizer.stateDict().state)).toEqual(['0']);
  });

  test('climbs where it should', () => {
    const [up, down] = [leaf([1]), leaf([1])];
    const [climber, sinker] = [make([up]), make([down])];
    climber.paramGroups[0]!.maximize = true;
    for (const optimizer of [climber, sinker]) optimizer.paramGroups[0]!.weightDecay = 0;
    up.grad = tensor([2]);
    down.grad = tensor([2]);
    climber.step();
    sinker.step();
    expect(up.item() - 1).toBeCloseTo(1 - down.item(), 6);
    expect(up.item()).toBeGreaterThan(1);
  });
});

test('the table names every optimizer', () => {
  expect(Object.keys(optimizers)).toEqual([
    'sgd',
    'adam',
    'adamW',
    'rmsprop',
    'adagrad',
    'adadelta',
    'adamax',
    'nadam',
    'radam',
    'lbfgs',
  ]);
  for (const Type of Object.values(optimizers)) {
    expect(new Type(start(), { lr: 0.1 }).name).toBe(Type.name);
  }
});

describe('defaults are those of PyTorch 2.15', () => {
  test.each([
    [new SGD(start()), { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false }],
    [new Adam(start()), { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: false }],
    [new AdamW(start()), { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 1e-2, amsgrad: false }],
    [
      new RMSprop(start()),
      { lr: 1e-2, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false },
    ],
    [new Adagrad(start()), { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 }],
  ])('%#', (optimizer, options) => {
    expect(optimizer.stateDict().paramGroups).toEqual([{ ...options, maximize: false, params: [0, 1] }]);
  });
});
