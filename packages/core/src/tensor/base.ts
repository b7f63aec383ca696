import {
  assertBoolean,
  assertDType,
  assertNumber,
  assertTensor,
  describe,
  disposed,
  shapeArgument,
} from '../arguments.ts';
import { apply, applyInPlace } from '../autograd/apply.ts';
import { type BackwardOptions, backward } from '../autograd/backward.ts';
import { LeafNode, type Node } from '../autograd/node.ts';
import type { Origin } from '../autograd/origin.ts';
import type { Backend, Storage, View } from '../backend/backend.ts';
import { backendFor } from '../backend/devices.ts';
import { currentContext } from '../capture/context.ts';
import {
  type ArrayOf,
  assertHolds,
  type DType,
  dtypes,
  isDType,
  isFloat,
  type TypedArray,
} from '../dtype.ts';
import { ArgumentError, AutogradError, DeviceError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { type Identity, identity, tensorIdentity } from '../identity.ts';
import { assign } from '../ops/assign.ts';
import { clone, convert, transfer } from '../ops/convert.ts';
import { allocate, contiguous, copyInto, discard } from '../ops/launch.ts';
import { none } from '../ops/op.ts';
import { checkOptions } from '../options.ts';
import { track } from '../scope.ts';
import { isContiguous, numel, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { formatTensor } from './format.ts';
import { type NestedArray, nest } from './nested.ts';

/**
 * A strided view of a storage, with its place in the autograd graph. Everything that is not
 * arithmetic: metadata, reading, conversion, memory, `backward`.
 */
export abstract class TensorBase {
  /** The tensor whose memory this one shares, as after `reshape` or `slice`. */
  readonly origin: Origin | undefined;
  #grad: Tensor | null = null;
  #strided: View;
  #node: Node | undefined;
  #disposed = false;

  constructor(view: View, node?: Node | undefined, origin?: Origin | undefined) {
    this.#strided = view;
    this.#node = node;
    this.origin = origin;
    view.storage.retain();
  }

  /** What other copies of this package know it by. */
  get [identity](): Identity {
    return tensorIdentity;
  }

  /**
   * The accumulated gradient of a leaf.
   *
   * @throws {ShapeError} when set to a tensor of another shape than this one's, {@link DTypeError} to one of another dtype,
   *   {@link DeviceError} to one on another device, {@link ArgumentError} to anything else but null.
   */
  get grad(): Tensor | null {
    currentContext()?.readGradient(this, this.#grad);
    return this.#grad;
  }

  set grad(grad: Tensor | null) {
    if (grad !== null && grad !== this.#grad) this.assertGradient('grad', grad);
    this.#grad = grad;
  }

  /** Checks that a tensor may be the gradient of this one, as it stands now. */
  assertGradient(op: string, grad: Tensor): void {
    assertTensor(op, 'the gradient', grad);
    const { shape, dtype } = grad.strided;
    if (!sameShape(shape, this.shape)) {
      throw new ShapeError(
        `${op}: expected a gradient of the tensor's shape ${formatShape(this.shape)}, got ${formatShape(shape)}`,
      );
    }
    if (dtype !== this.dtype) {
      throw new DTypeError(`${op}: expected a gradient of the tensor's dtype ${this.dtype}, got ${dtype}`);
    }
    if (grad.storage.backend !== this.storage.backend) {
      throw new DeviceError(
        `${op}: expected a gradient on the tensor's device ${this.device}, got ${grad.device}`,
      );
    }
  }

  get strided(): View {
    return this.#strided;
  }

  /** The operation that made this tensor, a leaf's gradient slot, or undefined where no gradient flows. */
  get node(): Node | undefined {
    if (this.origin !== undefined) this.#node = this.origin.refresh(this.#node);
    return this.#node;
  }

  set node(node: Node | undefined) {
    this.#node = node;
  }

  get storage(): Storage {
    return this.strided.storage;
  }

  get dtype(): DType {
    return this.strided.dtype;
  }

  get shape(): readonly number[] {
    return this.strided.shape;
  }

  /** Distance between neighbors along each axis, in elements. */
  get strides(): readonly number[] {
    return this.strided.strides;
  }

  /** Position of the first element in the storage, in elements. */
  get offset(): number {
    return this.strided.offset;
  }

  /** The device that holds the elements: `cpu`, `cuda:0`. */
  get device(): string {
    return this.storage.backend.device;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get numel(): number {
    return numel(this.shape);
  }

  /** Bytes per element. */
  get itemSize(): number {
    return dtypes[this.dtype].bytes;
  }

  /** Whether operations on this tensor are recorded for `backward`. */
  get requiresGrad(): boolean {
    return this.node !== undefined;
  }

  /** Whether this tensor is an input of the graph rather than the result of a recorded operation. */
  get isLeaf(): boolean {
    return this.node === undefined || this.node instanceof LeafNode;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  isContiguous(): boolean {
    return isContiguous(this.shape, this.strides);
  }

  /**
   * Turns the recording of a leaf on or off, and returns the tensor. Throws {@link AutogradError} on the result of a
   * recorded operation, and {@link DTypeError} on integers and bools.
   */
  requiresGrad_(this: Tensor, flag = true): Tensor {
    this.assertLive('requiresGrad_');
    assertBoolean('requiresGrad_', 'flag', flag);
    if (!this.isLeaf) {
      throw new AutogradError(
        'requiresGrad_: expected a leaf, got the result of an operation; detach it first',
      );
    }
    if (flag && !isFloat(this.dtype)) {
      throw new DTypeError(`requiresGrad_: expected a floating-point tensor, got ${this.dtype}`);
    }
    if (flag !== this.requiresGrad) this.node = flag ? new LeafNode(this) : undefined;
    return this;
  }

  /**
   * Adds the gradient of this tensor to the `grad` of every leaf it depends on.
   *
   * ```ts
   * loss.backward();
   * loss.backward({ retainGraph: true });
   * y.backward(gradient, { createGraph: true });
   * ```
   *
   * @param gradient ∂L/∂this, of this tensor's shape. May be left out for a tensor of one element, where it is 1.
   *
   * Throws {@link AutogradError} when nothing was recorded, when a non-scalar comes without a gradient, when the graph was
   * freed by an earlier pass, or when a saved value was modified in place.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.backward.html
   */
  backward(options?: BackwardOptions): void;
  backward(gradient: Tensor | undefined, options?: BackwardOptions): void;
  backward(this: Tensor, given?: Tensor | BackwardOptions, options?: BackwardOptions): void {
    this.assertLive('backward');
    if (given === undefined || given instanceof TensorBase) {
      backward(this, given, options === undefined ? {} : options);
    } else {
      backward(this, undefined, options === undefined ? given : { ...given, ...options });
    }
  }

  /** The same elements, shared, outside the graph. */
  detach(this: Tensor): Tensor {
    this.assertLive('detach');
    return this.wrap(this.strided, undefined);
  }

  /** A contiguous copy; differentiable. */
  clone(this: Tensor): Tensor {
    return apply(clone, [this], none);
  }

  /** This tensor when its layout is row-major without gaps, else a copy that is. */
  contiguous(this: Tensor): Tensor {
    this.assertLive('contiguous');
    return this.isContiguous() ? this : this.clone();
  }

  /**
   * This tensor in another dtype, on another device, or both; itself where nothing changes. Differentiable.
   *
   * ```ts
   * x.to('float64');
   * x.to('cuda');
   * x.to({ dtype: 'float32', device: 'cpu' });
   * ```
   */
  to(
    this: Tensor,
    target: DType | (string & {}) | { readonly dtype?: DType; readonly device?: string },
  ): Tensor {
    this.assertLive('to');
    if (typeof target === 'string')
      return isDType(target) ? this.toDType(target) : this.to({ device: target });
    if (typeof target !== 'object' || target === null) {
      throw new ArgumentError(`to: expected a dtype, a device or both, got ${describe(target)}`);
    }
    checkOptions('to', target, { dtype: true, device: true });
    const moved = target.device === undefined ? this : this.toBackend(backendFor(target.device));
    return target.dtype === undefined ? moved : moved.toDType(target.dtype);
  }

  /** This tensor in another dtype; itself when it has it already. */
  toDType(this: Tensor, dtype: DType): Tensor {
    this.assertLive('to');
    assertDType('to', dtype);
    return dtype === this.dtype ? this : apply(convert, [this], { dtype });
  }

  /** This tensor in another backend's memory; itself when it lives there already. */
  toBackend(this: Tensor, backend: Backend): Tensor {
    this.assertLive('to');
    const from = this.storage.backend;
    return backend === from ? this : apply(transfer, [this], { from, to: backend });
  }

  float(this: Tensor): Tensor {
    return this.toDType('float32');
  }

  double(this: Tensor): Tensor {
    return this.toDType('float64');
  }

  int(this: Tensor): Tensor {
    return this.toDType('int32');
  }

  bool(this: Tensor): Tensor {
    return this.toDType('bool');
  }

  /**
   * The only element as a number; bools are 0 or 1. Waits for the device. Throws {@link ShapeError} for
   * any other number of elements.
   */
  item(): number {
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
  data<D extends DType = DType>(dtype?: D): ArrayOf<D>;
  data(dtype: DType = this.dtype): TypedArray {
    this.assertLive('data');
    if (dtype !== this.dtype) throw new DTypeError(`data: expected a tensor of ${dtype}, got ${this.dtype}`);
    const source = contiguous(this.strided);
    const bytes = new Uint8Array(this.numel * this.itemSize);
    source.storage.backend.read(source.storage.handle, source.offset * this.itemSize, bytes);
    discard(source, this.strided);
    return dtypes[this.dtype].array(bytes.buffer, 0, this.numel);
  }

  /** The elements as nested arrays of numbers, or of booleans for bool; a plain value for a scalar. */
  toArray(): NestedArray {
    this.assertLive('toArray');
    const data = this.data();
    return nest(this.shape, this.dtype === 'bool' ? Array.from(data, (x) => x !== 0) : Array.from(data));
  }

  /** `tensor([[1., 2.]])`, laid out as PyTorch prints it. */
  toString(): string {
    return this.#disposed ? 'tensor(<disposed>)' : formatTensor(this);
  }

  /** Throws {@link ArgumentError}: JSON has no tensors. `toArray` gives the elements for it, `save` writes state to a file. */
  toJSON(): never {
    this.assertLive('toJSON');
    throw new ArgumentError(
      `JSON: expected plain data, got a tensor of shape ${formatShape(this.shape)}; use toArray() for its elements, or save() for a file`,
    );
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** Frees the memory now, unless a view or a graph still holds it. The tensor must not be used again. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.storage.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Overwrites the elements with those of `source`, broadcast and converted; returns this tensor. */
  copy_(this: Tensor, source: Tensor): Tensor {
    assertTensor('copy_', 'source', source);
    return applyInPlace(assign, [this, source], none);
  }

  /** Overwrites every element with a number; returns this tensor. */
  fill_(this: Tensor, value: number): Tensor {
    this.assertLive('fill_');
    assertNumber('fill_', 'value', value);
    assertHolds('fill_', this.dtype, value);
    return applyInPlace(assign, [this, value], none);
  }

  /** Overwrites every element with 0; returns this tensor. */
  zero_(this: Tensor): Tensor {
    this.assertLive('zero_');
    return this.fill_(0);
  }

  /**
   * Takes over the memory of `source`, with its shape, dtype and device, and shares it; returns this tensor. What was
   * recorded from this tensor before keeps the old memory. Throws {@link AutogradError} on views and on results of
   * recorded operations.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.set_.html
   */
  set_(this: Tensor, source: Tensor): Tensor {
    this.assertLive('set_');
    assertTensor('set_', 'source', source);
    if (!this.isLeaf || this.origin !== undefined) {
      throw new AutogradError('set_: expected a leaf that owns its memory, got a view or a recorded result');
    }
    if (this.requiresGrad && !isFloat(source.dtype)) {
      throw new DTypeError(`set_: expected floats for a tensor that requires grad, got ${source.dtype}`);
    }
    source.storage.retain();
    this.storage.departures++;
    this.storage.release();
    this.#strided = source.strided;
    return this;
  }

  /** A tensor of one value with this tensor's dtype and device. */
  newFull(this: Tensor, shape: readonly number[], value: number): Tensor {
    this.assertLive('newFull');
    assertNumber('newFull', 'value', value);
    assertHolds('newFull', this.dtype, value);
    return this.#filled(shapeArgument('newFull', shape), value);
  }

  /** Zeros with this tensor's dtype and device. */
  newZeros(this: Tensor, shape: readonly number[]): Tensor {
    this.assertLive('newZeros');
    return this.#filled(shapeArgument('newZeros', shape), 0);
  }

  #filled(this: Tensor, shape: readonly number[], value: number): Tensor {
    return this.wrap(copyInto(allocate(this.storage.backend, this.dtype, shape), value), undefined);
  }

  /** A tensor on a view of this tensor's memory, or of new memory on the same backend. */
  wrap(this: Tensor, view: View, node: Node | undefined, origin?: Origin): Tensor {
    const tensor = this.create(view, node, origin);
    track(tensor);
    return tensor;
  }

  /** This tensor under another identity, kept by a graph: it holds the memory, whatever happens to this one. */
  alias(): Tensor {
    this.assertLive('alias');
    return this.sharing();
  }

  /** A tensor on the same memory, which something must hold still, with the same place in the graph. */
  sharing(): Tensor {
    return this.create(this.strided, this.node, undefined);
  }

  /** Throws {@link ArgumentError} after `dispose`. */
  assertLive(op: string): void {
    if (this.#disposed) throw disposed(op, this);
  }

  /** The constructor of the final class, which this file must not import. */
  protected abstract create(view: View, node: Node | undefined, origin: Origin | undefined): Tensor;
}
