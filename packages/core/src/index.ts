import * as init from './nn/init.ts';
import * as nn from './nn.ts';

export {
  assertBoolean,
  assertNumber,
  assertTensor,
  assertWhole,
  describe as describeValue,
} from './arguments.ts';
export { assertRange } from './assert-range.ts';
export { type BackwardOptions, grad } from './autograd/backward.ts';
export { type CustomGradient, customGradient } from './autograd/custom-gradient.ts';
export { enableGrad, isGradEnabled, noGrad } from './autograd/mode.ts';
export type { Backend, BufferHandle, Operand, Storage, View } from './backend/backend.ts';
export {
  type Float32MatmulPrecision,
  getFloat32MatmulPrecision,
  setFloat32MatmulPrecision,
} from './backend/cuda/precision.ts';
export type {
  Feature,
  KernelAttributes,
  KernelCall,
  KernelKind,
  Range,
  StepKind,
} from './backend/kernels.ts';
export { getNumThreads, setNumThreads } from './backend/threads.ts';
export { type Compiled, type CompileOptions, compile } from './capture/compile.ts';
export { guard, isCapturing, onReplay } from './capture/context.ts';
export { dynamicScalar } from './capture/dynamic.ts';
export { cat, embedding, stack, where } from './combine.ts';
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
  announceFallback,
  type DeviceReport,
  deviceReports,
  getDefaultDevice,
  setDefaultDevice,
} from './device.ts';
export { bernoulli, type DrawOptions, rand, randint, randn, randperm } from './draw.ts';
export { type ArrayOf, type DType, resultDType, type TypedArray } from './dtype.ts';
export {
  ArgumentError,
  AutogradError,
  DeviceError,
  DTypeError,
  FormatError,
  formatShape,
  KindlingError,
  ShapeError,
} from './errors.ts';
export { fusedBce, fusedCrossEntropy, fusedMse } from './fused-losses.ts';
export { type GradcheckOptions, gradcheck } from './gradcheck.ts';
export { nearestName } from './nearest-name.ts';
export { hasStepKernel, optimizerStep, type StepTensors } from './optimizer-step.ts';
export { checkOptions, type OptionNames } from './options.ts';
export { defaultGenerator, manualSeed } from './random/default-generator.ts';
export { Generator } from './random/generator.ts';
export { drawPermutation, drawSeed } from './random/integers.ts';
export { NumpyRandomState } from './random/numpy-random-state.ts';
export { keep, scope } from './scope.ts';
export {
  type DecodeOptions,
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
} from './serialize/safetensors.ts';
export { loadSafetensors, saveSafetensors } from './serialize/safetensors-file.ts';
export { flattenState, restoreState, type State } from './serialize/state.ts';
export { load, save } from './serialize/state-file.ts';
export type { Shape } from './shape.ts';
export type { Synchronous } from './synchronous.ts';
export type { NumericArray } from './tensor/elements.ts';
export type { Nested, NestedArray } from './tensor/nested.ts';
export type { BatchNormOptions } from './tensor/network.ts';
export type { ValuesAndIndices } from './tensor/reductions.ts';
export { Tensor } from './tensor.ts';
export { init, nn };
