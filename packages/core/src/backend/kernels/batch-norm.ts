import { dense, kernel, number, optional, size } from './declaration.ts';

const perChannel = dense('float', 'channels');
const elements = dense('float', 'samples', 'channels', 'length');

/**
 * y ← (x − mean) / √(variance + eps) · weight + bias with mean and population variance of each channel; runningMean ← (1 − momentum) ·
 * runningMean + momentum · mean, and runningVar likewise towards the unbiased variance.
 */
export const batchNorm = kernel({
  optional: true,
  updatesOutputs: true,
  attributes: { samples: size(), channels: size(), length: size(1), eps: number, momentum: number },
  outputs: {
    y: elements,
    mean: perChannel,
    variance: perChannel,
    runningMean: optional(perChannel),
    runningVar: optional(perChannel),
  },
  inputs: { x: elements, weight: optional(perChannel), bias: optional(perChannel) },
});

/** xGrad ← ∂L/∂x and, if present, ∂L/∂weight and ∂L/∂bias; `grad` is ∂L/∂y, `mean` and `variance` are outputs of batchNorm. */
export const batchNormBackward = kernel({
  optional: true,
  attributes: { samples: size(), channels: size(), length: size(1), eps: number },
  outputs: { xGrad: elements, weightGrad: optional(perChannel), biasGrad: optional(perChannel) },
  inputs: {
    grad: elements,
    x: elements,
    mean: perChannel,
    variance: perChannel,
    weight: optional(perChannel),
  },
});
