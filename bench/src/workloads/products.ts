import type { ProductTask } from '../task.ts';
import type { StepWorkload } from '../workload.ts';

type Shape = readonly [m: number, k: number, n: number, transpose?: 'a' | 'b'];

const squares: readonly Shape[] = [64, 128, 256, 512, 1024, 2048].map((n) => [n, n, n]);

/** The products of a step through a linear layer: x·Wᵀ, then ∂W = ∂yᵀ·x, then ∂x = ∂y·W. */
const layer = (batch: number, inputs: number, outputs: number): readonly Shape[] => [
  [batch, inputs, outputs, 'b'],
  [outputs, batch, inputs, 'a'],
  [batch, outputs, inputs],
];

/** Those of mnist's first layer and of the large network; inputs need no gradient, and its middle layer's is a square. */
const networks: readonly Shape[] = [
  ...layer(256, 784, 256).slice(0, 2),
  ...layer(1024, 784, 1024).slice(0, 2),
  ...layer(1024, 1024, 1024).slice(0, 2),
  ...layer(1024, 1024, 10),
];

function product([m, k, n, transpose]: Shape, threads: number): StepWorkload {
  const step: ProductTask = {
    kind: 'product',
    m,
    k,
    n,
    transposeA: transpose === 'a',
    transposeB: transpose === 'b',
  };
  const operands = `${m}x${k}${transpose === 'a' ? 't' : ''}-${k}x${n}${transpose === 'b' ? 't' : ''}`;
  return {
    name: `matmul-${m === k && k === n && transpose === undefined ? m : operands}-${threads}t`,
    group: `matmul-${threads}t`,
    measure: 'steps',
    unit: 'GFLOP/s',
    threads,
    step,
    work: 2 * m * k * n,
    limit: `fma-${threads}t`,
  };
}

/** Each product with one thread and with two, against those that use as many. A `t` after an operand: it lies transposed. */
export const products: readonly StepWorkload[] = [1, 2].flatMap((threads) =>
  [...squares, ...networks].map((shape) => product(shape, threads)),
);
