export {
  celu,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  logsigmoid,
  mish,
  prelu,
  relu6,
  selu,
  softmin,
  softshrink,
  softsign,
  tanhshrink,
  threshold,
} from './functional/activations.ts';
export {
  type AvgPool1dOptions,
  type AvgPool2dOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
} from './functional/avg-pool.ts';
export { bilinear } from './functional/bilinear.ts';
export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from './functional/binary-cross-entropy.ts';
export {
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropyWithLogits,
} from './functional/binary-cross-entropy-with-logits.ts';
export type { ClassLossOptions } from './functional/class-target.ts';
export { type ConvolutionOptions, conv1d, conv2d } from './functional/conv.ts';
export {
  convTranspose1d,
  convTranspose2d,
  type TransposedConvolutionOptions,
} from './functional/conv-transpose.ts';
export { type CrossEntropyOptions, crossEntropy } from './functional/cross-entropy.ts';
export {
  type CosineSimilarityOptions,
  cosineSimilarity,
  type NormalizeOptions,
  normalize,
  type PairwiseDistanceOptions,
  pairwiseDistance,
} from './functional/distance.ts';
export { type EmbeddingLookupOptions, embedding } from './functional/embedding.ts';
export { dropout1d, dropout2d } from './functional/feature-dropout.ts';
export { type FoldOptions, fold, unfold } from './functional/fold.ts';
export { groupNorm } from './functional/group-norm.ts';
export {
  type HuberLossOptions,
  huberLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from './functional/huber-loss.ts';
export { type InstanceNormFunctionOptions, instanceNorm } from './functional/instance-norm.ts';
export { type InterpolateOptions, type InterpolationMode, interpolate } from './functional/interpolate.ts';
export { type KLDivOptions, klDiv } from './functional/kl-div.ts';
export { l1Loss } from './functional/l1-loss.ts';
export {
  type GaussianNLLLossOptions,
  gaussianNllLoss,
  type PoissonNLLLossOptions,
  poissonNllLoss,
} from './functional/likelihood-losses.ts';
export type { LossOptions, Reduction } from './functional/loss-reduction.ts';
export {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  type MarginLossOptions,
  marginRankingLoss,
  type TripletMarginLossOptions,
  type TripletMarginWithDistanceLossOptions,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
} from './functional/margin-losses.ts';
export {
  type AdaptiveMaxPoolOptions,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  type PooledWithIndices,
} from './functional/max-pool.ts';
export {
  batchNorm,
  dropout,
  elu,
  gelu,
  layerNorm,
  leakyRelu,
  linear,
  logSoftmax,
  oneHot,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from './functional/methods.ts';
export { mseLoss } from './functional/mse-loss.ts';
export {
  type MultiLabelSoftMarginLossOptions,
  type MultiMarginLossOptions,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  multiMarginLoss,
  softMarginLoss,
} from './functional/multi-margin-losses.ts';
export { nllLoss } from './functional/nll-loss.ts';
export { type PadMode, pad } from './functional/pad.ts';
export { pixelShuffle, pixelUnshuffle } from './functional/pixel-shuffle.ts';
export type { OutputSize, PoolOptions } from './functional/pool-layout.ts';
export { rrelu } from './functional/rrelu.ts';
export {
  type ScaledDotProductAttentionOptions,
  scaledDotProductAttention,
} from './functional/scaled-dot-product-attention.ts';
