// What Kindling's other packages need of this one. Not for programs: it changes without notice.

export { announceFallback } from '#device';
export {
  assertBoolean,
  assertChoice,
  assertGenerator,
  assertNumber,
  assertProbability,
  assertTensor,
  assertWhole,
  describe as describeValue,
} from './arguments.ts';
export { assertRange } from './assert-range.ts';
export { assertGradient } from './autograd/assert-gradient.ts';
export type { Backend, BufferHandle, ForeignReduction, Operand, Storage, View } from './backend/backend.ts';
export type {
  Feature,
  KernelAttributes,
  KernelCall,
  KernelKind,
  Range,
  StepKind,
} from './backend/kernels.ts';
export { allowedCores, physicalCores } from './backend/native/cores.ts';
export { packageRequire } from './backend/package-folder.ts';
export type {
  StreamCollective,
  StreamCollectives,
  StreamCommunicator,
} from './backend/stream-collectives.ts';
export { fromBase64, toBase64 } from './base64.ts';
export { resultDType } from './dtype.ts';
export { formatShape } from './errors.ts';
export { nearestName } from './nearest-name.ts';
export { BatchNorm } from './nn/batch-norm.ts';
export { matchingTarget } from './nn/functional/loss-operands.ts';
export { replaceModules } from './nn/replace-modules.ts';
export { hasStepKernel, optimizerStep, type StepTensors } from './optimizer-step.ts';
export { checkOptions, type OptionNames } from './options.ts';
export { drawPermutation, drawSeed, passSeeds } from './random/integers.ts';
export { canReduceInPlace, reduceInPlace } from './reduce-in-place.ts';
export { flattenState, restoreState, type State } from './serialize/state.ts';
export { runCollective, streamCollectivesOf } from './stream-collective.ts';
export { viewOf } from './view-of.ts';
