import {
  ArgumentError,
  DeviceError,
  DTypeError,
  isGradEnabled,
  nn,
  ones,
  scope,
  tensor,
  zeros,
} from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { testFloat64 } from '../float64.ts';
import { expectSame } from './same.ts';

describe('to', () => {
  testFloat64('converts floats in place: the same parameters, gradients included', () => {
    const model = new nn.Sequential(new nn.Linear(2, 2), new nn.BatchNorm1d(2));
    model
      .forward(
        tensor([
          [1, 2],
          [3, 5],
        ]),
      )
      .sum()
      .backward();
    const before = model.parameters();
    const values = before.map((parameter) => parameter.toArray());
    expect(model.to('float64')).toBe(model);
    expectSame(model.parameters(), before);
    expect(before.map(({ dtype, grad }) => [dtype, grad?.dtype])).toEqual(
      before.map(() => ['float64', 'float64']),
    );
    expect(before.map((parameter) => parameter.toArray())).toEqual(values);
    expect(model.namedBuffers().map(([name, { dtype }]) => [name, dtype])).toEqual([
      ['1.running_mean', 'float64'],
      ['1.running_var', 'float64'],
      ['1.num_batches_tracked', 'int32'],
    ]);
    expect(model.forward(ones([3, 2], { dtype: 'float64' })).dtype).toBe('float64');
    expect(before.every(({ isLeaf, requiresGrad }) => isLeaf && requiresGrad)).toBe(true);
  });

  testFloat64('leaves a graph that was recorded before with the old values', () => {
    const layer = new nn.Linear(1, 1, { bias: false });
    const loss = layer
      .forward(tensor([[3]]))
      .square()
      .sum();
    layer.to('float64');
    loss.backward();
    const weight = layer.weight.item();
    expect(layer.weight.grad?.item()).toBeCloseTo(2 * 9 * weight, 5);
  });

  test('takes a device, and both in an object; a parameter that is shared stays shared', () => {
    const layer = new nn.Linear(1, 1);
    const twice = new nn.Sequential(layer, layer).to({ device: 'cpu', dtype: 'float64' });
    expectSame(twice.parameters(), [layer.weight, layer.bias]);
    expect(
      twice
        .to('cpu')
        .parameters()
        .map(({ device }) => device),
    ).toEqual(['cpu', 'cpu']);
  });

  test('refuses integers, and devices that are not there', () => {
    const layer = new nn.Linear(1, 1);
    expect(() => layer.to('int32')).toThrow(
      new DTypeError('to: expected float32 or float64 for a module, got int32'),
    );
    expect(() => layer.to('abacus')).toThrow(DeviceError);
    expect(isGradEnabled()).toBe(true);
    expect(layer.weight.dtype).toBe('float32');
  });

  testFloat64('survives a scope around it', () => {
    const layer = new nn.Linear(1, 1);
    layer.forward(ones([1, 1])).backward();
    scope(() => void layer.to('float64'));
    expect(layer.forward(ones([1, 1], { dtype: 'float64' })).shape).toEqual([1, 1]);
    expect(layer.weight.grad?.toArray()).toEqual([[1]]);
  });
});

describe('set_', () => {
  testFloat64('takes over memory, shape and dtype', () => {
    const target = zeros([2]);
    const source = tensor([[1, 2, 3]], { dtype: 'float64' });
    expect(target.set_(source)).toBe(target);
    source.fill_(4);
    expect([target.dtype, target.toArray()]).toEqual(['float64', [[4, 4, 4]]]);
    source.dispose();
    expect(target.set_(target).toArray()).toEqual([[4, 4, 4]]);
  });

  test('refuses views, recorded results, integers that should require grad, and disposed sources', () => {
    const leaf = ones([4], { requiresGrad: true });
    const message = 'set_: expected a leaf that owns its memory, got a view or a recorded result';
    expect(() => leaf.mul(2).set_(zeros([4]))).toThrow(message);
    expect(() =>
      ones([4])
        .slice(0, 1)
        .set_(zeros([4])),
    ).toThrow(message);
    expect(() => leaf.set_(zeros([4], { dtype: 'int32' }))).toThrow(
      new DTypeError('set_: expected floats for a tensor that requires grad, got int32'),
    );
    const gone = zeros([4]);
    gone.dispose();
    expect(() => leaf.set_(gone)).toThrow(ArgumentError);
    expect(leaf.toArray()).toEqual([1, 1, 1, 1]);
  });
});
