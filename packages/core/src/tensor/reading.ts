import { assertDType } from '../arguments.ts';
import { type ArrayOf, type DType, dtypes, type TypedArray } from '../dtype.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { contiguous, discard } from '../ops/launch.ts';
import type { Tensor } from '../tensor.ts';
import { formatTensor } from './format.ts';
import { type NestedArray, nest } from './nested.ts';

/** Methods that read the elements on the host. */
export class Reading {
  /**
   * The only element as a number; bools are 0 or 1. Waits for the device. Throws {@link ShapeError} for
   * any other number of elements.
   */
  item(this: Tensor): number {
    this.assertLive('item');
    if (this.numel !== 1) {
      throw new ShapeError(`item: expected a tensor of one element, got shape ${formatShape(this.shape)}`);
    }
    return this.data()[0]!;
  }

  /**
   * The elements in row-major order, copied to the host; bools as bytes 0 and 1. Waits for the device.
   *
   * @param dtype The dtype that the tensor has, so that the array has a type of its own: `x.data('float32')` is a `Float32Array`.
   * @throws {DTypeError} where the tensor has another dtype.
   */
  data<D extends DType = DType>(this: Tensor, dtype?: D): ArrayOf<D>;
  data(this: Tensor, dtype: DType = this.dtype): TypedArray {
    this.assertLive('data');
    assertDType('data', dtype);
    if (dtype !== this.dtype) throw new DTypeError(`data: expected a tensor of ${dtype}, got ${this.dtype}`);
    const source = contiguous(this.strided);
    const bytes = new Uint8Array(this.numel * this.itemSize);
    source.storage.backend.read(source.storage.handle, source.offset * this.itemSize, bytes);
    discard(source, this.strided);
    return dtypes[this.dtype].array(bytes.buffer, 0, this.numel);
  }

  /** The elements as nested arrays of numbers, or of booleans for bool; a plain value for a scalar. */
  toArray(this: Tensor): NestedArray {
    this.assertLive('toArray');
    const data = this.data();
    return nest(this.shape, this.dtype === 'bool' ? Array.from(data, (x) => x !== 0) : Array.from(data));
  }

  /** {@link toArray} by PyTorch's name. */
  tolist(this: Tensor): NestedArray {
    this.assertLive('tolist');
    return this.toArray();
  }

  /** `tensor([[1., 2.]])`, laid out as PyTorch prints it. */
  toString(this: Tensor): string {
    return this.disposed ? 'tensor(<disposed>)' : formatTensor(this);
  }

  /** Throws {@link ArgumentError}: JSON has no tensors. `toArray` gives the elements for it, `save` writes state to a file. */
  toJSON(this: Tensor): never {
    this.assertLive('toJSON');
    throw new ArgumentError(
      `JSON: expected plain data, got a tensor of shape ${formatShape(this.shape)}; use toArray() for its elements, or save() for a file`,
    );
  }
}
