import { compile, manualSeed, nn, rand, type Tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { Adagrad, Adam, AdamW, clipGradNorm, type Optimizer, RMSprop, SGD } from '../../src/index.ts';
import { encodeTree } from '../../src/run/tensor-tree.ts';
import { bytes, hasKernels } from './set-up.ts';

/*
 * The gradients of a batch of one sample are products of a column and a row, which a recorded step may leave unstored until the last of
 * the steps that run together.
 */

const makers: Record<string, (parameters: Iterable<Tensor>) => Optimizer> = {
  SGD: (p) => new SGD(p, { lr: 0.05 }),
  'SGD with momentum': (p) => new SGD(p, { lr: 0.05, momentum: 0.9, dampening: 0.1 }),
  'SGD, Nesterov, decay': (p) => new SGD(p, { lr: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  'SGD, maximized': (p) => new SGD(p, { lr: 0.01, maximize: true }),
  Adam: (p) => new Adam(p, { lr: 0.01 }),
  'Adam, AMSGrad, decay': (p) => new Adam(p, { lr: 0.01, amsgrad: true, weightDecay: 0.01 }),
  AdamW: (p) => new AdamW(p, { lr: 0.01 }),
  RMSprop: (p) => new RMSprop(p, { lr: 0.01, momentum: 0.5, centered: true }),
  Adagrad: (p) => new Adagrad(p, { lr: 0.01 }),
};

interface Variant {
  readonly shape: readonly number[];
  /** Elements of a sample, and so of a row of the first gradient. Default 37. */
  readonly width?: number;
  readonly dtype?: 'float32' | 'float64';
  readonly isClipped?: boolean;
  /** Whether the step gives a gradient back. */
  readonly isReturned?: boolean;
}

/** What 30 steps leave behind, run one by one or recorded and together. */
function trained(make: (parameters: Iterable<Tensor>) => Optimizer, variant: Variant, isRecorded: boolean) {
  const { shape, width = 37, dtype = 'float32', isClipped = false, isReturned = false } = variant;
  manualSeed(11);
  const input = rand([...shape, width], { dtype }).sub(0.5);
  const target = rand([...shape, 3], { dtype });
  const model = new nn.Sequential(new nn.Linear(width, 21), new nn.ReLU(), new nn.Linear(21, 3)).to(dtype);
  const parameters = model.parameters();
  const optimizer = make(parameters);
  const body = (): Tensor => {
    const loss = nn.functional.mseLoss(model.forward(input), target);
    optimizer.zeroGrad();
    loss.backward();
    if (isClipped) clipGradNorm(parameters, 0.1);
    optimizer.step();
    return isReturned ? parameters[0]!.grad!.sum().add(loss.detach()) : loss.detach();
  };
  const results: number[] = [];
  if (isRecorded) {
    const step = compile(body);
    for (const count of [3, 26, 1]) results.push(...step.runMany(count, []).data());
    if (hasKernels) expect(step.replays).toBeGreaterThan(20);
  } else for (let i = 0; i < 30; i++) results.push(body().item());
  return {
    results,
    weights: bytes(parameters),
    gradients: bytes(parameters.map(({ grad }) => grad!)),
    state: JSON.stringify(encodeTree(optimizer.stateDict())),
  };
}

describe.each(Object.entries(makers))('%s', (_, make) => {
  test.each<[string, Variant]>([
    ['one sample', { shape: [] }],
    ['a batch of one', { shape: [1] }],
    ['a batch of two', { shape: [2] }],
    ['one sample of float64', { shape: [], dtype: 'float64' }],
    ['one sample of many elements', { shape: [], width: 531 }],
    ['one sample of many elements of float64', { shape: [], width: 531, dtype: 'float64' }],
    ['one sample, gradients clipped', { shape: [], isClipped: true }],
    ['one sample, a gradient given back', { shape: [1], isReturned: true }],
  ])('together steps take %s to the same bits as one by one', (_, variant) => {
    expect(trained(make, variant, true)).toEqual(trained(make, variant, false));
  });
});
