import { dense, flag, kernel, number, size, tensors } from './declaration.ts';

/** Parameters that one call of an optimizer step takes. */
export const MAX_TENSORS = 32;

/** Options that every optimizer step has. One call takes parameters of one dtype. */
const step = {
  /** Parameters in the call. */
  count: size(1, MAX_TENSORS),
  /** λ: the gradient becomes grad + λ · param. */
  weightDecay: number,
  /** Whether the gradient is reversed first. */
  maximize: flag,
} as const;

/** momentumBuffer ← μv + (1 − τ)g, or g at the first step; param ← param − lr·v, or lr·(g + μv) with nesterov. `scalars`: [lr]. */
export const sgdStep = kernel({
  optional: true,
  updatesOutputs: true,
  attributes: { ...step, momentum: number, dampening: number, nesterov: flag, isFirst: flag },
  outputs: { params: tensors(), momentumBuffer: tensors('momentum') },
  inputs: { scalars: dense('float', 1), grads: tensors() },
});

/**
 * param ← decay · param; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; param ← param − size · m / (√v̂/correction + ε), where v̂ is v, or with
 * amsgrad the largest v so far. `scalars`: [size, correction, decay] with size = lr/(1 − β₁ᵗ), correction = √(1 − β₂ᵗ), and decay 1 − lr·λ
 * for AdamW, else 1.
 */
export const adamStep = kernel({
  optional: true,
  updatesOutputs: true,
  attributes: { ...step, beta1: number, beta2: number, eps: number, amsgrad: flag },
  outputs: { params: tensors(), m: tensors(), v: tensors(), maxV: tensors('amsgrad') },
  inputs: { scalars: dense('float', 3), grads: tensors() },
});

/**
 * s ← αs + (1 − α)g²; centered: a ← αa + (1 − α)g, d = √(s − a²) + ε, else d = √s + ε; with momentum b ← μb + g/d, param ← param − lr·b, else
 * param ← param − lr·g/d. `squareAverage` is s, `momentumBuffer` b, `gradAverage` a; `scalars`: [lr].
 */
export const rmspropStep = kernel({
  optional: true,
  updatesOutputs: true,
  attributes: { ...step, alpha: number, eps: number, momentum: number, centered: flag },
  outputs: {
    params: tensors(),
    squareAverage: tensors(),
    momentumBuffer: tensors('momentum'),
    gradAverage: tensors('centered'),
  },
  inputs: { scalars: dense('float', 1), grads: tensors() },
});

/** sum ← sum + g²; param ← param − rate · g/(√sum + ε). `scalars`: [rate]. */
export const adagradStep = kernel({
  optional: true,
  updatesOutputs: true,
  attributes: { ...step, eps: number },
  outputs: { params: tensors(), sum: tensors() },
  inputs: { scalars: dense('float', 1), grads: tensors() },
});
