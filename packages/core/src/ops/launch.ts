import { type Backend, type Operand, Storage, type View } from '../backend/backend.ts';
import type { KernelAttributes, KernelCall, KernelKind } from '../backend/kernels.ts';
import { recordBackend } from '../capture/context.ts';
import { type DType, dtypes, type TypedArray } from '../dtype.ts';
import { ArgumentError, DeviceError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { broadcastStrides, contiguousStrides, isContiguous, numel, type Shape, sameShape } from '../shape.ts';

/** Bytes of a tensor where an engine names no limit: what an address reaches. */
const MAX_BYTES = 2 ** 47;

/** Throws {@link DeviceError} for a tensor that is larger than its device takes. */
export function assertFits(backend: Backend, dtype: DType, shape: Shape): void {
  const most = backend.maxBytes ?? MAX_BYTES;
  const byteLength = numel(shape) * dtypes[dtype].bytes;
  if (byteLength <= most) return;
  const gigabytes = (bytes: number): string => `${Number((bytes / 2 ** 30).toPrecision(4))} GiB`;
  throw new DeviceError(
    `allocate: expected a tensor of at most ${gigabytes(most)} (${most} bytes) on ${backend.device}, got shape ${formatShape(shape)} of ${dtype}, which takes ${gigabytes(byteLength)}`,
  );
}

/** A new contiguous view on memory of its own; the content is unspecified. Throws {@link DTypeError} for what the backend lacks. */
export function allocate(backend: Backend, dtype: DType, shape: Shape): View {
  if (backend.unsupportedDTypes?.includes(dtype)) {
    const known = Object.keys(dtypes).filter((name) => !backend.unsupportedDTypes?.includes(name as DType));
    throw new DTypeError(`${backend.device}: expected a dtype among ${known.join(', ')}, got ${dtype}`);
  }
  return allocateAny(backend, dtype, shape);
}

/** The same for a temporary of any dtype: a backend may do with it what it has to, so long as no tensor holds it. */
export function allocateAny(backend: Backend, dtype: DType, shape: Shape): View {
  assertFits(backend, dtype, shape);
  const storage = new Storage(backend, numel(shape) * dtypes[dtype].bytes);
  return { storage, dtype, shape, strides: contiguousStrides(shape), offset: 0 };
}

/** The most bytes that are made ready on the host: those of an array of Node.js 20. */
const MAX_HOST_BYTES = 2 ** 32 - 2 ** 12;

/** Memory of the host for so many elements. For bool, numbers that are 0 or not. */
export function hostArray(op: string, dtype: DType, count: number): TypedArray {
  const stored = dtype === 'bool' ? 'float64' : dtype;
  const byteLength = count * dtypes[stored].bytes;
  try {
    if (byteLength <= MAX_HOST_BYTES) return dtypes[stored].array(new ArrayBuffer(byteLength), 0, count);
  } catch {}
  throw new ArgumentError(
    `${op}: expected elements that fit into ${MAX_HOST_BYTES} bytes of memory, got ${count} of ${dtype}`,
  );
}

/** A new contiguous view that holds the given elements. */
export function upload(backend: Backend, dtype: DType, shape: Shape, elements: TypedArray): View {
  if (elements.byteLength !== numel(shape) * dtypes[dtype].bytes) {
    throw new ShapeError(
      `upload: expected ${numel(shape)} elements of ${dtype} for shape ${formatShape(shape)}, got ${elements.length}`,
    );
  }
  const view = allocate(backend, dtype, shape);
  backend.write(
    view.storage.handle,
    0,
    new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength),
  );
  return view;
}

/** Runs one kernel on the backend of its operands. Where all of its outputs, or without outputs its inputs, are empty, there is no work. */
export function launch<K extends KernelKind>(
  kind: K,
  outputs: readonly View[],
  inputs: readonly Operand[],
  attributes: KernelAttributes[K],
): void {
  const targets = outputs.length > 0 ? outputs : inputs.filter(isView);
  if (targets.every((view) => numel(view.shape) === 0)) return;
  const call = { kind, outputs, inputs, attributes } as KernelCall;
  const { backend } = targets[0]!.storage;
  recordBackend(backend);
  backend.execute(call);
}

/** Copies elements, converting to the dtype of `out`; `input` must have its shape or be a number. */
export function copyInto(out: View, input: Operand): View {
  launch('copy', [out], [input], {});
  return out;
}

const contiguousView = (view: View): boolean => isContiguous(view.shape, view.strides);

/** The view itself when it is contiguous, else a contiguous copy. */
export function contiguous(view: View): View {
  if (contiguousView(view)) return view;
  return copyInto(allocate(view.storage.backend, view.dtype, view.shape), view);
}

/** The view itself when it has the dtype, else a converted copy. */
export function converted(view: View, dtype: DType): View {
  if (view.dtype === dtype) return view;
  return copyInto(allocate(view.storage.backend, dtype, view.shape), view);
}

/** The view as if it had the larger shape. */
export function broadcast(view: View, shape: Shape): View {
  if (sameShape(view.shape, shape)) return view;
  return { ...view, shape, strides: broadcastStrides(view.shape, view.strides, shape) };
}

/** Frees what {@link contiguous} or {@link converted} had to copy. */
export function discard(temporary: Operand, original: Operand): void {
  if (typeof temporary === 'number' || typeof original === 'number') return;
  if (temporary.storage !== original.storage) temporary.storage.release();
}

export const isView = (operand: Operand): operand is View => typeof operand === 'object';

/** The views among operands; an operation always has one. */
export function firstView(operands: readonly Operand[]): View {
  return operands.find(isView)!;
}
