import { type Tensor, tensor } from '@kindling/core';
import {
  Adagrad,
  Adam,
  AdamW,
  mse,
  type Optimizer,
  type OptimizerStateDict,
  RMSprop,
  SGD,
} from '@kindling/train';
import { decodeTree, encodeTree } from '../../src/run/tensor-tree.ts';

export const leaf = (data: number[] | number[][], device = 'cpu'): Tensor =>
  tensor(data, { requiresGrad: true, device });

export const { backend } = tensor(0).storage;

export const hasKernels = backend.supports('sgdStep');

/** Every optimizer with each part of its state in use. */
export const makers: readonly (readonly [string, (params: Tensor[]) => Optimizer])[] = [
  ['SGD', (params) => new SGD(params, { lr: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.01 })],
  ['SGD, nesterov', (params) => new SGD(params, { lr: 0.1, momentum: 0.9, nesterov: true })],
  ['Adam', (params) => new Adam(params, { lr: 0.1, weightDecay: 0.01, amsgrad: true })],
  ['AdamW', (params) => new AdamW(params, { lr: 0.1 })],
  ['RMSprop', (params) => new RMSprop(params, { momentum: 0.5, centered: true })],
  ['Adagrad', (params) => new Adagrad(params, { lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.1 })],
];

/** A gradient that is different at each step and for each element. */
export function learn(optimizer: Optimizer, params: readonly Tensor[], from: number, to: number): void {
  for (let step = from; step < to; step++) {
    optimizer.zeroGrad();
    for (const [i, param] of params.entries()) {
      const target = tensor(Float32Array.from({ length: param.numel }, (_, j) => Math.sin(step + 3 * i + j)));
      mse(param.flatten(), target, { reduction: 'sum' }).backward();
    }
    optimizer.step();
  }
}

export const start = (): Tensor[] => [leaf([[1, -2, 0.5]]), leaf([0.25, -0.75])];

export const bytes = (params: readonly Tensor[]): number[][] => params.map((param) => [...param.data()]);

/** What a checkpoint does to a state: numbers become JSON and tensors bytes. */
export function stored(state: OptimizerStateDict): OptimizerStateDict {
  return decodeTree(encodeTree(state), 'state') as OptimizerStateDict;
}
