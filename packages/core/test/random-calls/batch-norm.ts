import { expect } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import { Tensor } from '../../src/index.ts';
import { filled } from './convolution.ts';
import { place } from './operand.ts';

type Float = 'float32' | 'float64';

/** Output, running statistics and gradients of a batch norm. */
function outcomes(backend: Backend, shape: readonly number[], dtype: Float, affine: number): Tensor[] {
  const of = (seed: number, sizes: readonly number[]): Tensor =>
    new Tensor(place(filled(sizes, dtype, seed), backend));
  const x = of(1, shape);
  const channels = [shape[1]!];
  const parameters = [of(2, channels), of(3, channels)].slice(0, affine);
  const [weight, bias] = parameters;
  const [runningMean, runningVar] = [of(4, channels), of(5, channels)];
  for (const leaf of [x, ...parameters]) leaf.requiresGrad_();
  const y = x.batchNorm({ weight, bias, runningMean, runningVar, training: true, momentum: 0.3, eps: 0.01 });
  y.backward(of(6, shape));
  return [y, runningMean, runningVar, ...[x, ...parameters].map((leaf) => leaf.grad!)];
}

/** Holds the batch norm of an engine, and its gradients, to the composition on the reference engine. */
export function compareBatchNorm(
  backend: Backend,
  shape: readonly number[],
  dtype: Float,
  affine: number,
): void {
  const wanted = outcomes(referenceBackend, shape, dtype, affine);
  outcomes(backend, shape, dtype, affine).forEach((got, i) => {
    const [a, b] = [got.data(), wanted[i]!.data()];
    const largest = Math.max(1, ...[...b].map(Math.abs));
    const room = largest * (dtype === 'float32' ? 4e-6 : 1e-12);
    for (let k = 0; k < b.length; k++) {
      if (Math.abs(a[k]! - b[k]!) <= room) continue;
      expect.fail(
        `batchNorm of [${shape}] ${dtype}, result ${i}, element ${k}: expected ${b[k]}, got ${a[k]}`,
      );
    }
  });
}
