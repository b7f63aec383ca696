import { nn, type Tensor, tensor } from '@kindling/core';

export const {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  nllLoss,
} = nn.functional;

export const double = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: 'float64' });

export const leaf = (data: Parameters<typeof tensor>[0]): Tensor =>
  tensor(data, { dtype: 'float64', requiresGrad: true });

export const classes = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: 'int32' });

/** Away from corners, where differences see both sides. */
export const x = (): Tensor =>
  leaf([
    [0.3, -1.2, 2.5],
    [-0.4, 0.9, -2.1],
  ]);

export const y = (): Tensor =>
  leaf([
    [0.8, -0.1, 0.2],
    [0.5, 0.35, 1.4],
  ]);

export const probabilities = (): Tensor =>
  leaf([
    [0.2, 0.7, 0.45],
    [0.9, 0.15, 0.6],
  ]);
