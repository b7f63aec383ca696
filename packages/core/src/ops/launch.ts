import { type Backend, type Operand, Storage, type View } from '../backend/backend.ts';
import type { KernelAttributes, KernelCall, KernelKind } from '../backend/kernels.ts';
import { currentSession } from '../capture/session.ts';
import { type DType, dtypes, type TypedArray } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { broadcastStrides, contiguousStrides, isContiguous, numel, type Shape, sameShape } from '../shape.ts';

/** A new contiguous view on memory of its own; the content is unspecified. Throws {@link DTypeError} for what the backend lacks. */
export function allocate(backend: Backend, dtype: DType, shape: Shape): View {
  if (backend.missing?.includes(dtype)) {
    const known = Object.keys(dtypes).filter((name) => !backend.missing?.includes(name as DType));
    throw new DTypeError(`${backend.device}: expected a dtype among ${known.join(', ')}, got ${dtype}`);
  }
  const storage = new Storage(backend, numel(shape) * dtypes[dtype].bytes);
  return { storage, dtype, shape, strides: contiguousStrides(shape), offset: 0 };
}

/** A new contiguous view that holds the given elements. */
export function upload(backend: Backend, dtype: DType, shape: Shape, elements: TypedArray): View {
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
  currentSession()?.meet(backend);
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
