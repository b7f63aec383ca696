import { assertTensor, describe } from '../../arguments.ts';
import { ArgumentError, formatShape, ShapeError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';
import {
  alongClasses,
  assertClassTarget,
  type ClassLossOptions,
  classLoss,
  classScores,
  classWeight,
  plainClassLoss,
  type Scores,
} from './class-target.ts';
import { inDTypeOf } from './loss-operands.ts';
import { assertReduction } from './loss-reduction.ts';

export interface CrossEntropyOptions extends ClassLossOptions {
  /** ε in [0, 1]: the target becomes (1 − ε)·target + ε/C. Default 0. */
  readonly labelSmoothing?: number;
}

/** −Σ_c w_c y_c log p_c for each place, reduced; the mean is over places. */
function distributionLoss(
  scores: Scores,
  target: Tensor,
  { weight, ignoreIndex, labelSmoothing = 0, reduction = 'mean' }: CrossEntropyOptions,
): Tensor {
  const { loss, logs, axis, classes } = scores;
  assertReduction(loss, reduction, ['mean', 'sum', 'none']);
  if (`${target.shape}` !== `${logs.shape}`) {
    throw new ShapeError(
      `${loss}: expected class probabilities of the logits' shape ${formatShape(logs.shape)}, got ${formatShape(target.shape)}`,
    );
  }
  if (ignoreIndex !== undefined && ignoreIndex >= 0) {
    throw new ArgumentError(`${loss}: expected no ignoreIndex with class probabilities, got ${ignoreIndex}`);
  }
  const given = inDTypeOf(loss, 'target', target, logs);
  const y = labelSmoothing > 0 ? given.mul(1 - labelSmoothing).add(labelSmoothing / classes) : given;
  const products = logs.mul(y);
  const weighted =
    weight === undefined ? products : products.mul(alongClasses(classWeight(scores, weight), scores));
  if (reduction === 'none') return weighted.sum(axis).neg();
  const total = weighted.sum().neg();
  return reduction === 'sum' ? total : total.div(logs.numel / classes);
}

/**
 * Cross-entropy of logits: −w_y ln softmax(x)_y for the true class y, or −Σ_c w_c y_c ln softmax(x)_c for class
 * probabilities y, then reduced; `logSoftmax` and `nllLoss` in one.
 *
 * @param input x, logits, floating-point, [C], [N, C] or [N, C, d1, …]. No softmax before it.
 * @param target class indices in [0, C) as int32 or uint8, of the input's shape without C; or floats of the input's shape, the
 *   probability of each class.
 * @returns a scalar, or with `reduction: 'none'` the input's shape without C. The mean of class indices is weighted (Σ loss / Σ w_y,
 *   without what is ignored), that of probabilities is over places.
 *
 * Throws `ShapeError` for shapes that do not belong together, `ArgumentError` for class indices out of range, a
 * smoothing outside [0, 1] and an ignoreIndex with probabilities, and `DTypeError` where the input is not a float, the target
 * is bool, or target or weight are of another float dtype.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.CrossEntropyLoss.html
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { labelSmoothing = 0 } = checkOptions('crossEntropy', options, {
    weight: true,
    ignoreIndex: true,
    reduction: true,
    labelSmoothing: true,
  });
  if (!(typeof labelSmoothing === 'number' && labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ArgumentError(
      `crossEntropy: expected a labelSmoothing in [0, 1], got ${describe(labelSmoothing)}`,
    );
  }
  const raw = classScores('crossEntropy', 'logits', input);
  assertTensor('crossEntropy', 'target', target);
  const scores = (): Scores => ({ ...raw, logs: input.logSoftmax(raw.axis) });
  // A float target with the shape of class indices is one whose dtype was forgotten; `classLoss` says so.
  const isDistribution = target.dtype.startsWith('float') && target.ndim !== input.ndim - 1;
  if (isDistribution) return distributionLoss(scores(), target, options);
  assertClassTarget(raw, target, options);
  const plain = labelSmoothing === 0 ? plainClassLoss(input, target, options) : undefined;
  return plain ?? classLoss(scores(), target, options, labelSmoothing);
}
