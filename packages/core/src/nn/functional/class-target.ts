import { assertTensor, assertWhole } from '../../arguments.ts';
import { assertRange } from '../../assert-range.ts';
import { apply } from '../../autograd/apply.ts';
import { DTypeError, formatShape, ShapeError } from '../../errors.ts';
import { crossEntropy } from '../../ops/cross-entropy.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { together } from './fused-loss.ts';
import { assertFloat, inDTypeOf } from './loss-operands.ts';
import { assertReduction, type Reduction } from './loss-reduction.ts';

/** Options that losses over class indices share. */
export interface ClassLossOptions {
  /** Weight of each class, of shape [C]; the mean is weighted by it. Default: all 1. */
  readonly weight?: Tensor | undefined;
  /** A class index that costs nothing and does not count in the mean. Default −100. */
  readonly ignoreIndex?: number;
  /** Default `'mean'`. */
  readonly reduction?: Reduction;
}

/** Log-probabilities with the axis that runs over classes; [C], [N, C] or [N, C, d1, …]. */
export interface Scores {
  readonly loss: string;
  readonly logs: Tensor;
  readonly axis: number;
  readonly classes: number;
}

/** Finds the class axis. Throws where the scores are not floats, or have no axis. */
export function classScores(loss: string, what: string, logs: Tensor): Scores {
  assertFloat(loss, what, logs);
  const axis = logs.ndim > 1 ? 1 : 0;
  const classes = logs.shape[axis];
  if (classes === undefined) {
    throw new ShapeError(`${loss}: expected ${what} [C], [N, C] or [N, C, d1, …], got a scalar`);
  }
  return { loss, logs, axis, classes };
}

/** The weight of each class in the dtype of the scores. Throws {@link ShapeError} unless it has shape [C]. */
export function classWeight({ loss, logs, classes }: Scores, weight: Tensor): Tensor {
  assertTensor(loss, 'weight', weight);
  if (weight.ndim !== 1 || weight.shape[0] !== classes) {
    throw new ShapeError(
      `${loss}: expected a weight of shape [${classes}], got ${formatShape(weight.shape)}`,
    );
  }
  return inDTypeOf(loss, 'weight', weight, logs);
}

/** Where [C] weights stand next to scores: 1 on every axis but that of the classes. */
export const alongClasses = (weight: Tensor, { logs, axis }: Scores): Tensor =>
  weight.reshape(logs.shape.map((size, d) => (d === axis ? size : 1)));

const IGNORED = -100;

/** Throws unless the target holds one class index, or the ignored one, for each place that has scores, and the reduction is one. */
export function assertClassTarget(
  { loss, logs, axis, classes }: Scores,
  target: Tensor,
  { ignoreIndex = IGNORED, reduction = 'mean' }: ClassLossOptions,
): void {
  assertReduction(loss, reduction, ['mean', 'sum', 'none']);
  assertTensor(loss, 'target', target);
  assertWhole(loss, 'ignoreIndex', ignoreIndex);
  const shape = logs.shape.filter((_, d) => d !== axis);
  if (target.dtype !== 'int32' && target.dtype !== 'uint8') {
    throw new DTypeError(
      `${loss}: expected class indices as int32 or uint8, got ${target.dtype}; create the target with { dtype: 'int32' }`,
    );
  }
  if (`${target.shape}` !== `${shape}`) {
    throw new ShapeError(
      `${loss}: expected class indices of shape ${formatShape(shape)} for an input of shape ${formatShape(logs.shape)}, got ${formatShape(target.shape)}`,
    );
  }
  assertRange(target, {
    low: 0,
    high: classes - 1,
    except: ignoreIndex,
    expected: `${loss}: expected class indices in [0, ${classes - 1}]`,
    rest: ' of the target',
  });
}

/**
 * −ln softmax(x) at the target, reduced, for logits [N, C] and class indices [N] as int32 or uint8, which are all in [0, C) or
 * `ignoreIndex`, in one kernel; undefined where there is none for the case. The mean is over what is not ignored.
 */
export function fusedCrossEntropy(
  x: Tensor,
  target: Tensor,
  attributes: { readonly ignoreIndex: number; readonly reduction: Reduction },
): Tensor | undefined {
  const isIndex = target.dtype === 'int32' || target.dtype === 'uint8';
  const fits = together(x, target) && isIndex && x.ndim === 2 && sameShape(target.shape, x.shape.slice(0, 1));
  return fits && x.storage.backend.supports('crossEntropy')
    ? apply(crossEntropy, [x, target], attributes)
    : undefined;
}

/** −log softmax of the logits at the target, reduced, in one kernel; undefined where the engine or the options ask for more than that. */
export const plainClassLoss = (
  logits: Tensor,
  target: Tensor,
  { weight, ignoreIndex = IGNORED, reduction = 'mean' }: ClassLossOptions,
): Tensor | undefined =>
  weight === undefined ? fusedCrossEntropy(logits, target, { ignoreIndex, reduction }) : undefined;

/**
 * (1 − ε)·(−w_y·log p_y) − ε/C·Σ_c w_c·log p_c for each place, reduced; the mean is over the sum of w_y. What is ignored is 0.
 *
 * Whether something is ignored is never read on the host: the same operations run for every target.
 */
export function classLoss(
  scores: Scores,
  target: Tensor,
  { weight, ignoreIndex = IGNORED, reduction = 'mean' }: ClassLossOptions,
  smoothing = 0,
): Tensor {
  const { logs, axis, classes } = scores;
  const counted = target.ne(ignoreIndex);
  const index = target.where(counted, 0);
  const perClass = weight === undefined ? undefined : classWeight(scores, weight);
  const perPlace = perClass?.indexSelect(0, index.flatten()).reshape(index.shape).where(counted, 0);

  const picked = logs.gather(axis, index.unsqueeze(axis)).squeeze(axis).neg().where(counted, 0);
  let losses = perPlace === undefined ? picked : picked.mul(perPlace);
  if (smoothing > 0) {
    const weighted = perClass === undefined ? logs : logs.mul(alongClasses(perClass, scores));
    const uniform = weighted.sum(axis).neg().where(counted, 0);
    losses = losses.mul(1 - smoothing).add(uniform.mul(smoothing / classes));
  }
  if (reduction === 'none') return losses;
  const total = losses.sum();
  return reduction === 'sum' ? total : total.div((perPlace ?? counted).sum());
}
