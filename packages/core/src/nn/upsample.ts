import { assertTensor } from '../arguments.ts';
import type { PerAxis } from '../spatial.ts';
import type { Tensor } from '../tensor.ts';
import { checkInterpolation, type InterpolateOptions, interpolate } from './functional/interpolate.ts';
import { Module } from './module.ts';
import { pythonFloat, pythonSize, pythonTuple } from './python-text.ts';

/**
 * Signals [N, C, L] or images [N, C, H, W] in other sizes, by `size` or `scaleFactor`; see `nn.functional.interpolate`.
 *
 * @throws {ArgumentError} unless there is either `size` or `scaleFactor`, and for `alignCorners` where the mode has none.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Upsample.html
 */
export class Upsample extends Module {
  readonly options: InterpolateOptions;

  constructor(options: InterpolateOptions) {
    super();
    checkInterpolation(this.constructor.name, options);
    this.options = { ...options };
  }

  forward(x: Tensor): Tensor {
    assertTensor(this.constructor.name, 'the input', x);
    return interpolate(x, this.options);
  }

  protected override extraRepr(): string {
    const { size, scaleFactor, mode = 'nearest' } = this.options;
    if (scaleFactor === undefined) return `size=${pythonSize(size!)}, mode='${mode}'`;
    const factor =
      typeof scaleFactor === 'number' ? pythonFloat(scaleFactor) : pythonTuple(scaleFactor.map(pythonFloat));
    return `scale_factor=${factor}, mode='${mode}'`;
  }
}

/** Sizes of {@link UpsamplingNearest2d} and {@link UpsamplingBilinear2d}: one of the two. */
export interface UpsamplingOptions {
  readonly size?: PerAxis;
  readonly scaleFactor?: PerAxis;
}

/**
 * {@link Upsample} of images by the mode `nearest`.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.UpsamplingNearest2d.html
 */
export class UpsamplingNearest2d extends Upsample {
  constructor(options: UpsamplingOptions) {
    super({ ...options, mode: 'nearest' });
  }
}

/**
 * {@link Upsample} of images by the mode `bilinear` with aligned corners.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.UpsamplingBilinear2d.html
 */
export class UpsamplingBilinear2d extends Upsample {
  constructor(options: UpsamplingOptions) {
    super({ ...options, mode: 'bilinear', alignCorners: true });
  }
}
