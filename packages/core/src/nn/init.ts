import { assertGenerator, assertNumber, assertTensor, describe } from '../arguments.ts';
import { noGrad } from '../autograd/mode.ts';
import { isFloat } from '../dtype.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { checkOptions, type OptionNames } from '../options.ts';
import type { Generator } from '../random/generator.ts';
import { numel } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/*
 * Each function overwrites a tensor in place, without recording, and returns it. Draws come from the CPU generator, whatever
 * the tensor's device, and are PyTorch's.
 *
 * Source: https://docs.pytorch.org/docs/2.15/nn.init.html
 */

/** The function behind a layer, for which {@link calculateGain} has a factor. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

export interface InitOptions {
  /** Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator | undefined;
}

export interface KaimingOptions extends InitOptions {
  /** Negative slope of the rectifier behind the layer, for `leakyRelu`. Default 0. */
  readonly a?: number;
  /** Keep the variance in the forward pass (`fanIn`, the default) or in the backward pass (`fanOut`). */
  readonly mode?: 'fanIn' | 'fanOut';
  /** Default `leakyRelu`. */
  readonly nonlinearity?: Nonlinearity;
}

const initOptionNames: OptionNames<InitOptions> = { generator: true };
const kaimingOptionNames: OptionNames<KaimingOptions> = {
  ...initOptionNames,
  a: true,
  mode: true,
  nonlinearity: true,
};

function assertFillable(name: string, tensor: Tensor, options: InitOptions): void {
  assertTensor(`init.${name}`, 'the tensor', tensor);
  const { generator } = checkOptions(`init.${name}`, options, initOptionNames);
  if (generator !== undefined) assertGenerator(`init.${name}`, generator);
  if (isFloat(tensor.dtype)) return;
  throw new DTypeError(`init.${name}: expected a float32 or float64 tensor, got ${tensor.dtype}`);
}

/** Uniform draws from [from, to). Default [0, 1). */
export function uniform(tensor: Tensor, from = 0, to = 1, options: InitOptions = {}): Tensor {
  assertNumber('init.uniform', 'from', from);
  assertNumber('init.uniform', 'to', to);
  assertFillable('uniform', tensor, options);
  return noGrad(() => tensor.uniform_(from, to, options));
}

/** Normal draws with the given mean and standard deviation. Default 0 and 1. */
export function normal(tensor: Tensor, mean = 0, std = 1, options: InitOptions = {}): Tensor {
  assertNumber('init.normal', 'mean', mean);
  assertNumber('init.normal', 'std', std);
  assertFillable('normal', tensor, options);
  return noGrad(() => tensor.normal_(mean, std, options));
}

export function constant(tensor: Tensor, value: number): Tensor {
  assertTensor('init.constant', 'the tensor', tensor);
  assertNumber('init.constant', 'value', value);
  return noGrad(() => tensor.fill_(value));
}

export const zeros = (tensor: Tensor): Tensor => constant(tensor, 0);

export const ones = (tensor: Tensor): Tensor => constant(tensor, 1);

/**
 * The factor by which a function's inputs should be scaled up to keep their variance: 1 for linear and sigmoid, 5/3 for
 * tanh, √2 for relu, √(2/(1 + negativeSlope²)) for leakyRelu (default slope 0.01), 3/4 for selu.
 *
 * Source: https://docs.pytorch.org/docs/2.15/nn.init.html#torch.nn.init.calculate_gain
 */
export function calculateGain(nonlinearity: Nonlinearity, negativeSlope = 0.01): number {
  assertNumber('init.calculateGain', 'negativeSlope', negativeSlope);
  switch (nonlinearity) {
    case 'linear':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.sqrt(2);
    case 'leakyRelu':
      return Math.sqrt(2 / (1 + negativeSlope ** 2));
    case 'selu':
      return 3 / 4;
    default:
      throw new ArgumentError(
        `init.calculateGain: expected linear, sigmoid, tanh, relu, leakyRelu or selu, got ${describe(nonlinearity)}`,
      );
  }
}

/** Connections into and out of a unit for a weight of shape [out, in, ...receptive field]. */
function fans(name: string, tensor: Tensor): { readonly fanIn: number; readonly fanOut: number } {
  assertTensor(`init.${name}`, 'the tensor', tensor);
  const { shape } = tensor;
  const [outputs, inputs] = shape;
  if (outputs === undefined || inputs === undefined) {
    throw new ShapeError(`init.${name}: expected at least 2 dims [out, in], got shape ${formatShape(shape)}`);
  }
  const field = numel(shape.slice(2));
  return { fanIn: inputs * field, fanOut: outputs * field };
}

/** gain/√fan. */
function kaimingStd(name: string, tensor: Tensor, options: KaimingOptions): number {
  checkOptions(`init.${name}`, options, kaimingOptionNames);
  const { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' } = options;
  if (mode !== 'fanIn' && mode !== 'fanOut') {
    throw new ArgumentError(`init.${name}: expected mode fanIn or fanOut, got ${describe(mode)}`);
  }
  return calculateGain(nonlinearity, a) / Math.sqrt(fans(name, tensor)[mode]);
}

/**
 * Uniform draws from ±gain·√(3/fan), with the gain of {@link calculateGain}.
 *
 * Source: https://arxiv.org/abs/1502.01852
 */
export function kaimingUniform(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform', tensor, options);
  return uniform(tensor, -bound, bound, { generator: options.generator });
}

/**
 * Normal draws with mean 0 and standard deviation gain/√fan, with the gain of {@link calculateGain}.
 *
 * Source: https://arxiv.org/abs/1502.01852
 */
export const kaimingNormal = (tensor: Tensor, options: KaimingOptions = {}): Tensor =>
  normal(tensor, 0, kaimingStd('kaimingNormal', tensor, options), { generator: options.generator });

/** gain·√(2/(fan in + fan out)). */
function xavierStd(name: string, tensor: Tensor, gain: number): number {
  assertNumber(`init.${name}`, 'gain', gain);
  const { fanIn, fanOut } = fans(name, tensor);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

/**
 * Uniform draws from ±gain·√(6/(fan in + fan out)). Default gain 1.
 *
 * Source: https://proceedings.mlr.press/v9/glorot10a.html
 */
export function xavierUniform(tensor: Tensor, gain = 1, options: InitOptions = {}): Tensor {
  const bound = Math.sqrt(3) * xavierStd('xavierUniform', tensor, gain);
  return uniform(tensor, -bound, bound, options);
}

/**
 * Normal draws with mean 0 and standard deviation gain·√(2/(fan in + fan out)). Default gain 1.
 *
 * Source: https://proceedings.mlr.press/v9/glorot10a.html
 */
export const xavierNormal = (tensor: Tensor, gain = 1, options: InitOptions = {}): Tensor =>
  normal(tensor, 0, xavierStd('xavierNormal', tensor, gain), options);
