import { assertTensor } from '../arguments.ts';
import { checkOptions, type OptionNames } from '../options.ts';
import { type PerAxis, perAxis } from '../spatial.ts';
import type { Tensor } from '../tensor.ts';
import type { FoldOptions } from './functional/fold.ts';
import * as functional from './functional.ts';
import { Module } from './module.ts';
import { pythonTuple } from './python-text.ts';

const optionNames: OptionNames<FoldOptions> = { dilation: true, padding: true, stride: true };

const shown = (value: PerAxis): string => (typeof value === 'number' ? String(value) : pythonTuple(value));

/** What both directions have in common. */
abstract class Windows extends Module {
  /** A number for each axis, or one for both, as `dilation`, `padding` and `stride`. */
  readonly kernelSize: PerAxis;
  readonly dilation: PerAxis;
  readonly padding: PerAxis;
  readonly stride: PerAxis;

  constructor(name: string, kernelSize: PerAxis, options: FoldOptions) {
    super();
    const { dilation = 1, padding = 0, stride = 1 } = checkOptions(name, options, optionNames);
    const checked = (what: string, value: PerAxis, least: number): PerAxis => {
      const numbers = perAxis(name, what, value, 2, least);
      return typeof value === 'number' ? value : numbers;
    };
    this.kernelSize = checked('kernelSize', kernelSize, 1);
    this.dilation = checked('dilation', dilation, 1);
    this.padding = checked('padding', padding, 0);
    this.stride = checked('stride', stride, 1);
  }

  protected override extraRepr(): string {
    const { kernelSize, dilation, padding, stride } = this;
    const values = Object.entries({ dilation, padding, stride });
    return [
      `kernel_size=${shown(kernelSize)}`,
      ...values.map(([name, value]) => `${name}=${shown(value)}`),
    ].join(', ');
  }
}

/**
 * The windows of images [N, C, H, W] or [C, H, W] as columns: `functional.unfold`.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Unfold.html
 */
export class Unfold extends Windows {
  constructor(kernelSize: PerAxis, options: FoldOptions = {}) {
    super('Unfold', kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    assertTensor('Unfold', 'the input', x);
    const { kernelSize, dilation, padding, stride } = this;
    return functional.unfold(x, kernelSize, { dilation, padding, stride });
  }
}

/**
 * Images as sums of their windows, given as columns [N, C·K·K′, L] or [C·K·K′, L]: `functional.fold`.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Fold.html
 */
export class Fold extends Windows {
  readonly outputSize: PerAxis;

  constructor(outputSize: PerAxis, kernelSize: PerAxis, options: FoldOptions = {}) {
    super('Fold', kernelSize, options);
    const numbers = perAxis('Fold', 'outputSize', outputSize, 2, 1);
    this.outputSize = typeof outputSize === 'number' ? outputSize : numbers;
  }

  forward(x: Tensor): Tensor {
    assertTensor('Fold', 'the input', x);
    const { outputSize, kernelSize, dilation, padding, stride } = this;
    return functional.fold(x, outputSize, kernelSize, { dilation, padding, stride });
  }

  protected override extraRepr(): string {
    return `output_size=${shown(this.outputSize)}, ${super.extraRepr()}`;
  }
}
