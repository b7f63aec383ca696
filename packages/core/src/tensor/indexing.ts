import { assertBoolean, assertList, assertTensor, assertWhole } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { dtypes } from '../dtype.ts';
import { DTypeError, formatShape, ShapeError } from '../errors.ts';
import * as indexing from '../ops/indexing.ts';
import { checkOptions } from '../options.ts';
import { broadcastShapes, broadcasts, contiguousStrides, normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { indexTensor } from './index-tensor.ts';
import { assertPositions, type Flat, flattened, type IndexItem, indexed } from './indexer.ts';
import { overwritten } from './overwrite.ts';

/** Class numbers are listed on the host. */
const MAX_CLASSES = 2 ** 28;

export interface IndexPutOptions {
  /** Add to the elements instead of overwriting them. Default false. */
  readonly accumulate?: boolean;
}

const added = (target: Tensor, places: Tensor, values: Tensor): Tensor =>
  places.numel === 0 ? target.clone() : target.scatterAdd(0, places, values);

/** The shape of what tensors pick. */
function pickedShape({ rows, positions, order }: Flat): number[] {
  const shape = [...positions.shape, ...rows.shape.slice(1)];
  return order.map((d) => shape[d]!);
}

/** The order of axes that undoes another. */
const inverse = (order: readonly number[]): number[] => order.map((_, d) => order.indexOf(d));

/** Where the elements stand in the flattened tensor that an index along an axis names. */
function placesAlong(tensor: Tensor, axis: number, index: Tensor): Tensor {
  const strides = contiguousStrides(tensor.shape);
  const size = tensor.shape[axis] ?? 1;
  assertPositions('scatter', index, size);
  return index.shape.reduce(
    (places, length, d) =>
      d === axis
        ? places
        : places.add(
            indexTensor(
              tensor,
              index.shape.map((_, e) => (e === d ? length : 1)),
              Array.from({ length }, (_, i) => i * strides[d]!),
            ),
          ),
    index.int().mul(strides[axis] ?? 1),
  );
}

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

  /**
   * What stands between the brackets of PyTorch's `x[…]`:
   *
   * ```ts
   * x.index(0); // x[0]
   * x.index('...', null); // x[..., None]
   * x.index(':', '1:3'); // x[:, 1:3]
   * x.index(x.gt(0)); // x[x > 0]
   * x.index(rows, columns); // x[rows, columns]
   * ```
   *
   * Numbers, slices and new axes give a view; tensors and lists a copy, whose axes stand where the first of them stood, or in front
   * where others are between them. Masks and lists are read on the host.
   *
   * @throws {ShapeError} for more indices than axes, and positions that are not there.
   *
   * Source: https://docs.pytorch.org/docs/2.15/tensor_view.html
   */
  index(this: Tensor, ...items: readonly IndexItem[]): Tensor {
    this.assertLive('index');
    const found = indexed('index', this, items);
    const flat = flattened(found);
    if (flat === undefined) return found.view;
    const { rows, positions, order } = flat;
    const selected = rows.indexSelect(0, positions.flatten());
    return selected.reshape([...positions.shape, ...rows.shape.slice(1)]).permute(order);
  }

  /**
   * PyTorch's assignment `x[…] = values`, for items as in {@link index}; returns the tensor.
   *
   * ```ts
   * x.indexPut_([0, '1:3'], 7); // x[0, 1:3] = 7
   * x.indexPut_([mask], tensor([1, 2]));
   * ```
   *
   * @param values a number, or a tensor that broadcasts to what the index picks. Of several at one place the last stays; with
   *   `accumulate` all are added.
   */
  indexPut_(
    this: Tensor,
    items: readonly IndexItem[],
    values: Tensor | number,
    options: IndexPutOptions = {},
  ): Tensor {
    this.assertLive('indexPut_');
    const { accumulate = false } = checkOptions('indexPut_', options, { accumulate: true });
    assertBoolean('indexPut_', 'accumulate', accumulate);
    assertList('indexPut_', 'items', items);
    if (typeof values !== 'number') assertTensor('indexPut_', 'values', values, ' or a number');
    const given = typeof values === 'number' ? this.newFull([], values) : values.toDType(this.dtype);
    const found = indexed('indexPut_', this, items as readonly IndexItem[]);
    const flat = flattened(found);
    const target = flat === undefined ? found.view.shape : pickedShape(flat);
    if (!broadcasts(given.shape, target)) {
      throw new ShapeError(
        `indexPut_: expected values that broadcast to ${formatShape(target)}, got shape ${formatShape(given.shape)}`,
      );
    }
    if (flat === undefined) {
      if (accumulate) found.view.add_(given);
      else found.view.copy_(given);
      return this;
    }
    const { rows, positions, order, moved } = flat;
    const placed = given.expand(target).permute(inverse(order));
    const width = rows.numel / Math.max(rows.shape[0]!, 1);
    const columns = indexTensor(this, [width], [...Array(width).keys()]);
    const places = positions.flatten().mul(width).unsqueeze(1).add(columns).flatten();
    const result = (accumulate ? added : overwritten)(rows.flatten(), places, placed.flatten());
    found.view.copy_(result.reshape(moved.map((d) => found.view.shape[d]!)).permute(inverse(moved)));
    return this;
  }

  /** The elements where a bool mask holds, in row-major order; both broadcast. The mask is read on the host. */
  maskedSelect(this: Tensor, mask: Tensor): Tensor {
    this.assertLive('maskedSelect');
    assertTensor('maskedSelect', 'mask', mask);
    if (mask.dtype !== 'bool') throw new DTypeError(`maskedSelect: expected a bool mask, got ${mask.dtype}`);
    const shape = broadcastShapes('maskedSelect', this.shape, mask.shape);
    const places = mask.expand(shape).flatten().nonzero().flatten();
    return this.expand(shape).flatten().indexSelect(0, places);
  }

  /**
   * A copy with out[indexᵢⱼ, j] = sourceᵢⱼ, for dim 0 of a matrix; of several at one place the last stays.
   *
   * @param source of this tensor's dtype and no smaller than the index, or a number.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.scatter_.html
   */
  scatter(this: Tensor, dim: number, index: Tensor, source: Tensor | number): Tensor {
    this.assertLive('scatter');
    assertTensor('scatter', 'index', index);
    const axis = normalizeDim('scatter', dim, this.ndim);
    if (typeof source !== 'number') assertTensor('scatter', 'source', source, ' or a number');
    const values = typeof source === 'number' ? this.newFull([], source).expand(index.shape) : source;
    if (values.dtype !== this.dtype) {
      throw new DTypeError(`scatter: expected a source of ${this.dtype}, got ${values.dtype}`);
    }
    if (index.numel === 0) return this.clone();
    const fits =
      index.ndim === this.ndim &&
      index.shape.every((size, d) => (d === axis || size <= this.shape[d]!) && size <= values.shape[d]!);
    if (!fits || values.ndim !== index.ndim || this.numel === 0) {
      throw new ShapeError(
        `scatter: expected an index no larger than ${formatShape(this.shape)} except in dim ${axis}, nor than the source, got ${formatShape(index.shape)} and ${formatShape(values.shape)}`,
      );
    }
    const places = placesAlong(this, axis, index);
    const used = index.shape.reduce(
      (x, size, d) => x.narrow(d, 0, size),
      values.ndim === 0 ? values.reshape(1) : values,
    );
    return overwritten(this.flatten(), places.flatten(), used.flatten()).reshape(this.shape);
  }

  /**
   * {@link gather} in which index and tensor broadcast on the other axes; without `dim`, from the flattened tensor.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.take_along_dim.html
   */
  takeAlongDim(this: Tensor, indices: Tensor, dim?: number): Tensor {
    this.assertLive('takeAlongDim');
    assertTensor('takeAlongDim', 'indices', indices);
    if (dim === undefined) return this.flatten().gather(0, indices.flatten());
    const axis = normalizeDim('takeAlongDim', dim, this.ndim);
    if (indices.ndim !== this.ndim) {
      throw new ShapeError(
        `takeAlongDim: expected indices of ${this.ndim} dims, got shape ${formatShape(indices.shape)}`,
      );
    }
    if (this.ndim === 0) return this.gather(0, indices);
    const others = (x: Tensor): number[] => x.shape.map((size, d) => (d === axis ? 1 : size));
    const shape = broadcastShapes('takeAlongDim', others(this), others(indices));
    const spread = (x: Tensor): Tensor => x.expand(shape.map((size, d) => (d === axis ? x.shape[d]! : size)));
    return spread(this).gather(axis, spread(indices));
  }

  /** The elements at positions in the flattened tensor, in the index's shape. */
  take(this: Tensor, index: Tensor): Tensor {
    this.assertLive('take');
    assertTensor('take', 'index', index);
    return this.flatten().indexSelect(0, index.flatten()).reshape(index.shape);
  }
}
