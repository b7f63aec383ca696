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
export { BatchNorm1d, type BatchNorm1dOptions } from './nn/batch-norm-1d.ts';
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
export { Dropout } from './nn/dropout.ts';
export { Embedding, type EmbeddingOptions } from './nn/embedding.ts';
export { Flatten } from './nn/flatten.ts';
export { GroupNorm, type GroupNormOptions } from './nn/group-norm.ts';
export { Identity } from './nn/identity.ts';
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
export { type AnyModule, Module } from './nn/module.ts';
export { PReLU, type PReLUOptions } from './nn/p-relu.ts';
export { Parameter } from './nn/parameter.ts';
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
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  MultiLabelSoftMarginLoss,
  MultiMarginLoss,
  NLLLoss,
} from './nn/weighted-losses.ts';
export { functional };
