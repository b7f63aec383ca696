import type { DType } from '../dtype.ts';
import { formatShape, KindlingError } from '../errors.ts';
import type { BufferView, LoweredCall } from './lowered-call.ts';

/** Throws for a call that its kind does not allow: a defect of the caller. */
export function refuse({ kind }: Pick<LoweredCall, 'kind'>, expected: string, got: string): never {
  throw new KindlingError(`${kind}: expected ${expected}, got ${got}`);
}

export const textOf = (operand: BufferView | number | undefined): string =>
  typeof operand === 'object'
    ? `${operand.dtype} ${formatShape(operand.shape)} with strides ${formatShape(operand.strides)} at ${operand.offset}`
    : String(operand);

/** The bytes of an element, told by comparisons, which take less time than a table. */
function bytesOf(call: LoweredCall, { dtype, storage }: BufferView): number {
  if (storage.handle === undefined) refuse(call, 'operands that have not been disposed', 'a disposed one');
  if (dtype === 'float32' || dtype === 'int32') return 4;
  if (dtype === 'float64') return 8;
  if (dtype !== 'bool' && dtype !== 'uint8') refuse(call, 'a dtype', String(dtype));
  return 1;
}

/** Checks that all of a view's elements lie in its storage, and counts them. */
export function elementsOf(call: LoweredCall, view: BufferView): number {
  const { shape, strides, offset, storage } = view;
  const bytes = bytesOf(call, view);
  let whole = strides.length === shape.length && Number.isInteger(offset);
  let count = 1;
  let first = offset;
  let last = offset;
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]!;
    const reach = (size - 1) * strides[d]!;
    whole &&= Number.isInteger(size) && size >= 0 && Number.isInteger(reach);
    count *= size;
    if (reach < 0) first += reach;
    else last += reach;
  }
  if (
    !whole ||
    (count > 0 && !(first >= 0 && (last + 1) * bytes <= (storage.byteLength ?? Number.POSITIVE_INFINITY)))
  ) {
    refuse(call, `operands within their ${storage.byteLength} bytes`, textOf(view));
  }
  return count;
}

/** Checks a view of `count` elements without gaps, of a dtype. */
export function assertDense(call: LoweredCall, view: BufferView, count: number, dtype: DType): void {
  const { shape, strides, offset, storage } = view;
  const bytes = bytesOf(call, view);
  let whole = strides.length === shape.length;
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d]!;
    whole &&= size >= 0 && (size <= 1 || strides[d] === expected || expected === 0);
    expected *= size;
  }
  const fits =
    whole &&
    expected === count &&
    Number.isInteger(offset) &&
    offset >= 0 &&
    (offset + count) * bytes <= (storage.byteLength ?? Number.POSITIVE_INFINITY);
  if (fits && view.dtype === dtype) return;
  refuse(call, `${count} elements of ${dtype} without gaps within ${storage.byteLength} bytes`, textOf(view));
}

/** Checks a view of this shape with any strides. `contiguousRows`: neighbours in a row lie side by side. */
export function assertStrided(
  call: LoweredCall,
  view: BufferView,
  sizes: readonly number[],
  dtype: DType,
  contiguousRows: boolean,
): void {
  const { shape, strides } = view;
  elementsOf(call, view);
  let fits = view.dtype === dtype && shape.length === sizes.length;
  for (let d = 0; d < sizes.length; d++) fits &&= shape[d] === sizes[d];
  if (contiguousRows) fits &&= sizes[sizes.length - 1]! <= 1 || strides[sizes.length - 1] === 1;
  if (!fits) refuse(call, `an operand of ${dtype} ${formatShape(sizes)}`, textOf(view));
}

/** Checks a view of the output's shape with any strides. */
export function assertShape(call: LoweredCall, view: BufferView, shape: readonly number[]): void {
  elementsOf(call, view);
  let same = view.shape.length === shape.length;
  for (let d = 0; d < shape.length; d++) same &&= view.shape[d] === shape[d];
  if (!same) refuse(call, `inputs of the output's shape ${formatShape(shape)}`, formatShape(view.shape));
}

/** Checks an output with any strides. */
export function assertApart(call: LoweredCall, view: BufferView): void {
  elementsOf(call, view);
  for (let d = 0; d < view.shape.length; d++) {
    if (view.strides[d] === 0 && view.shape[d]! > 1)
      refuse(call, 'an output whose elements do not share memory', textOf(view));
  }
}

/** Throws unless bytes that the host copies lie in a block. */
export function assertInside(
  op: string,
  block: { readonly capacity: number } | undefined,
  byteOffset: number,
  byteLength: number,
): void {
  if (block !== undefined && byteOffset >= 0 && byteOffset + byteLength <= block.capacity) return;
  throw new KindlingError(
    `${op}: expected bytes within the memory's ${block?.capacity ?? 0}, got ${byteLength} from ${byteOffset} on`,
  );
}
