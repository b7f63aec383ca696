import { assertTensor, assertWhole } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { dtypes } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import * as indexing from '../ops/indexing.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Class numbers are listed on the host. */
const MAX_CLASSES = 2 ** 28;

/** Methods that pick and place elements by position. Indices are int32 or uint8, and not negative. */
export class Indexing {
  /** The positions listed in a 1-d index along an axis. */
  indexSelect(this: Tensor, dim: number, index: Tensor): Tensor {
    this.assertLive('indexSelect');
    assertTensor('indexSelect', 'index', index);
    return apply(indexing.indexSelect, [this, index], { axis: normalizeDim('indexSelect', dim, this.ndim) });
  }

  /**
   * For dim 0 of a matrix: outᵢⱼ = this[indexᵢⱼ, j]. The index has this tensor's rank, and is no larger in other axes.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.gather.html
   */
  gather(this: Tensor, dim: number, index: Tensor): Tensor {
    this.assertLive('gather');
    assertTensor('gather', 'index', index);
    return apply(indexing.gather, [this, index], { axis: normalizeDim('gather', dim, this.ndim) });
  }

  /**
   * A copy with out[indexᵢⱼ, j] += sourceᵢⱼ, for dim 0 of a matrix.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.scatter_add_.html
   */
  scatterAdd(this: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
    this.assertLive('scatterAdd');
    assertTensor('scatterAdd', 'index', index);
    assertTensor('scatterAdd', 'source', source);
    return apply(indexing.scatterAdd, [this, index, source], {
      axis: normalizeDim('scatterAdd', dim, this.ndim),
    });
  }

  /**
   * Zeros of size `size` along an axis with this tensor's slices added at a 1-d index; the adjoint of `indexSelect`.
   *
   * @internal
   */
  indexSelectBackward(this: Tensor, dim: number, index: Tensor, size: number): Tensor {
    this.assertLive('indexSelectBackward');
    assertTensor('indexSelectBackward', 'index', index);
    assertWhole('indexSelectBackward', 'size', size, 0);
    return apply(indexing.indexSelectBackward, [this, index], {
      axis: normalizeDim('indexSelectBackward', dim, this.ndim),
      size,
    });
  }

  /**
   * A new last axis with 1 at the class index and 0 elsewhere, as int32. Without `numClasses`, one more
   * than the largest number. Throws {@link ShapeError} for a class out of range.
   */
  oneHot(this: Tensor, numClasses?: number): Tensor {
    this.assertLive('oneHot');
    if (numClasses !== undefined) assertWhole('oneHot', 'numClasses', numClasses, 0, MAX_CLASSES);
    if (dtypes[this.dtype].category !== 'integer') {
      throw new DTypeError(`oneHot: expected integer class indices, got ${this.dtype}`);
    }
    if (this.numel === 0 && numClasses === undefined) {
      throw new ShapeError('oneHot: expected numClasses for a tensor without elements');
    }
    const largest = this.numel === 0 ? -1 : this.max().item();
    const smallest = this.numel === 0 ? 0 : this.min().item();
    const count = numClasses ?? largest + 1;
    if (smallest < 0 || largest >= count) {
      const value = smallest < 0 ? smallest : largest;
      throw new ShapeError(`oneHot: expected class indices in [0, ${count - 1}], got ${value}`);
    }
    if (count > MAX_CLASSES) {
      throw new ShapeError(`oneHot: expected at most ${MAX_CLASSES} classes, got class index ${largest}`);
    }
    return apply(indexing.oneHot, [this], { numClasses: count });
  }
}
