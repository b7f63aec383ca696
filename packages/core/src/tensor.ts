import { assertTensor, disposed } from './arguments.ts';
import { assertGradient } from './autograd/assert-gradient.ts';
import { LeafNode, type Node } from './autograd/node.ts';
import type { Origin } from './autograd/origin.ts';
import type { Storage, View } from './backend/backend.ts';
import { currentContext } from './capture/context.ts';
import { type DType, dtypes, isFloat } from './dtype.ts';
import { AutogradError, DTypeError } from './errors.ts';
import { type Identity, identity, tensorIdentity } from './identity.ts';
import { keep, track } from './scope.ts';
import { isContiguous, numel } from './shape.ts';
import { install } from './tensor/install.ts';
import { methodGroups, type TensorMethods } from './tensor/methods.ts';

/* Methods stand by question in `tensor/`; `install` below gives them to the class. */
export interface Tensor extends TensorMethods {}

/**
 * An n-dimensional array on a device, with automatic differentiation.
 *
 * A tensor is a view (shape, strides, offset) on a storage; `reshape`, `transpose`, `slice` and `expand` share memory with the
 * tensor they come from. Names, broadcasting, dtype promotion and results are PyTorch's, in camelCase.
 *
 * ```ts
 * const x = tensor(3.5, { requiresGrad: true });
 * x.sub(1).mul(x.sub(2)).mul(x.sub(3)).backward();
 * x.grad?.item(); // 5.75
 * ```
 *
 * Source: https://docs.pytorch.org/docs/2.15/tensors.html
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `install` gives the class what the interface says.
export class Tensor {
  /**
   * The tensor whose memory this one shares, as after `reshape` or `slice`.
   *
   * @internal
   */
  readonly origin: Origin | undefined;
  #grad: Tensor | null = null;
  #strided: View;
  #node: Node | undefined;
  #disposed = false;

  static {
    install(Tensor, methodGroups);
  }

  /** Not for programs: `tensor`, `zeros` and the like make tensors. */
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
   * The accumulated gradient of a leaf. One that is set outlives the scope it was made in.
   *
   * @throws {ShapeError} when set to a tensor of another shape than this one's, {@link DTypeError} to one of another dtype,
   *   {@link DeviceError} to one on another device, {@link ArgumentError} to anything else but null.
   */
  get grad(): Tensor | null {
    currentContext()?.readGradient(this, this.#grad);
    return this.#grad;
  }

  set grad(grad: Tensor | null) {
    if (grad !== null && grad !== this.#grad) assertGradient('grad', this, grad);
    const context = currentContext();
    context?.replaceGradient(this);
    this.#grad = grad;
    if (grad === null) return;
    keep(grad);
    context?.leaves.add(this);
  }

  /**
   * Shape, strides and offset on the storage, for kernels.
   *
   * @internal
   */
  get strided(): View {
    return this.#strided;
  }

  /**
   * The operation that made this tensor, a leaf's gradient slot, or undefined where no gradient flows.
   *
   * @internal
   */
  get node(): Node | undefined {
    if (this.origin !== undefined) this.#node = this.origin.refresh(this.#node);
    return this.#node;
  }

  /** @internal */
  set node(node: Node | undefined) {
    this.#node = node;
  }

  /** The memory that holds the elements. */
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

  /** The axes in reverse order, as a view. */
  get T(): Tensor {
    return this.permute([...this.shape.keys()].reverse());
  }

  /** The last two axes exchanged, as a view. */
  get mT(): Tensor {
    return this.transpose(-2, -1);
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

  /** Whether `dispose` has freed it. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** Whether its layout is row-major without gaps. */
  isContiguous(): boolean {
    return isContiguous(this.shape, this.strides);
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

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /**
   * Takes over the memory of `source`, with its shape, dtype and device, and shares it; returns this tensor. What was
   * recorded from this tensor before keeps the old memory. Throws {@link AutogradError} on views and on results of
   * recorded operations.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.set_.html
   */
  set_(source: Tensor): Tensor {
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

  /**
   * A tensor on a view of this tensor's memory, or of new memory on the same backend.
   *
   * @internal
   */
  wrap(view: View, node: Node | undefined, origin?: Origin): Tensor {
    const tensor = new Tensor(view, node, origin);
    track(tensor);
    return tensor;
  }

  /**
   * This tensor under another identity, kept by a graph: it holds the memory, whatever happens to this one.
   *
   * @internal
   */
  alias(): Tensor {
    this.assertLive('alias');
    return this.sharing();
  }

  /**
   * A tensor on the same memory, which something must hold still, with the same place in the graph.
   *
   * @internal
   */
  sharing(): Tensor {
    return new Tensor(this.strided, this.node, undefined);
  }

  /**
   * Throws {@link ArgumentError} after `dispose`.
   *
   * @internal
   */
  assertLive(op: string): void {
    if (this.#disposed) throw disposed(op, this);
  }
}
