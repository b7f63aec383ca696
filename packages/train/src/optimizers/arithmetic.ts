import { dynamicScalar, type Tensor, zerosLike } from '@kindling/core';
import type { StepTensors } from '@kindling/core/internal';
import type { OptimizerOptions, ParameterUpdate } from './update-rule.ts';

/** target ← target + factor · source. */
export function addScaled(target: Tensor, source: Tensor, factor: number | Tensor): Tensor {
  return target.add_(factor === 1 ? source : source.mul(factor));
}

/** mean ← decay · mean + (1 − decay) · value: a running mean that forgets. */
export function lerp(mean: Tensor, value: Tensor, decay: number): Tensor {
  return addScaled(mean.mul_(decay), value, 1 - decay);
}

/** The running mean of squares: mean ← decay · mean + (1 − decay) · value². */
export function lerpSquare(mean: Tensor, value: Tensor, decay: number): Tensor {
  return mean.mul_(decay).add_(value.mul(1 - decay).mul_(value));
}

/** target ← target + factor · numerator / denominator, rounded in that order. */
export function addcdiv(
  target: Tensor,
  numerator: Tensor,
  denominator: Tensor,
  factor: number | Tensor,
): Tensor {
  return target.add_(numerator.mul(factor).div_(denominator));
}

/** The effective gradient: negated under `maximize`, plus λ · param (L2 regularization). */
export function effectiveGradient(
  param: Tensor,
  grad: Tensor,
  { maximize, weightDecay }: Readonly<OptimizerOptions>,
): Tensor {
  const down = maximize ? grad.neg() : grad;
  return weightDecay === 0 ? down : param.mul(weightDecay).add_(down);
}

/** The gradient for optimizers that let weight decay shrink the parameter itself, if so asked: param ← (1 − lr · λ)param. */
export function decayed(
  param: Tensor,
  grad: Tensor,
  options: Readonly<OptimizerOptions & { decoupledWeightDecay: boolean }>,
): Tensor {
  const { weightDecay, maximize, decoupledWeightDecay } = options;
  if (!decoupledWeightDecay) return effectiveGradient(param, grad, options);
  if (weightDecay !== 0) param.mul_(dynamicScalar(() => 1 - options.lr * weightDecay, param));
  return maximize ? grad.neg() : grad;
}

/** Counts the update, and moves the running means of the gradient and of its square, which PyTorch names `exp_avg` and `exp_avg_sq`. */
export function updateMoments(
  { param, grad, state }: ParameterUpdate,
  options: Readonly<OptimizerOptions & { betas: readonly [number, number]; decoupledWeightDecay: boolean }>,
): { readonly gradient: Tensor; readonly mean: Tensor; readonly meanSquare: Tensor } {
  const [beta1, beta2] = options.betas;
  state.countStep();
  const gradient = decayed(param, grad, options);
  const mean = lerp(
    state.tensor('exp_avg', () => zerosLike(param)),
    gradient,
    beta1,
  );
  const meanSquare = lerpSquare(
    state.tensor('exp_avg_sq', () => zerosLike(param)),
    gradient,
    beta2,
  );
  return { gradient, mean, meanSquare };
}

/** Counts an update of each parameter, and gathers what a step's kernel takes of it; `kept` names its tensors, which `start` makes. */
export function stepTensors(
  updates: readonly ParameterUpdate[],
  kept: readonly string[],
  start: (param: Tensor) => Tensor = zerosLike,
): StepTensors[] {
  return updates.map(({ param, grad, state }) => {
    state.countStep();
    return { param, grad, kept: kept.map((name) => state.tensor(name, () => start(param))) };
  });
}
