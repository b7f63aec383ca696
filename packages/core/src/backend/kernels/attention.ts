import { dense, flag, kernel, number, optional, size, strided } from './declaration.ts';

/** Queries [batch, heads, length, size], keys [batch, heads, keys, size] and values [batch, heads, keys, valueSize]. */
const attributes = {
  batch: size(),
  heads: size(),
  length: size(1),
  keys: size(1),
  size: size(1),
  valueSize: size(1),
  scale: number,
  causal: flag,
} as const;

const query = strided('float', 'batch', 'heads', 'length', 'size');
const key = strided('float', 'batch', 'heads', 'keys', 'size');
const value = strided('float', 'batch', 'heads', 'keys', 'valueSize');
const out = strided('float', 'batch', 'heads', 'length', 'valueSize');
const row = dense('float', 'batch', 'heads', 'length');
const mask = optional(strided('float', 'batch', 'heads', 'length', 'keys'));

/**
 * out ← softmax(scale · query·keyᵀ + mask) · value; where `causal`, query i sees the keys up to the i-th. A query of a call that hides keys
 * and that sees none of them gets 0. `maximum` is that of the scores of each query, 0 where all are −∞, and `total` the sum of their
 * exponentials less that maximum, ∞ where the query gets 0.
 */
export const scaledDotProductAttention = kernel({
  optional: true,
  attributes,
  outputs: { out, maximum: row, total: row },
  inputs: { query, key, value, mask },
});

/** The gradients of query, key and value; `grad` is ∂L/∂out. */
export const scaledDotProductAttentionBackward = kernel({
  optional: true,
  attributes,
  outputs: { queryGrad: query, keyGrad: key, valueGrad: value },
  inputs: { grad: out, out, maximum: row, total: row, query, key, value, mask },
});
