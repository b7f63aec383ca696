import { assertBoolean, assertNumber, assertTensor } from '../../arguments.ts';
import { checkOptions } from '../../options.ts';
import type { Tensor } from '../../tensor.ts';

export interface NormalizeOptions {
  /** Exponent of the norm. Default 2. */
  readonly p?: number;
  /** Default 1. */
  readonly dim?: number;
  /** The smallest divisor. Default 1e-12. */
  readonly eps?: number;
}

/** x / max(‖x‖ₚ, eps) along an axis. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.normalize.html */
export function normalize(input: Tensor, options: NormalizeOptions = {}): Tensor {
  const {
    p = 2,
    dim = 1,
    eps = 1e-12,
  } = checkOptions('normalize', options, { p: true, dim: true, eps: true });
  assertTensor('normalize', 'input', input);
  assertNumber('normalize', 'p', p);
  assertNumber('normalize', 'eps', eps);
  return input.div(input.norm(p, dim, { keepdim: true }).clamp(eps));
}

export interface CosineSimilarityOptions {
  /** Default 1. */
  readonly dim?: number;
  /** The smallest length of a vector. Default 1e-8. */
  readonly eps?: number;
}

/**
 * a·b / (max(‖a‖, eps) · max(‖b‖, eps)) along an axis, for tensors that broadcast.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.cosine_similarity.html
 */
export function cosineSimilarity(x1: Tensor, x2: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  const { dim = 1, eps = 1e-8 } = checkOptions('cosineSimilarity', options, { dim: true, eps: true });
  assertTensor('cosineSimilarity', 'x1', x1);
  assertTensor('cosineSimilarity', 'x2', x2);
  assertNumber('cosineSimilarity', 'eps', eps);
  const unit = (x: Tensor): Tensor => x.div(x.norm(2, dim, { keepdim: true }).clamp(eps));
  return unit(x1).mul(unit(x2)).sum(dim);
}

export interface PairwiseDistanceOptions {
  /** Exponent of the norm. Default 2. */
  readonly p?: number;
  /** Added to each difference. Default 1e-6. */
  readonly eps?: number;
  readonly keepdim?: boolean;
}

/** ‖a − b + eps‖ₚ over the last axis. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.pairwise_distance.html */
export function pairwiseDistance(x1: Tensor, x2: Tensor, options: PairwiseDistanceOptions = {}): Tensor {
  const {
    p = 2,
    eps = 1e-6,
    keepdim = false,
  } = checkOptions('pairwiseDistance', options, { p: true, eps: true, keepdim: true });
  assertTensor('pairwiseDistance', 'x1', x1);
  assertTensor('pairwiseDistance', 'x2', x2);
  assertNumber('pairwiseDistance', 'eps', eps);
  assertBoolean('pairwiseDistance', 'keepdim', keepdim);
  return x1.sub(x2).add(eps).norm(p, -1, { keepdim });
}
