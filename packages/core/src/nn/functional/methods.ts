import { functionOf } from './method-function.ts';

/* Functions that are tensor methods too; formulas and errors stand with those. */

/** max(x, 0). */
export const relu = functionOf('relu');
/** x where x > 0, else negativeSlope · x. */
export const leakyRelu = functionOf('leakyRelu');
/** x where x > 0, else α(eˣ − 1). */
export const elu = functionOf('elu');
/** The Gaussian error linear unit x·Φ(x). */
export const gelu = functionOf('gelu');
/** x·σ(x). */
export const silu = functionOf('silu');
/** ln(1 + e^(βx))/β. */
export const softplus = functionOf('softplus');
/** 1/(1 + e⁻ˣ). */
export const sigmoid = functionOf('sigmoid');
/** (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ). */
export const tanh = functionOf('tanh');
/** eˣ / Σ eˣ along an axis. */
export const softmax = functionOf('softmax');
/** ln of the softmax along an axis. */
export const logSoftmax = functionOf('logSoftmax');
/** x·Wᵀ + b. */
export const linear = functionOf('linear');
/** (x − mean) / √(var + eps) · weight + bias over the last axes. */
export const layerNorm = functionOf('layerNorm');
/** (x − mean) / √(var + eps) · weight + bias for each channel. */
export const batchNorm = functionOf('batchNorm');
/** Each element 0 with probability p, else x/(1 − p), in training. */
export const dropout = functionOf('dropout');
/** A new last axis with 1 at the class index and 0 elsewhere. */
export const oneHot = functionOf('oneHot');
