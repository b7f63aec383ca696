import { assertNumber, assertTensor, assertWhole } from '../arguments.ts';
import { dtypes, isInteger } from '../dtype.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { contiguousStrides, normalizeDims } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Dims } from './axes.ts';
import { indexTensor } from './index-tensor.ts';
import { type UniqueOptions, type UniqueResult, unique } from './unique.ts';

export interface BincountOptions {
  /** What each element counts, instead of 1. */
  readonly weights?: Tensor | undefined;
  /** The least length of the result. Default 0. */
  readonly minlength?: number;
}

export interface HistcOptions {
  /** Default 100. */
  readonly bins?: number;
  /** Where the first bin begins; with `max` equal to it, the least element. Default 0. */
  readonly min?: number;
  /** Where the last bin ends. Default 0. */
  readonly max?: number;
}

const MAX_BINS = 2 ** 28;

/** Methods that count elements, or find those that are there. */
export class Counting {
  /** Positions of the elements that are not 0, as int32 [n, ndim], in row-major order. Reads the elements on the host. */
  nonzero(this: Tensor): Tensor {
    this.assertLive('nonzero');
    const strides = contiguousStrides(this.shape);
    const found: number[] = [];
    this.data().forEach((value, i) => {
      if (value === 0) return;
      for (let d = 0; d < strides.length; d++) found.push(Math.floor(i / strides[d]!) % this.shape[d]!);
    });
    const rows = this.ndim === 0 ? Number(this.item() !== 0) : found.length / this.ndim;
    return indexTensor(this, [rows, this.ndim], found);
  }

  /** How many elements are not 0, as int32; along axes where they are given. */
  countNonzero(this: Tensor, dim?: Dims): Tensor {
    this.assertLive('countNonzero');
    return this.ne(0).sum(normalizeDims('countNonzero', dim, this.ndim));
  }

  /**
   * How often each integer from 0 on occurs in a vector, as int32; with weights, their sums. Reads the largest on the host.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.bincount.html
   */
  bincount(this: Tensor, options: BincountOptions = {}): Tensor {
    this.assertLive('bincount');
    const { weights, minlength = 0 } = checkOptions('bincount', options, { weights: true, minlength: true });
    assertWhole('bincount', 'minlength', minlength, 0, MAX_BINS);
    if (!isInteger(this.dtype)) throw new DTypeError(`bincount: expected integers, got ${this.dtype}`);
    if (this.ndim !== 1)
      throw new ShapeError(`bincount: expected 1 dim, got shape ${formatShape(this.shape)}`);
    if (weights !== undefined) {
      assertTensor('bincount', 'weights', weights);
      if (weights.ndim !== 1 || weights.shape[0] !== this.shape[0]) {
        throw new ShapeError(
          `bincount: expected weights of shape ${formatShape(this.shape)}, got ${formatShape(weights.shape)}`,
        );
      }
    }
    const [least, greatest] = this.numel === 0 ? [0, -1] : [this.min().item(), this.max().item()];
    if (least < 0 || greatest >= MAX_BINS) {
      throw new ArgumentError(
        `bincount: expected integers in [0, ${MAX_BINS - 1}], got ${least < 0 ? least : greatest}`,
      );
    }
    const values = weights?.detach() ?? this.newFull(this.shape, 1).int();
    const counts = values.newZeros([Math.max(minlength, greatest + 1)]);
    return this.numel === 0 ? counts : counts.scatterAdd(0, this, values);
  }

  /**
   * How many elements lie in each of equal bins between min and max, in this tensor's dtype. What lies outside is not counted.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.histc.html
   */
  histc(this: Tensor, options: HistcOptions = {}): Tensor {
    this.assertLive('histc');
    const {
      bins = 100,
      min = 0,
      max = 0,
    } = checkOptions('histc', options, { bins: true, min: true, max: true });
    assertWhole('histc', 'bins', bins, 1, MAX_BINS);
    assertNumber('histc', 'min', min);
    assertNumber('histc', 'max', max);
    if (dtypes[this.dtype].category !== 'float')
      throw new DTypeError(`histc: expected floats, got ${this.dtype}`);
    const x = this.detach().flatten();
    const whole = min === max && x.numel > 0;
    let [low, high] = whole ? [x.min().item(), x.max().item()] : [min, max];
    if (!(low <= high) || !Number.isFinite(high - low)) {
      throw new ArgumentError(`histc: expected finite min <= max, got ${low} and ${high}`);
    }
    if (low === high) [low, high] = [low - 1, high + 1];
    const inside = x.ge(low).logicalAnd(x.le(high));
    const scaled = x
      .sub(low)
      .div(high - low)
      .mul(bins)
      .maskedFill(inside.logicalNot(), 0);
    const bin = scaled
      .floor()
      .clamp(0, bins - 1)
      .int();
    const counts = x.newZeros([bins]);
    return x.numel === 0 ? counts : counts.scatterAdd(0, bin, inside.toDType(x.dtype));
  }

  /**
   * The elements that differ, in order, as a vector; with `dim`, the slices along it that differ. Where options ask for more, an object.
   * Reads the elements on the host. NaN differs from itself.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.unique.html
   */
  unique(): Tensor;
  unique(options: UniqueOptions): Tensor | UniqueResult;
  unique(this: Tensor, options: UniqueOptions = {}): Tensor | UniqueResult {
    return unique(this, options);
  }
}
