import { describe } from '../arguments.ts';
import { ArgumentError, formatShape, ShapeError } from '../errors.ts';
import { checkOptions, type OptionNames } from '../options.ts';
import { type PerAxis, perAxis } from '../spatial.ts';
import type { Tensor } from '../tensor.ts';
import { ConvolutionModule } from './convolution-module.ts';
import type { TransposedConvolutionOptions } from './functional/conv-transpose.ts';
import * as functional from './functional.ts';
import { pythonTuple } from './python-text.ts';

/** Options of the modules of transposed convolution; numbers are for each spatial axis, or one for all. */
export interface ConvTransposeOptions extends TransposedConvolutionOptions {
  /** Add a learned bias to each output channel. Default true. */
  readonly bias?: boolean;
}

const optionNames: OptionNames<ConvTransposeOptions> = {
  stride: true,
  padding: true,
  outputPadding: true,
  groups: true,
  bias: true,
  dilation: true,
};

/** Transposed convolutions of inputs with 1 or 2 spatial axes. */
abstract class ConvTranspose extends ConvolutionModule<[input: Tensor, outputSize?: readonly number[]]> {
  declare readonly padding: readonly number[];
  readonly outputPadding: readonly number[];

  constructor(
    name: string,
    axes: number,
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis,
    options: ConvTransposeOptions,
  ) {
    const {
      stride = 1,
      padding = 0,
      outputPadding = 0,
      groups = 1,
      bias = true,
      dilation = 1,
    } = checkOptions(name, options, optionNames);
    const settings = { inChannels, outChannels, kernelSize, stride, dilation, groups, bias };
    super(name, axes, { ...settings, padding: perAxis(name, 'padding', padding, axes, 0) }, true);
    this.outputPadding = perAxis(name, 'outputPadding', outputPadding, axes, 0);
  }

  /** The options of the function, with the output padding that gives a requested size. */
  protected prepare(
    name: string,
    x: Tensor,
    outputSize: readonly number[] | undefined,
  ): TransposedConvolutionOptions {
    this.assertInput(name, x);
    const { stride, padding, outputPadding, groups, dilation, kernelSize } = this;
    const axes = kernelSize.length;
    const options = { stride, padding, groups, dilation };
    if (outputSize === undefined) return { ...options, outputPadding };
    if (!Array.isArray(outputSize) || (outputSize.length !== axes && outputSize.length !== x.ndim)) {
      throw new ShapeError(
        `${name}: expected an outputSize of ${axes} or ${x.ndim} sizes, got ${describe(outputSize)}`,
      );
    }
    const requested = outputSize.slice(-axes) as number[];
    const least = requested.map(
      (_, d) =>
        (x.shape[x.ndim - axes + d]! - 1) * stride[d]! -
        2 * padding[d]! +
        dilation[d]! * (kernelSize[d]! - 1) +
        1,
    );
    const added = requested.map((size, d) => size - least[d]!);
    if (added.some((size, d) => !Number.isInteger(size) || size < 0 || size >= stride[d]!)) {
      const most = least.map((size, d) => size + stride[d]! - 1);
      throw new ArgumentError(
        `${name}: expected an outputSize from ${formatShape(least)} to ${formatShape(most)} for an input of shape ${formatShape(x.shape)}, got ${describe(outputSize)}`,
      );
    }
    return { ...options, outputPadding: added };
  }

  protected override extraRepr(): string {
    const { outputPadding } = this;
    const isPadded = outputPadding.some((size) => size !== 0);
    return this.describeSettings(isPadded ? `output_padding=${pythonTuple(outputPadding)}` : '');
  }
}

/**
 * The transposed convolution of signals [N, inChannels, L] or [inChannels, L] with learned kernels: `functional.convTranspose1d`.
 *
 * `weight` has shape [inChannels, outChannels/groups, kernelSize] and `bias` [outChannels]. Both start uniform in ±1/√fan with fan =
 * outChannels/groups · kernelSize, the weight drawn first. `forward(x, outputSize)` chooses the output padding that gives the size.
 *
 * Throws {@link ArgumentError} unless the groups divide the channels, and for a size that no output padding gives; {@link ShapeError} for an
 * input of another shape.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ConvTranspose1d.html
 */
export class ConvTranspose1d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis,
    options: ConvTransposeOptions = {},
  ) {
    super('ConvTranspose1d', 1, inChannels, outChannels, kernelSize, options);
  }

  forward(x: Tensor, outputSize?: readonly number[]): Tensor {
    const options = this.prepare('ConvTranspose1d', x, outputSize);
    return functional.convTranspose1d(x, this.weight, this.bias, options);
  }
}

/**
 * The transposed convolution of images [N, inChannels, H, W] or [inChannels, H, W] with learned kernels: `functional.convTranspose2d`.
 *
 * `weight` has shape [inChannels, outChannels/groups, K, K′] and `bias` [outChannels]. Both start uniform in ±1/√fan with fan =
 * outChannels/groups · K · K′, the weight drawn first. `forward(x, outputSize)` chooses the output padding that gives the size.
 *
 * ```ts
 * const up = new nn.ConvTranspose2d(16, 8, 3, { stride: 2, padding: 1 });
 * up.forward(x, [28, 28]);
 * ```
 *
 * Throws {@link ArgumentError} unless the groups divide the channels, and for a size that no output padding gives; {@link ShapeError} for an
 * input of another shape.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ConvTranspose2d.html
 */
export class ConvTranspose2d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis,
    options: ConvTransposeOptions = {},
  ) {
    super('ConvTranspose2d', 2, inChannels, outChannels, kernelSize, options);
  }

  forward(x: Tensor, outputSize?: readonly number[]): Tensor {
    const options = this.prepare('ConvTranspose2d', x, outputSize);
    return functional.convTranspose2d(x, this.weight, this.bias, options);
  }
}
