import { assertBoolean, assertTensor } from '../arguments.ts';
import { checkOptions } from '../options.ts';
import { type PerAxis, perAxis } from '../spatial.ts';
import type { Tensor } from '../tensor.ts';
import {
  type AvgPool1dOptions,
  type AvgPool2dOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  assertDivisor,
  avgPool1d,
  avgPool2d,
} from './functional/avg-pool.ts';
import { assertOutputSize, type OutputSize } from './functional/pool-layout.ts';
import { Module } from './module.ts';
import { pythonSize } from './python-text.ts';

abstract class AvgPool extends Module {
  readonly kernelSize: PerAxis;
  readonly stride: PerAxis;
  readonly padding: PerAxis;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;

  constructor(axes: 1 | 2, kernelSize: PerAxis, options: AvgPool1dOptions) {
    super();
    const { name } = this.constructor;
    const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = options;
    perAxis(name, 'kernelSize', kernelSize, axes, 1);
    perAxis(name, 'stride', stride, axes, 1);
    perAxis(name, 'padding', padding, axes, 0);
    assertBoolean(name, 'ceilMode', ceilMode);
    assertBoolean(name, 'countIncludePad', countIncludePad);
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.ceilMode = ceilMode;
    this.countIncludePad = countIncludePad;
  }

  protected abstract tuple(size: PerAxis): string;

  protected override extraRepr(): string {
    const [kernel, stride, padding] = [this.kernelSize, this.stride, this.padding].map((size) =>
      this.tuple(size),
    );
    return `kernel_size=${kernel}, stride=${stride}, padding=${padding}`;
  }
}

const names1d = { stride: true, padding: true, ceilMode: true, countIncludePad: true } as const;
const names2d = { ...names1d, divisorOverride: true } as const;

/**
 * The mean of each window of images [N, C, H, W] or [C, H, W]; see `nn.functional.avgPool2d`. The stride is `kernelSize` by default.
 *
 * @throws {ArgumentError} for sizes that are no integers of at least 1, a padding below 0, or a divisor of 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.AvgPool2d.html
 */
export class AvgPool2d extends AvgPool {
  readonly divisorOverride: number | undefined;

  constructor(kernelSize: PerAxis, options: AvgPool2dOptions = {}) {
    super(2, kernelSize, checkOptions('AvgPool2d', options, names2d));
    assertDivisor('AvgPool2d', options.divisorOverride);
    this.divisorOverride = options.divisorOverride;
  }

  forward(x: Tensor): Tensor {
    assertTensor('AvgPool2d', 'the input', x);
    const { kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride } = this;
    return avgPool2d(x, kernelSize, { stride, padding, ceilMode, countIncludePad, divisorOverride });
  }

  protected override tuple(size: PerAxis): string {
    return pythonSize(size);
  }
}

/**
 * The mean of each window of signals [N, C, L] or [C, L]; see `nn.functional.avgPool1d`. The stride is `kernelSize` by default.
 *
 * @throws {ArgumentError} for sizes that are no integers of at least 1, or a padding below 0.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.AvgPool1d.html
 */
export class AvgPool1d extends AvgPool {
  constructor(kernelSize: PerAxis, options: AvgPool1dOptions = {}) {
    super(1, kernelSize, checkOptions('AvgPool1d', options, names1d));
  }

  forward(x: Tensor): Tensor {
    assertTensor('AvgPool1d', 'the input', x);
    const { kernelSize, stride, padding, ceilMode, countIncludePad } = this;
    return avgPool1d(x, kernelSize, { stride, padding, ceilMode, countIncludePad });
  }

  protected override tuple(size: PerAxis): string {
    return pythonSize(typeof size === 'number' ? [size] : size);
  }
}

/**
 * The mean of each of H' × W' windows that divide images [N, C, H, W] or [C, H, W]; see `nn.functional.adaptiveAvgPool2d`.
 *
 * @throws {ArgumentError} for sizes that are neither null nor integers of at least 1.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.AdaptiveAvgPool2d.html
 */
export class AdaptiveAvgPool2d extends Module {
  readonly outputSize: OutputSize;

  constructor(outputSize: OutputSize) {
    super();
    assertOutputSize('AdaptiveAvgPool2d', 2, outputSize);
    this.outputSize = outputSize;
  }

  forward(x: Tensor): Tensor {
    assertTensor('AdaptiveAvgPool2d', 'the input', x);
    return adaptiveAvgPool2d(x, this.outputSize);
  }

  protected override extraRepr(): string {
    return `output_size=${pythonSize(this.outputSize)}`;
  }
}

/**
 * The mean of each of `outputSize` windows that divide signals [N, C, L] or [C, L]; see `nn.functional.adaptiveAvgPool1d`.
 *
 * @throws {ArgumentError} unless the size is an integer of at least 1.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.AdaptiveAvgPool1d.html
 */
export class AdaptiveAvgPool1d extends Module {
  readonly outputSize: PerAxis;

  constructor(outputSize: PerAxis) {
    super();
    assertOutputSize('AdaptiveAvgPool1d', 1, outputSize);
    this.outputSize = outputSize;
  }

  forward(x: Tensor): Tensor {
    assertTensor('AdaptiveAvgPool1d', 'the input', x);
    return adaptiveAvgPool1d(x, this.outputSize);
  }

  protected override extraRepr(): string {
    return `output_size=${pythonSize(this.outputSize)}`;
  }
}
