import { dense, kernel, number, size, strided } from './declaration.ts';

/** The part of a minibatch that one row of class scores is: `[rows, classes]`. */
const classes = {
  rows: size(),
  classes: size(1),
  /** Class number that costs nothing and does not count. */
  ignoreIndex: number,
} as const;

const target = dense(['int32', 'uint8'], 'rows');

/**
 * losses ← −log softmax(x) at the target (0 where ignored), logProbabilities ← log softmax(x), count, a scalar ← the number of rows
 * that count. Rows whose target is out of range count as ignored.
 */
export const crossEntropy = kernel({
  optional: true,
  attributes: classes,
  outputs: {
    losses: dense('float', 'rows'),
    logProbabilities: dense('float', 'rows', 'classes'),
    count: dense('float', 1),
  },
  inputs: { x: dense('float', 'rows', 'classes'), target },
});

/** out ← (eˡ − onehot(target)) · grad, 0 where ignored, with l = `logProbabilities`, an output of crossEntropy. */
export const crossEntropyBackward = kernel({
  optional: true,
  attributes: classes,
  outputs: { out: dense('float', 'rows', 'classes') },
  inputs: { logProbabilities: dense('float', 'rows', 'classes'), target, grad: strided('float', 'rows') },
});

/** `divisor`: what the sum of a loss over all elements is divided by. */
const pairs = {
  optional: true,
  elements: 'x',
  attributes: { divisor: number },
  outputs: { out: dense('float', 1) },
  inputs: { x: dense('float', 'elements'), y: dense('float', 'elements') },
} as const;

const pairsBackward = {
  ...pairs,
  outputs: { out: dense('float', 'elements') },
  inputs: { ...pairs.inputs, grad: dense('float', 1) },
} as const;

/** out ← Σ (x − y)² / divisor. */
export const mse = kernel(pairs);

/** out ← 2(x − y) · grad / divisor. */
export const mseBackward = kernel(pairsBackward);

/** out ← Σ ((y − 1) max(ln(1 − x), −100) − y max(ln x, −100)) / divisor. */
export const bce = kernel(pairs);

/** out ← (x − y) / max(x(1 − x), 10⁻¹²) · grad / divisor. */
export const bceBackward = kernel(pairsBackward);
