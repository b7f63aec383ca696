import { dense, flag, kernel, matrix, optional, size } from './declaration.ts';

/**
 * out ← a · b + bias. a is [batch, m, k], or [batch, k, m] when transposed; b is [batch, k, n], or [batch, n, k]. Rows of a and b are
 * contiguous; the strides of rows and batches are free (0 broadcasts). There is a bias only where `supports('linear')`.
 */
export const matmul = kernel({
  attributes: {
    batch: size(),
    m: size(),
    n: size(),
    k: size(1),
    transposeA: flag,
    transposeB: flag,
  },
  outputs: { out: dense('any', 'batch', 'm', 'n') },
  inputs: {
    a: matrix('any', ['batch', 'm', 'k'], 'transposeA'),
    b: matrix('any', ['batch', 'k', 'n'], 'transposeB'),
    bias: optional(dense('any', 'n')),
  },
});
