import * as cuda from '#cuda';
import * as F from '#functional';
import * as init from '#init';
import * as nn from '#nn';

export {
  type DeviceReport,
  deviceReports,
  getDefaultDevice,
  setDefaultDevice,
} from '#device';
export { type AccumulateOptions, type BackwardOptions, grad } from './autograd/backward.ts';
export { type CustomGradient, customGradient } from './autograd/custom-gradient.ts';
export {
  type DerivativeOptions,
  hessian,
  jacobian,
  jvp,
  type Product,
  vjp,
} from './autograd/functional.ts';
export { enableGrad, inferenceMode, isGradEnabled, noGrad } from './autograd/mode.ts';
export {
  type Float32MatmulPrecision,
  getFloat32MatmulPrecision,
  setFloat32MatmulPrecision,
} from './backend/cuda/precision.ts';
export { getNumThreads, setNumThreads } from './backend/threads.ts';
export { type Compiled, type CompileOptions, compile } from './capture/compile.ts';
export { guard, isCapturing, onReplay } from './capture/context.ts';
export { dynamicScalar } from './capture/dynamic.ts';
export { cat, embedding, type MeshgridOptions, meshgrid, stack, where } from './combine.ts';
export {
  arange,
  dynamicTensor,
  empty,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  type TensorOptions,
  tensor,
  zeros,
  zerosLike,
} from './create.ts';
export {
  bernoulli,
  type DrawOptions,
  type GeneratorOptions,
  type MultinomialOptions,
  multinomial,
  normal,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  randperm,
} from './draw.ts';
export type { ArrayOf, DType, TypedArray } from './dtype.ts';
export { einsum } from './einsum.ts';
export {
  ArgumentError,
  AutogradError,
  DeviceError,
  DTypeError,
  FormatError,
  KindlingError,
  ShapeError,
} from './errors.ts';
export { type GradcheckOptions, gradcheck } from './gradcheck.ts';
export { defaultGenerator, manualSeed } from './random/default-generator.ts';
export { Generator } from './random/generator.ts';
export { NumpyRandomState } from './random/numpy-random-state.ts';
export { ready } from './ready.ts';
export { keep, scope } from './scope.ts';
export {
  type DecodeOptions,
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
} from './serialize/safetensors.ts';
export { loadSafetensors, saveSafetensors } from './serialize/safetensors-file.ts';
export { load, save } from './serialize/state-file.ts';
export type { Shape } from './shape.ts';
export type { Synchronous } from './synchronous.ts';
export type { GeluOptions } from './tensor/activation.ts';
export type { DivOptions, NanToNumOptions, ValueOptions } from './tensor/arithmetic.ts';
export type { Dims, KeepdimOptions } from './tensor/axes.ts';
export type { ClosenessOptions } from './tensor/comparison.ts';
export type { BincountOptions, HistcOptions } from './tensor/counting.ts';
export type { NumericArray } from './tensor/elements.ts';
export type { ValuesAndIndices } from './tensor/extremum.ts';
export type { IndexItem } from './tensor/indexer.ts';
export type { IndexPutOptions } from './tensor/indexing.ts';
export type { AddmmOptions } from './tensor/linear-algebra.ts';
export type { Nested, NestedArray } from './tensor/nested.ts';
export type { BatchNormOptions } from './tensor/normalization.ts';
export type { QuantileOptions } from './tensor/quantile.ts';
export type { HookHandle } from './tensor/recording.ts';
export type { SortOptions, TopkOptions } from './tensor/sorting.ts';
export type { UniqueOptions, UniqueResult } from './tensor/unique.ts';
export type { VarianceOptions } from './tensor/variance.ts';
export { Tensor } from './tensor.ts';
export { cuda, F, init, nn };
