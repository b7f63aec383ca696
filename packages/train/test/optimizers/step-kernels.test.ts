import { type DType, type Tensor, tensor } from '@kindling/core';
import { Adagrad, Adam, AdamW, type Optimizer, RMSprop, SGD } from '@kindling/train';
import { describe, expect, test, vi } from 'vitest';
import { backend, bytes, hasKernels, leaf, makers } from './set-up.ts';

if (!hasKernels) console.warn(`tests of step kernels skipped: the engine ${backend.name} has none`);

const numel = (shape: readonly number[]): number => shape.reduce((count, size) => count * size, 1);

/** How many kernels a step runs. */
function kernelsOf(optimizer: Optimizer): number {
  const { backend } = optimizer.paramGroups[0]!.params[0]!.storage;
  const execute = vi.spyOn(backend, 'execute');
  optimizer.step();
  const { length } = execute.mock.calls;
  execute.mockRestore();
  return length;
}

test.each([
  [2, { lr: 0.1 }],
  [4, { lr: 0.1, momentum: 0.9 }],
  [5, { lr: 0.1, momentum: 0.9, dampening: 0.1 }],
])('a step of SGD is %i operations a parameter with %o', (count, options) => {
  const param = leaf([1, 2, 3]);
  vi.spyOn(param.storage.backend, 'supports').mockReturnValue(false);
  const optimizer = new SGD([param], options);
  param.grad = tensor([1, 1, 1]);
  optimizer.step();
  expect(kernelsOf(optimizer)).toBe(count);
  vi.restoreAllMocks();
});

describe.skipIf(!hasKernels)('step kernels', () => {
  test('one takes 32 parameters of one dtype that had as many updates', () => {
    const params = Array.from({ length: 40 }, (_, i) => leaf([i, 1]));
    const double = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
    const optimizer = new Adam([...params, double]);
    const update = (some: readonly Tensor[]): number => {
      optimizer.zeroGrad();
      for (const param of some) param.grad = param.detach().clone();
      return kernelsOf(optimizer);
    };
    update(params.slice(0, 39));
    expect(update(params.slice(0, 32))).toBe(1);
    expect(update(params.slice(0, 20))).toBe(1);
    // Updates so far: 3 of the first 20, 2 of the next 12, 1 of the next 7, none of the last and the double.
    const fresh = 4;
    expect(update([...params, double])).toBe(5 + fresh);
    expect(update([...params.slice(0, 32)])).toBe(2);
  });

  const cases: readonly (readonly [string, (params: Tensor[]) => Optimizer])[] = [
    ...makers,
    ['SGD without momentum', (params) => new SGD(params, { lr: 0.1 })],
    [
      'SGD that climbs',
      (params) => new SGD(params, { lr: 0.1, momentum: 0.5, maximize: true, weightDecay: 0.1 }),
    ],
    ['Adam, plain', (params) => new Adam(params)],
    ['AdamW that climbs', (params) => new AdamW(params, { maximize: true, amsgrad: true })],
    ['RMSprop, plain', (params) => new RMSprop(params, { weightDecay: 0.1 })],
    ['RMSprop, centered', (params) => new RMSprop(params, { centered: true })],
    ['RMSprop with momentum', (params) => new RMSprop(params, { momentum: 0.9 })],
    ['Adagrad, plain', (params) => new Adagrad(params, { maximize: true })],
  ];
  const shapes = [[3], [], [17, 33], ...Array.from({ length: 33 }, (_, i) => [i + 1])];

  test.each(cases)('%s: the same bits as by operations', (_, make) => {
    const train = (dtype: DType): number[][] => {
      const params = shapes.map((shape, i) =>
        tensor(
          Float64Array.from({ length: numel(shape) }, (_, j) => Math.cos(i + j)),
          { shape, dtype, requiresGrad: true },
        ),
      );
      const optimizer = make(params);
      for (let step = 0; step < 4; step++) {
        for (const [i, param] of params.entries()) {
          const elements = Float64Array.from({ length: param.numel }, (_, j) =>
            Math.sin(step * 7 + i + j * j),
          );
          param.grad = tensor(elements, { shape: param.shape, dtype });
        }
        optimizer.paramGroups[0]!.lr *= 0.9;
        optimizer.step();
      }
      return bytes(params);
    };
    for (const dtype of ['float32', 'float64'] as const) {
      const fused = train(dtype);
      const supports = vi.spyOn(backend, 'supports').mockReturnValue(false);
      const composed = train(dtype);
      supports.mockRestore();
      expect(fused).toEqual(composed);
    }
  });

  test('Adam: the mean of a gradient that has become 0 ends as 0, and parameters are as by operations', () => {
    const train = () => {
      const param = tensor([0.5, -2, 0], { requiresGrad: true });
      const optimizer = new Adam([param]);
      param.grad = tensor([0.1, -3, 1e-4]);
      optimizer.step();
      param.grad = tensor([0, 0, 0]);
      for (let step = 0; step < 900; step++) optimizer.step();
      return { param: bytes([param]), mean: (optimizer.stateDict().state[0]!.exp_avg as Tensor).toArray() };
    };
    const fused = train();
    const supports = vi.spyOn(backend, 'supports').mockReturnValue(false);
    const composed = train();
    supports.mockRestore();
    expect(fused.mean).toEqual([0, 0, 0]);
    expect(composed.mean).not.toEqual([0, 0, 0]);
    expect(fused.param).toEqual(composed.param);
  });
});
