import { assertBoolean, assertTensor } from '../arguments.ts';
import { checkOptions } from '../options.ts';
import { type PerAxis, perAxis } from '../spatial.ts';
import type { Tensor } from '../tensor.ts';
import {
  type AdaptiveMaxPoolOptions,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  type PooledWithIndices,
} from './functional/max-pool.ts';
import { assertOutputSize, type OutputSize } from './functional/pool-layout.ts';
import { Module } from './module.ts';
import { pythonBool, pythonSize } from './python-text.ts';

/** What a pooling gives: values, and with `returnIndices` also their positions. */
type Output<I extends boolean> = I extends true ? PooledWithIndices : Tensor;

/** Options of {@link MaxPool1d} and {@link MaxPool2d}. */
export type MaxPoolModuleOptions<I extends boolean> = MaxPoolOptions & { readonly returnIndices?: I };

abstract class MaxPool<I extends boolean> extends Module<[Tensor], Output<I>> {
  readonly kernelSize: PerAxis;
  readonly stride: PerAxis;
  readonly padding: PerAxis;
  readonly dilation: PerAxis;
  readonly returnIndices: boolean;
  readonly ceilMode: boolean;

  constructor(axes: 1 | 2, kernelSize: PerAxis, options: MaxPoolOptions) {
    super();
    const { name } = this.constructor;
    const {
      stride = kernelSize,
      padding = 0,
      dilation = 1,
      returnIndices = false,
      ceilMode = false,
    } = checkOptions(name, options, {
      stride: true,
      padding: true,
      dilation: true,
      returnIndices: true,
      ceilMode: true,
    });
    perAxis(name, 'kernelSize', kernelSize, axes, 1);
    perAxis(name, 'stride', stride, axes, 1);
    perAxis(name, 'padding', padding, axes, 0);
    perAxis(name, 'dilation', dilation, axes, 1);
    assertBoolean(name, 'returnIndices', returnIndices);
    assertBoolean(name, 'ceilMode', ceilMode);
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.returnIndices = returnIndices;
    this.ceilMode = ceilMode;
  }

  protected abstract pool(
    x: Tensor,
    kernelSize: PerAxis,
    options: MaxPoolOptions,
  ): Tensor | PooledWithIndices;

  forward(x: Tensor): Output<I> {
    assertTensor(this.constructor.name, 'the input', x);
    const { kernelSize, stride, padding, dilation, returnIndices, ceilMode } = this;
    const options = { stride, padding, dilation, returnIndices, ceilMode };
    return this.pool(x, kernelSize, options) as Output<I>;
  }

  protected override extraRepr(): string {
    return [
      `kernel_size=${pythonSize(this.kernelSize)}`,
      `stride=${pythonSize(this.stride)}`,
      `padding=${pythonSize(this.padding)}`,
      `dilation=${pythonSize(this.dilation)}`,
      `ceil_mode=${pythonBool(this.ceilMode)}`,
    ].join(', ');
  }
}

/**
 * The largest element of each window of images [N, C, H, W] or [C, H, W]; see `nn.functional.maxPool2d`. The stride is `kernelSize` by
 * default. With `returnIndices` it gives [values, positions].
 *
 * @throws {ArgumentError} for sizes that are no integers of at least 1, or a padding below 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MaxPool2d.html
 */
export class MaxPool2d<I extends boolean = false> extends MaxPool<I> {
  constructor(kernelSize: PerAxis, options: MaxPoolModuleOptions<I> = {}) {
    super(2, kernelSize, options);
  }

  protected override pool(
    x: Tensor,
    kernelSize: PerAxis,
    options: MaxPoolOptions,
  ): Tensor | PooledWithIndices {
    return maxPool2d(x, kernelSize, options);
  }
}

/**
 * The largest element of each window of signals [N, C, L] or [C, L]; see `nn.functional.maxPool1d`. The stride is `kernelSize` by default.
 * With `returnIndices` it gives [values, positions].
 *
 * @throws {ArgumentError} for sizes that are no integers of at least 1, or a padding below 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MaxPool1d.html
 */
export class MaxPool1d<I extends boolean = false> extends MaxPool<I> {
  constructor(kernelSize: PerAxis, options: MaxPoolModuleOptions<I> = {}) {
    super(1, kernelSize, options);
  }

  protected override pool(
    x: Tensor,
    kernelSize: PerAxis,
    options: MaxPoolOptions,
  ): Tensor | PooledWithIndices {
    return maxPool1d(x, kernelSize, options);
  }
}

/** Options of {@link AdaptiveMaxPool1d} and {@link AdaptiveMaxPool2d}. */
export type AdaptiveMaxPoolModuleOptions<I extends boolean> = AdaptiveMaxPoolOptions & {
  readonly returnIndices?: I;
};

abstract class AdaptiveMaxPool<I extends boolean> extends Module<[Tensor], Output<I>> {
  readonly outputSize: OutputSize;
  readonly returnIndices: boolean;

  constructor(axes: 1 | 2, outputSize: OutputSize, options: AdaptiveMaxPoolOptions) {
    super();
    const { name } = this.constructor;
    const { returnIndices = false } = checkOptions(name, options, { returnIndices: true });
    assertOutputSize(name, axes, outputSize);
    assertBoolean(name, 'returnIndices', returnIndices);
    this.outputSize = outputSize;
    this.returnIndices = returnIndices;
  }

  protected override extraRepr(): string {
    return `output_size=${pythonSize(this.outputSize)}`;
  }
}

/**
 * The largest element of each of H' × W' windows that divide images [N, C, H, W] or [C, H, W]; see `nn.functional.adaptiveMaxPool2d`.
 *
 * @throws {ArgumentError} for sizes that are neither null nor integers of at least 1.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.AdaptiveMaxPool2d.html
 */
export class AdaptiveMaxPool2d<I extends boolean = false> extends AdaptiveMaxPool<I> {
  constructor(outputSize: OutputSize, options: AdaptiveMaxPoolModuleOptions<I> = {}) {
    super(2, outputSize, options);
  }

  forward(x: Tensor): Output<I> {
    assertTensor('AdaptiveMaxPool2d', 'the input', x);
    const { outputSize, returnIndices } = this;
    return adaptiveMaxPool2d(x, outputSize, { returnIndices }) as Output<I>;
  }
}

/**
 * The largest element of each of `outputSize` windows that divide signals [N, C, L] or [C, L]; see `nn.functional.adaptiveMaxPool1d`.
 *
 * @throws {ArgumentError} unless the size is an integer of at least 1.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.AdaptiveMaxPool1d.html
 */
export class AdaptiveMaxPool1d<I extends boolean = false> extends AdaptiveMaxPool<I> {
  constructor(outputSize: PerAxis, options: AdaptiveMaxPoolModuleOptions<I> = {}) {
    super(1, outputSize, options);
  }

  forward(x: Tensor): Output<I> {
    assertTensor('AdaptiveMaxPool1d', 'the input', x);
    const { outputSize, returnIndices } = this;
    return adaptiveMaxPool1d(x, outputSize as PerAxis, { returnIndices }) as Output<I>;
  }
}
