import * as functional from '#functional';

export {
  ELU,
  GELU,
  type GELUOptions,
  LeakyReLU,
  LogSoftmax,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from './nn/activations.ts';
export { AdaptiveAvgPool1d, AdaptiveAvgPool2d, AvgPool1d, AvgPool2d } from './nn/avg-pool.ts';
export {
  BatchNorm1d,
  type BatchNorm1dOptions,
  BatchNorm2d,
  type BatchNorm2dOptions,
} from './nn/batch-norm.ts';
export { Bilinear, type BilinearOptions } from './nn/bilinear.ts';
export { Buffer } from './nn/buffer.ts';
export {
  CELU,
  GLU,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  LogSigmoid,
  Mish,
  ReLU6,
  SELU,
  Softmax2d,
  Softmin,
  Softshrink,
  Softsign,
  Tanhshrink,
  Threshold,
} from './nn/composed-activations.ts';
export { ModuleDict, ModuleList, ParameterDict, ParameterList } from './nn/containers.ts';
export { Conv1d, Conv2d, type ConvOptions } from './nn/conv.ts';
export { ConvTranspose1d, ConvTranspose2d, type ConvTransposeOptions } from './nn/conv-transpose.ts';
export { Dropout, Dropout1d, Dropout2d } from './nn/dropout.ts';
export { Embedding, type EmbeddingOptions } from './nn/embedding.ts';
export { Flatten } from './nn/flatten.ts';
export { Fold, Unfold } from './nn/fold.ts';
export { GroupNorm, type GroupNormOptions } from './nn/group-norm.ts';
export { Identity } from './nn/identity.ts';
export {
  InstanceNorm1d,
  type InstanceNorm1dOptions,
  InstanceNorm2d,
  type InstanceNorm2dOptions,
} from './nn/instance-norm.ts';
export { LayerNorm, type LayerNormOptions } from './nn/layer-norm.ts';
export { Linear, type LinearOptions } from './nn/linear.ts';
export {
  CosineEmbeddingLoss,
  GaussianNLLLoss,
  HingeEmbeddingLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MarginRankingLoss,
  MSELoss,
  MultiLabelMarginLoss,
  PoissonNLLLoss,
  SmoothL1Loss,
  SoftMarginLoss,
  TripletMarginLoss,
  TripletMarginWithDistanceLoss,
} from './nn/losses.ts';
export { AdaptiveMaxPool1d, AdaptiveMaxPool2d, MaxPool1d, MaxPool2d } from './nn/max-pool.ts';
export { type AnyModule, Module } from './nn/module.ts';
export {
  MultiheadAttention,
  type MultiheadAttentionInputs,
  type MultiheadAttentionOptions,
} from './nn/multihead-attention.ts';
export { PReLU, type PReLUOptions } from './nn/p-relu.ts';
export {
  CircularPad1d,
  CircularPad2d,
  ConstantPad1d,
  ConstantPad2d,
  type Padding,
  ReflectionPad1d,
  ReflectionPad2d,
  ReplicationPad1d,
  ReplicationPad2d,
  ZeroPad1d,
  ZeroPad2d,
} from './nn/padding.ts';
export { Parameter } from './nn/parameter.ts';
export { PixelShuffle, PixelUnshuffle } from './nn/pixel-shuffle.ts';
export { PositionalEncoding, type PositionalEncodingOptions } from './nn/positional-encoding.ts';
export { RReLU } from './nn/r-relu.ts';
export { GRU } from './nn/recurrent/gru.ts';
export { LSTM, type LSTMOptions } from './nn/recurrent/lstm.ts';
export {
  type PackOptions,
  type PackPaddedOptions,
  type PadOptions,
  type PadPackedOptions,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  unpackSequence,
  unpadSequence,
} from './nn/recurrent/pack-sequence.ts';
export type { PackedSequence } from './nn/recurrent/packed-sequence.ts';
export {
  GRUCell,
  LSTMCell,
  type RecurrentCellOptions,
  RNNCell,
  type RNNCellOptions,
} from './nn/recurrent/recurrent-cell.ts';
export type { RecurrentOptions } from './nn/recurrent/recurrent-module.ts';
export { RNN, type RNNOptions } from './nn/recurrent/rnn.ts';
export { Sequential } from './nn/sequential.ts';
export type { IncompatibleKeys, StateDict } from './nn/state-dict.ts';
export { Transformer, type TransformerInputs, type TransformerOptions } from './nn/transformer.ts';
export {
  TransformerDecoder,
  type TransformerDecoderInputs,
  TransformerDecoderLayer,
  type TransformerDecoderOptions,
} from './nn/transformer-decoder.ts';
export {
  TransformerEncoder,
  type TransformerEncoderInputs,
  TransformerEncoderLayer,
  type TransformerEncoderLayerInputs,
  type TransformerEncoderOptions,
} from './nn/transformer-encoder.ts';
export type { TransformerLayerOptions } from './nn/transformer-layer-options.ts';
export {
  Upsample,
  UpsamplingBilinear2d,
  UpsamplingNearest2d,
  type UpsamplingOptions,
} from './nn/upsample.ts';
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  MultiLabelSoftMarginLoss,
  MultiMarginLoss,
  NLLLoss,
} from './nn/weighted-losses.ts';
export { functional };
