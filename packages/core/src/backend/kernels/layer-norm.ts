import { dense, kernel, number, optional, size } from './declaration.ts';

/** y ← (x − mean)·rstd·weight + bias, with rstd = 1/√(var + eps) of the population variance. */
export const layerNorm = kernel({
  optional: true,
  attributes: { rows: size(), length: size(1), eps: number },
  outputs: {
    y: dense('float', 'rows', 'length'),
    mean: dense('float', 'rows'),
    rstd: dense('float', 'rows'),
  },
  inputs: {
    x: dense('float', 'rows', 'length'),
    weight: optional(dense('float', 'length')),
    bias: optional(dense('float', 'length')),
  },
});

/** xGrad ← ∂L/∂x and, if present, ∂L/∂weight and ∂L/∂bias; `grad` is ∂L/∂y. */
export const layerNormBackward = kernel({
  optional: true,
  attributes: { rows: size(), length: size(1) },
  outputs: {
    xGrad: dense('float', 'rows', 'length'),
    weightGrad: optional(dense('float', 'length')),
    biasGrad: optional(dense('float', 'length')),
  },
  inputs: {
    grad: dense('float', 'rows', 'length'),
    x: dense('float', 'rows', 'length'),
    mean: dense('float', 'rows'),
    rstd: dense('float', 'rows'),
    weight: optional(dense('float', 'length')),
  },
});
