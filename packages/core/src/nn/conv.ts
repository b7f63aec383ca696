import { assertChoice, describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import { checkOptions, type OptionNames } from '../options.ts';
import type { PerAxis } from '../spatial.ts';
import type { Tensor } from '../tensor.ts';
import { ConvolutionModule } from './convolution-module.ts';
import type { ConvolutionOptions } from './functional/conv.ts';
import type { PadMode } from './functional/pad.ts';
import * as functional from './functional.ts';

/** What the elements around an input are; see `functional.pad`. */
type PaddingMode = 'zeros' | Exclude<PadMode, 'constant'>;

/** Options of the modules of convolution; numbers are for each spatial axis, or one for all. */
export interface ConvOptions extends ConvolutionOptions {
  /** Add a learned bias to each output channel. Default true. */
  readonly bias?: boolean;
  /** What the padding holds: zeros, the input as in a mirror, its outermost elements, or those of the other end. Default `zeros`. */
  readonly paddingMode?: PaddingMode;
}

const optionNames: OptionNames<ConvOptions> = {
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
  bias: true,
  paddingMode: true,
};

/** Convolutions of inputs with 1 or 2 spatial axes. */
abstract class Conv extends ConvolutionModule {
  readonly paddingMode: PaddingMode;

  constructor(
    name: string,
    axes: number,
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis,
    options: ConvOptions,
  ) {
    const {
      stride = 1,
      padding = 0,
      dilation = 1,
      groups = 1,
      bias = true,
      paddingMode = 'zeros',
    } = checkOptions(name, options, optionNames);
    assertChoice(name, 'paddingMode', paddingMode, ['zeros', 'reflect', 'replicate', 'circular']);
    if (typeof padding === 'string') assertChoice(name, 'padding', padding, ['same', 'valid']);
    const settings = { inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias };
    super(name, axes, settings, false);
    if (padding === 'same' && this.stride.some((step) => step !== 1)) {
      throw new ArgumentError(
        `${name}: expected a stride of 1 with padding 'same', got ${describe(this.stride)}`,
      );
    }
    this.paddingMode = paddingMode;
  }

  /** Zeros, or the elements that stand in their place, in front of and behind a spatial axis. */
  #paddingAlong(d: number): [before: number, after: number] {
    if (this.padding === 'valid') return [0, 0];
    if (this.padding !== 'same') return [this.padding[d]!, this.padding[d]!];
    const total = this.dilation[d]! * (this.kernelSize[d]! - 1);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  }

  /** The input, with its borders unless they are zeros, and the options of the function. */
  protected prepare(name: string, x: Tensor): [input: Tensor, options: ConvolutionOptions] {
    this.assertInput(name, x);
    const { kernelSize, stride, padding, dilation, groups, paddingMode } = this;
    if (paddingMode === 'zeros') return [x, { stride, padding, dilation, groups }];
    const borders = kernelSize.map((_, d) => this.#paddingAlong(d)).reverse();
    return [functional.pad(x, borders.flat(), paddingMode), { stride, dilation, groups }];
  }

  protected override extraRepr(): string {
    const { paddingMode } = this;
    return this.describeSettings() + (paddingMode === 'zeros' ? '' : `, padding_mode=${paddingMode}`);
  }
}

/**
 * The cross-correlation of signals [N, inChannels, L] or [inChannels, L] with learned kernels: `functional.conv1d`.
 *
 * `weight` has shape [outChannels, inChannels/groups, kernelSize] and `bias` [outChannels]. Both start uniform in ±1/√fan with fan =
 * inChannels/groups · kernelSize, the weight drawn first.
 *
 * Throws {@link ArgumentError} unless the groups divide the channels, and {@link ShapeError} for an input of another shape.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Conv1d.html
 */
export class Conv1d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: PerAxis, options: ConvOptions = {}) {
    super('Conv1d', 1, inChannels, outChannels, kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    const [input, options] = this.prepare('Conv1d', x);
    return functional.conv1d(input, this.weight, this.bias, options);
  }
}

/**
 * The cross-correlation of images [N, inChannels, H, W] or [inChannels, H, W] with learned kernels: `functional.conv2d`.
 *
 * `weight` has shape [outChannels, inChannels/groups, K, K′] and `bias` [outChannels]. Both start uniform in ±1/√fan with fan =
 * inChannels/groups · K · K′, the weight drawn first.
 *
 * ```ts
 * new nn.Conv2d(1, 32, 3, { padding: 1 });
 * new nn.Conv2d(32, 64, [3, 5], { stride: 2, padding: [1, 2], bias: false });
 * ```
 *
 * Throws {@link ArgumentError} unless the groups divide the channels, and {@link ShapeError} for an input of another shape.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Conv2d.html
 */
export class Conv2d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: PerAxis, options: ConvOptions = {}) {
    super('Conv2d', 2, inChannels, outChannels, kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    const [input, options] = this.prepare('Conv2d', x);
    return functional.conv2d(input, this.weight, this.bias, options);
  }
}
