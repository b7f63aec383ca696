import {
  ArgumentError,
  compile,
  type DType,
  DTypeError,
  nn,
  ones,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { Adagrad, Adam, AdamW, type Optimizer, RMSprop, SGD } from '../src/index.ts';

/** What the tests use of an optimizer, whatever its options. */
type Stepping = Pick<Optimizer, 'name' | 'step' | 'zeroGrad' | 'stateDict' | 'loadStateDict'>;
type Make = (params: Iterable<Tensor>) => Stepping;

const makers: readonly (readonly [string, Make])[] = [
  ['SGD', (params) => new SGD(params, { lr: 0.1, momentum: 0.9 })],
  ['Adam', (params) => new Adam(params, { lr: 0.1, amsgrad: true })],
  ['AdamW', (params) => new AdamW(params, { lr: 0.1 })],
  ['RMSprop', (params) => new RMSprop(params, { lr: 0.1, momentum: 0.9, centered: true })],
  ['Adagrad', (params) => new Adagrad(params, { lr: 0.1 })],
];

/** Loss and step of Σ w²·x. */
const stepOf = (optimizer: Stepping, weight: Tensor) => (x: Tensor) => {
  optimizer.zeroGrad();
  const loss = weight.square().mul(x).sum();
  loss.backward();
  optimizer.step();
  return loss;
};

const start = [0.5, -1.25, 2];
const input = (dtype: DType): Tensor => tensor([1, 2, 3], { dtype });

const tensorsOf = (optimizer: Stepping): Tensor[] =>
  Object.values(optimizer.stateDict().state['0']!).filter((value) => typeof value === 'object');

describe.each(makers)('%s', (_, make) => {
  test.each([false, true])('its state follows a parameter to another dtype (recorded: %s)', (recorded) => {
    const weight = new nn.Parameter(tensor(start, { dtype: 'float32' }));
    const optimizer = make([weight]);
    const eager = stepOf(optimizer, weight);
    const step = recorded ? compile(eager) : eager;
    for (let i = 0; i < 5; i++) step(input('float32'));

    // The same from here on, by an optimizer that has seen nothing but float64.
    const other = new nn.Parameter(weight.detach().to('float64'));
    const otherOptimizer = make([other]);
    otherOptimizer.loadStateDict(optimizer.stateDict());
    const otherStep = stepOf(otherOptimizer, other);

    // Another tensor holds the old memory, which replays must not go on with.
    const old = weight.detach();
    const before = old.clone().toArray();
    weight.set_(weight.detach().to('float64'));
    for (let i = 0; i < 5; i++) {
      step(input('float64'));
      otherStep(input('float64'));
    }
    expect(weight.dtype).toBe('float64');
    expect(weight.toArray()).toEqual(other.toArray());
    expect(old.toArray()).toEqual(before);
    expect(tensorsOf(optimizer).map(({ dtype }) => dtype)).toEqual(tensorsOf(optimizer).map(() => 'float64'));
  });

  test.each([false, true])('steps go to memory that a parameter gets (recorded: %s)', (recorded) => {
    const weight = new nn.Parameter(tensor(start));
    const optimizer = make([weight]);
    const eager = stepOf(optimizer, weight);
    const step = recorded ? compile(eager) : eager;
    for (let i = 0; i < 5; i++) step(input('float32'));
    const old = weight.detach();
    const before = old.clone().toArray();
    weight.set_(tensor([4, 5, 6]));
    step(input('float32'));
    step(input('float32'));
    expect(old.toArray()).toEqual(before);
    expect(weight.toArray()).not.toEqual([4, 5, 6]);
  });

  test('a parameter of another shape than at the last step is refused', () => {
    const weight = new nn.Parameter(tensor(start));
    const optimizer = make([weight]);
    stepOf(optimizer, weight)(input('float32'));
    weight.set_(ones([400]));
    weight.grad = ones([400]);
    expect(() => optimizer.step()).toThrow(ShapeError);
    expect(() => optimizer.step()).toThrow(
      'expected a parameter of shape [3] as at its last step, got [400]',
    );
  });

  test('a gradient that the parameter has outgrown is refused', () => {
    const weight = new nn.Parameter(tensor(start));
    const optimizer = make([weight]);
    weight.grad = ones([3]);
    weight.set_(ones([2]));
    expect(() => optimizer.step()).toThrow(
      new ShapeError(`${optimizer.name}: expected a gradient of the tensor's shape [2], got [3]`),
    );
    weight.set_(ones([3], { dtype: 'float64' }));
    expect(() => optimizer.step()).toThrow(DTypeError);
  });

  test('a state of another shape is refused, one of another dtype converted', () => {
    const weight = new nn.Parameter(tensor(start));
    const optimizer = make([weight]);
    const step = stepOf(optimizer, weight);
    step(input('float32'));
    const saved = optimizer.stateDict();
    const changed = (change: (value: Tensor) => Tensor) => {
      const entries = Object.entries(saved.state['0']!);
      const state = entries.map(([key, value]) => [key, typeof value === 'object' ? change(value) : value]);
      return { ...saved, state: { 0: Object.fromEntries(state) } };
    };
    expect(() => optimizer.loadStateDict(changed(() => zeros([100])))).toThrow(ArgumentError);
    optimizer.loadStateDict(changed((value) => value.to('float64')));
    step(input('float32'));
    expect(tensorsOf(optimizer).map(({ dtype }) => dtype)).toEqual(tensorsOf(optimizer).map(() => 'float32'));
  });

  test('a gradient put in the place of another is what a recorded step takes', () => {
    const weight = new nn.Parameter(tensor(start));
    const copy = new nn.Parameter(tensor(start));
    const optimizer = make([weight]);
    const otherOptimizer = make([copy]);
    const step = compile(() => optimizer.step(), { device: 'cpu', strict: false });
    // None is disposed, so that the memory of each stays valid.
    const gradients = Array.from({ length: 8 }, (_, i) => tensor([i + 1, -i, 0.5]));
    for (const grad of gradients) {
      weight.grad = grad;
      copy.grad = grad.clone();
      step();
      otherOptimizer.step();
    }
    expect(weight.toArray()).toEqual(copy.toArray());
  });

  test('what is no parameter is refused', () => {
    const given: unknown[] = [null, undefined, 5, [null], [1], [{}], [{ params: 3 }], 'x', [[ones([2])]]];
    for (const params of given) expect(() => Reflect.apply(make, null, [params])).toThrow(ArgumentError);
    const disposed = ones([2]);
    disposed.dispose();
    expect(() => make([disposed])).toThrow('expected a tensor that has not been disposed');
  });
});

describe('options that are none are refused', () => {
  const params = [tensor(start, { requiresGrad: true })];
  const all = { SGD, Adam, AdamW, RMSprop, Adagrad };
  test.each(Object.entries(all))('%s', (_, Kind) => {
    for (const bad of [Number.NaN, -1, '0.1', null, true, 1n, tensor(1)]) {
      for (const name of ['lr', 'weightDecay']) {
        const options = { lr: 1, [name]: bad };
        expect(() => Reflect.construct(Kind, [params, options])).toThrow(ArgumentError);
      }
    }
    expect(() => Reflect.construct(Kind, [params, { lr: 1, maximize: 'no' }])).toThrow(ArgumentError);
  });

  test('betas and flags', () => {
    for (const betas of [null, 0.9, [0.9], [0.9, 1], [0.9, Number.NaN], ['0.9', '0.9']]) {
      expect(() => Reflect.construct(Adam, [params, { betas }])).toThrow(ArgumentError);
    }
    const options = { lr: 1, momentum: 1, nesterov: 1 };
    expect(() => Reflect.construct(SGD, [params, options])).toThrow(ArgumentError);
  });
});
