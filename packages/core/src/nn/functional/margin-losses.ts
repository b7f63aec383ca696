import { assertBoolean, assertFunction, assertNumber, assertTensor } from '../../arguments.ts';
import { ArgumentError, formatShape, ShapeError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { pairwiseDistance } from './distance.ts';
import { assertFloat, inDTypeOf, matchingTarget } from './loss-operands.ts';
import { type LossOptions, reduce } from './loss-reduction.ts';

export interface MarginLossOptions extends LossOptions {
  /** How far apart what differs should be. */
  readonly margin?: number;
}

/**
 * x where y is 1, max(0, margin − x) where it is −1, element by element, then reduced. Default margin 1.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.HingeEmbeddingLoss.html
 */
export function hingeEmbeddingLoss(input: Tensor, target: Tensor, options: MarginLossOptions = {}): Tensor {
  const op = 'hingeEmbeddingLoss';
  const { margin = 1, reduction = 'mean' } = checkOptions(op, options, { margin: true, reduction: true });
  assertNumber(op, 'margin', margin);
  const y = matchingTarget(op, input, target);
  const apart = input.neg().add(margin).clamp(0);
  return reduce(op, apart.maskedFill(y.eq(1), 0).add(input.maskedFill(y.eq(-1), 0)), reduction);
}

/**
 * max(0, −y(x₁ − x₂) + margin), element by element, then reduced, for y of 1 where x₁ should be larger, else −1. Default margin 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MarginRankingLoss.html
 */
export function marginRankingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: MarginLossOptions = {},
): Tensor {
  const op = 'marginRankingLoss';
  const { margin = 0, reduction = 'mean' } = checkOptions(op, options, { margin: true, reduction: true });
  assertNumber(op, 'margin', margin);
  const other = matchingTarget(op, input1, input2);
  const y = matchingTarget(op, input1, target);
  return reduce(op, y.neg().mul(input1.sub(other)).add(margin).clamp(0), reduction);
}

/** Keeps a vector without length from dividing by 0, as in PyTorch. */
const SMALLEST_SQUARE = 1e-12;

/**
 * 1 − cos(x₁, x₂) where y is 1, max(0, cos(x₁, x₂) − margin) where it is −1, for vectors along the last axis, then reduced. Default
 * margin 0.
 *
 * @param target y, of the inputs' shape without the last axis.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.CosineEmbeddingLoss.html
 */
export function cosineEmbeddingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: MarginLossOptions = {},
): Tensor {
  const op = 'cosineEmbeddingLoss';
  const { margin = 0, reduction = 'mean' } = checkOptions(op, options, { margin: true, reduction: true });
  assertNumber(op, 'margin', margin);
  const other = matchingTarget(op, input1, input2);
  assertTensor(op, 'target', target);
  if (input1.ndim === 0 || !sameShape(target.shape, input1.shape.slice(0, -1))) {
    throw new ShapeError(
      `${op}: expected a target of the inputs' shape ${formatShape(input1.shape)} without the last size, got ${formatShape(target.shape)}`,
    );
  }
  const y = inDTypeOf(op, 'target', target, input1);
  const square = (x: Tensor): Tensor => x.square().sum(-1).add(SMALLEST_SQUARE);
  const cosine = input1
    .mul(other)
    .sum(-1)
    .div(square(input1).mul(square(other)).sqrt());
  const alike = cosine.neg().add(1).maskedFill(y.ne(1), 0);
  const apart = cosine.sub(margin).clamp(0).maskedFill(y.ne(-1), 0);
  return reduce(op, alike.add(apart), reduction);
}

export interface TripletMarginLossOptions extends MarginLossOptions {
  /** Exponent of the norm. Default 2. */
  readonly p?: number;
  /** Added to each difference. Default 1e-6. */
  readonly eps?: number;
  /** Take the distance of positive and negative where it is shorter than that of anchor and negative. Default false. */
  readonly swap?: boolean;
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin), with d the distance of vectors along the last axis, then reduced. Default
 * margin 1.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.TripletMarginLoss.html
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  const op = 'tripletMarginLoss';
  const {
    margin = 1,
    p = 2,
    eps = 1e-6,
    swap = false,
    reduction = 'mean',
  } = checkOptions(op, options, { margin: true, p: true, eps: true, swap: true, reduction: true });
  assertNumber(op, 'margin', margin);
  assertBoolean(op, 'swap', swap);
  assertFloat(op, 'anchor', anchor);
  assertTensor(op, 'positive', positive);
  assertTensor(op, 'negative', negative);
  const near = pairwiseDistance(anchor, positive, { p, eps });
  const far = pairwiseDistance(anchor, negative, { p, eps });
  const apart = swap ? far.minimum(pairwiseDistance(positive, negative, { p, eps })) : far;
  return reduce(op, near.sub(apart).add(margin).clamp(0), reduction);
}

export interface TripletMarginWithDistanceLossOptions extends MarginLossOptions {
  /** d, of two batches. Default {@link pairwiseDistance}. */
  readonly distanceFunction?: ((x1: Tensor, x2: Tensor) => Tensor) | undefined;
  /** Take the distance of positive and negative where it is shorter than that of anchor and negative. Default false. */
  readonly swap?: boolean;
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin) for a distance d of one's own, then reduced. Default margin 1.
 *
 * @throws {ArgumentError} for a margin that is not above 0.
 * @throws {ShapeError} where the numbers of dims differ.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.TripletMarginWithDistanceLoss.html
 */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginWithDistanceLossOptions = {},
): Tensor {
  const op = 'tripletMarginWithDistanceLoss';
  const {
    distanceFunction = pairwiseDistance,
    margin = 1,
    swap = false,
    reduction = 'mean',
  } = checkOptions(op, options, { distanceFunction: true, margin: true, swap: true, reduction: true });
  assertFunction(op, 'distanceFunction', distanceFunction);
  assertNumber(op, 'margin', margin);
  if (!(margin > 0)) throw new ArgumentError(`${op}: expected a margin above 0, got ${margin}`);
  assertBoolean(op, 'swap', swap);
  assertFloat(op, 'anchor', anchor);
  assertTensor(op, 'positive', positive);
  assertTensor(op, 'negative', negative);
  if (positive.ndim !== anchor.ndim || negative.ndim !== anchor.ndim) {
    throw new ShapeError(
      `${op}: expected tensors of one number of dims, got shapes ${[anchor, positive, negative].map(({ shape }) => formatShape(shape)).join(', ')}`,
    );
  }
  const distance = (x1: Tensor, x2: Tensor): Tensor => {
    const result = distanceFunction(x1, x2);
    assertTensor(op, 'the result of distanceFunction', result);
    return result;
  };
  const near = distance(anchor, positive);
  const far = distance(anchor, negative);
  const apart = swap ? far.minimum(distance(positive, negative)) : far;
  return reduce(op, near.sub(apart).add(margin).clamp(0), reduction);
}
