import { ArgumentError, manualSeed, nn, ones, type Tensor, tensor, zeros } from '@kindling/core';
import { expect, test } from 'vitest';
import { testFloat64 } from '../float64.ts';

class Net extends nn.Module {
  readonly hidden = new nn.Linear(2, 3);
  readonly norm = new nn.BatchNorm1d(3);
  readonly output = new nn.Linear(3, 1);

  forward(x: Tensor): Tensor {
    return this.output.forward(this.norm.forward(this.hidden.forward(x)).relu());
  }
}

const snapshot = (module: nn.AnyModule) =>
  Object.entries(module.stateDict()).map(([name, x]) => [name, x.dtype, x.toArray()]);

test('the state of one module gives another the same output', () => {
  manualSeed(1);
  const trained = new Net();
  const x = tensor([
    [1, 2],
    [3, -1],
    [0, 4],
  ]);
  trained.forward(x);
  const copy = new Net();
  expect(snapshot(copy)).not.toEqual(snapshot(trained));
  expect(copy.loadStateDict(trained.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
  expect(snapshot(copy)).toEqual(snapshot(trained));
  expect(copy.eval().forward(x).toArray()).toEqual(trained.eval().forward(x).toArray());
  expect(copy.parameters().every(({ requiresGrad, isLeaf }) => requiresGrad && isLeaf)).toBe(true);
});

test('it is detached and shares memory with the module', () => {
  const layer = new nn.Linear(1, 1);
  const { weight } = layer.stateDict();
  expect([weight?.requiresGrad, layer.weight.requiresGrad]).toEqual([false, true]);
  const kept = weight?.clone();
  const before = layer.weight.item();
  layer.weight.detach().fill_(before + 1);
  expect([weight?.item(), kept?.item()]).toEqual([layer.weight.item(), before]);
});

test('a module takes its own state', () => {
  const net = new Net();
  const before = snapshot(net);
  net.loadStateDict(net.stateDict());
  expect(snapshot(net)).toEqual(before);
});

test('all differences come in one error, and nothing is changed', () => {
  const net = new Net();
  const before = snapshot(net);
  const { 'hidden.bias': _, 'norm.running_var': __, ...rest } = net.stateDict();
  const given = {
    ...rest,
    'hidden.weight': zeros([3, 5]),
    'norm.num_batches_tracked': zeros([1]),
    'hiddenLayer.bias': zeros([3]),
    extra: zeros([1]),
  };
  expect(() => net.loadStateDict(given)).toThrow(
    new ArgumentError(
      [
        'loadStateDict: expected the names and shapes of Net, got a state dict that differs',
        '  missing: hidden.bias, norm.running_var',
        '  unexpected: hiddenLayer.bias, extra',
        '  hidden.weight: expected shape [3, 2], got [3, 5]',
        '  norm.num_batches_tracked: expected shape [], got [1]',
      ].join('\n'),
    ),
  );
  expect(() => net.loadStateDict(given, { strict: false })).toThrow(
    new ArgumentError(
      [
        'loadStateDict: expected the names and shapes of Net, got a state dict that differs',
        '  hidden.weight: expected shape [3, 2], got [3, 5]',
        '  norm.num_batches_tracked: expected shape [], got [1]',
      ].join('\n'),
    ),
  );
  expect(snapshot(net)).toEqual(before);
});

test('without strict, what fits is loaded and the rest is named', () => {
  const net = new Net();
  const result = net.loadStateDict({ 'output.bias': tensor([5]), head: zeros([1]) }, { strict: false });
  expect(net.output.bias?.item()).toBe(5);
  expect(result.unexpectedKeys).toEqual(['head']);
  expect(result.missingKeys).toContain('hidden.weight');
  expect(result.missingKeys).toHaveLength(8);
});

testFloat64('values are converted to the dtype that the module has', () => {
  const norm = new nn.BatchNorm1d(1).to('float64');
  norm.loadStateDict({
    weight: tensor([0.1]),
    bias: tensor([2], { dtype: 'int32' }),
    running_mean: tensor([3]),
    running_var: ones([1], { dtype: 'uint8' }),
    num_batches_tracked: tensor(7, { dtype: 'float64' }),
  });
  expect(snapshot(norm)).toEqual([
    ['weight', 'float64', [Math.fround(0.1)]],
    ['bias', 'float64', [2]],
    ['running_mean', 'float64', [3]],
    ['running_var', 'float64', [1]],
    ['num_batches_tracked', 'int32', 7],
  ]);
});

test('names that objects inherit are names like others', () => {
  const { missingKeys, unexpectedKeys } = new nn.Linear(1, 1).loadStateDict(
    Object.fromEntries([
      ['constructor', zeros([1])],
      ['__proto__', zeros([1])],
    ]),
    { strict: false },
  );
  expect([missingKeys, unexpectedKeys]).toEqual([
    ['weight', 'bias'],
    ['constructor', '__proto__'],
  ]);
});
