import { assertNumber, assertTensor, describe } from '../../arguments.ts';
import { assertRange } from '../../assert-range.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { binaryCrossEntropyWithLogits } from './binary-cross-entropy-with-logits.ts';
import { assertClassTarget, classScores, classWeight } from './class-target.ts';
import { assertFloat, broadcastWeight, matchingTarget } from './loss-operands.ts';
import { assertReduction, type LossOptions, reduce } from './loss-reduction.ts';
import type { MarginLossOptions } from './margin-losses.ts';

/**
 * ln(1 + e^(−y·x)), element by element, then reduced, for y of 1 and −1. Stays finite where e^(−y·x) overflows.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.SoftMarginLoss.html
 */
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'softMarginLoss';
  const { reduction = 'mean' } = checkOptions(op, options, { reduction: true });
  const y = matchingTarget(op, input, target);
  // Beyond 40, ln(1 + eᶻ) is z to float64 rounding.
  return reduce(op, y.mul(input).neg().softplus(1, 40), reduction);
}

/** Throws {@link ShapeError} unless the input is [C] or [N, C] with classes. */
function assertRows(op: string, input: Tensor): void {
  assertFloat(op, 'input', input);
  if ((input.ndim === 1 || input.ndim === 2) && input.shape.at(-1)! > 0) return;
  throw new ShapeError(
    `${op}: expected an input [C] or [N, C] of at least 1 class, got ${formatShape(input.shape)}`,
  );
}

export interface MultiMarginLossOptions extends MarginLossOptions {
  /** Exponent of what is short of the margin: 1 (the default) or 2. */
  readonly p?: 1 | 2;
  /** Weight of each class, of shape [C]. Default: all 1. */
  readonly weight?: Tensor | undefined;
}

/**
 * Σ_{i ≠ y} w_y·max(0, margin − x_y + x_i)ᵖ / C for each sample, then reduced, with y the true class. Default margin 1.
 *
 * @param input x, scores, floating-point, [C] or [N, C].
 * @param target class indices y in [0, C), int32 or uint8, of shape [] or [N].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MultiMarginLoss.html
 */
export function multiMarginLoss(input: Tensor, target: Tensor, options: MultiMarginLossOptions = {}): Tensor {
  const op = 'multiMarginLoss';
  const {
    p = 1,
    margin = 1,
    weight,
    reduction = 'mean',
  } = checkOptions(op, options, { p: true, margin: true, weight: true, reduction: true });
  if (p !== 1 && p !== 2) throw new ArgumentError(`${op}: expected p to be 1 or 2, got ${describe(p)}`);
  assertNumber(op, 'margin', margin);
  assertRows(op, input);
  const scores = classScores(op, 'scores', input);
  assertClassTarget(scores, target, { ignoreIndex: 0, reduction });
  const y = target.int().unsqueeze(-1);
  const isTrue = y.newZeros(input.shape).scatter(-1, y, 1).ne(0);
  const short = input.sub(input.gather(-1, y)).add(margin).clamp(0).maskedFill(isTrue, 0);
  const sums = (p === 1 ? short : short.square()).sum(-1).div(scores.classes);
  if (weight === undefined) return reduce(op, sums, reduction);
  const perSample = classWeight(scores, weight).indexSelect(0, target.flatten()).reshape(target.shape);
  return reduce(op, sums.mul(perSample), reduction);
}

/**
 * Σ_j Σ_i max(0, 1 − (x_j − x_i)) / C for each sample, then reduced, where j runs over the true classes and i over all others.
 *
 * @param input x, scores, floating-point, [C] or [N, C].
 * @param target of the same shape, int32 or uint8: the true classes of a sample, then −1; what follows is not read.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MultiLabelMarginLoss.html
 */
export function multilabelMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'multilabelMarginLoss';
  const { reduction = 'mean' } = checkOptions(op, options, { reduction: true });
  assertReduction(op, reduction, ['mean', 'sum', 'none']);
  assertRows(op, input);
  assertTensor(op, 'target', target);
  if (target.dtype !== 'int32' && target.dtype !== 'uint8') {
    throw new DTypeError(`${op}: expected class indices as int32 or uint8, got ${target.dtype}`);
  }
  if (!sameShape(target.shape, input.shape)) {
    throw new ShapeError(
      `${op}: expected a target of the input's shape ${formatShape(input.shape)}, got ${formatShape(target.shape)}`,
    );
  }
  const classes = input.shape.at(-1)!;
  assertRange(target, {
    low: -1,
    high: classes - 1,
    except: -1,
    expected: `${op}: expected class indices in [0, ${classes - 1}], or -1 behind them`,
    rest: ' of the target',
  });
  const given = target.ge(0).int().cumprod(-1);
  const index = target.int().mul(given);
  const isTrue = given.newZeros(given.shape).scatterAdd(-1, index, given).ne(0);
  const ignored = given.eq(0).unsqueeze(-1).logicalOr(isTrue.unsqueeze(-2));
  const apart = input.gather(-1, index).unsqueeze(-1).sub(input.unsqueeze(-2));
  const sums = apart.neg().add(1).clamp(0).maskedFill(ignored, 0).sum([-2, -1]);
  return reduce(op, sums.div(classes), reduction);
}

export interface MultiLabelSoftMarginLossOptions extends LossOptions {
  /** Factor of each class's loss, of shape [C]; broadcasts to the input. Default: none. */
  readonly weight?: Tensor | undefined;
}

/**
 * −w(y ln σ(x) + (1 − y) ln(1 − σ(x))), its mean over the classes along the last axis, then reduced.
 *
 * @param input x, logits, floating-point, […, C].
 * @param target y, of the same shape, 1 for each class that a sample is of, else 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MultiLabelSoftMarginLoss.html
 */
export function multilabelSoftMarginLoss(
  input: Tensor,
  target: Tensor,
  options: MultiLabelSoftMarginLossOptions = {},
): Tensor {
  const op = 'multilabelSoftMarginLoss';
  const { weight, reduction = 'mean' } = checkOptions(op, options, { weight: true, reduction: true });
  const y = matchingTarget(op, input, target);
  if (input.ndim === 0) throw new ShapeError(`${op}: expected an input of shape [..., C], got a scalar`);
  const factor = weight === undefined ? undefined : broadcastWeight(op, 'weight', weight, input);
  const losses = binaryCrossEntropyWithLogits(input, y, { weight: factor, reduction: 'none' });
  return reduce(op, losses.mean(-1), reduction);
}
