import type { Backend, View } from './backend/backend.ts';
import { uploadEachCall } from './capture/varying.ts';
import { backendFor, getDefaultDevice } from './device.ts';
import { type DType, dtypes, type TypedArray } from './dtype.ts';
import { ArgumentError, formatShape, ShapeError } from './errors.ts';
import { allocate, copyInto, upload } from './ops/launch.ts';
import { track } from './scope.ts';
import { assertShape, numel, type Shape } from './shape.ts';
import { flatten, type Nested } from './tensor/nested.ts';
import { Tensor } from './tensor.ts';

export interface TensorOptions {
  /** Default float32, or what the data suggests. */
  readonly dtype?: DType | undefined;
  /** Default: what `setDefaultDevice` has set, `cpu` at first. */
  readonly device?: string | undefined;
  /** Record operations on it for `backward`. Default false. */
  readonly requiresGrad?: boolean | undefined;
}

const backendOf = (options: TensorOptions): Backend => backendFor(options.device ?? getDefaultDevice());

function finish(view: View, { requiresGrad = false }: TensorOptions): Tensor {
  const result = new Tensor(view);
  track(result);
  return requiresGrad ? result.requiresGrad_() : result;
}

const dtypeOfArray = (data: TypedArray): DType => {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  return data instanceof Int32Array ? 'int32' : 'uint8';
};

/** Elements in the typed array of a dtype; true and anything non-zero become 1 in bool. */
function elementsOf(dtype: DType, values: ArrayLike<number | boolean>): TypedArray {
  const array = dtypes[dtype].array(new ArrayBuffer(values.length * dtypes[dtype].bytes), 0, values.length);
  for (let i = 0; i < values.length; i++) {
    array[i] = dtype === 'bool' ? Number(Boolean(values[i])) : Number(values[i]);
  }
  return array;
}

const isTypedArray = (data: Nested | TypedArray): data is TypedArray => ArrayBuffer.isView(data);

/**
 * A tensor of the given elements: a number, nested arrays, or a typed array (with `shape`, else 1-d).
 *
 * Numbers give float32 and booleans bool, typed arrays their own dtype (`Uint8Array` is uint8), unless
 * `dtype` says otherwise. The elements are copied. Throws {@link ShapeError} where nested lengths differ.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.tensor.html
 */
export function tensor(
  data: Nested | TypedArray,
  options: TensorOptions & { readonly shape?: Shape | undefined } = {},
): Tensor {
  let shape: Shape;
  let elements: TypedArray;
  let dtype: DType;
  if (isTypedArray(data)) {
    shape = options.shape ?? [data.length];
    dtype = options.dtype ?? dtypeOfArray(data);
    const matches = dtypes[dtype].array(new ArrayBuffer(0), 0, 0).constructor === data.constructor;
    elements = matches && dtype !== 'bool' ? data : elementsOf(dtype, data);
  } else {
    const nested = flatten(data);
    shape = options.shape ?? nested.shape;
    const allBooleans = nested.flat.length > 0 && nested.flat.every((x) => typeof x === 'boolean');
    dtype = options.dtype ?? (allBooleans ? 'bool' : 'float32');
    elements = elementsOf(dtype, nested.flat);
  }
  assertShape('tensor', shape);
  if (numel(shape) !== elements.length) {
    throw new ShapeError(
      `tensor: expected ${numel(shape)} elements for shape ${formatShape(shape)}, got ${elements.length}`,
    );
  }
  return finish(upload(backendOf(options), dtype, shape, elements), options);
}

/** A tensor of elements that `compute` draws; in a compiled function they are drawn anew at each call. */
export function drawn(dtype: DType, shape: Shape, compute: () => TypedArray, options: TensorOptions): Tensor {
  return finish(uploadEachCall(backendOf(options), dtype, shape, compute), options);
}

/**
 * A tensor of elements that change from call to call, such as the indices of a batch: in a compiled function, `compute` gives them anew
 * at each call, before the call's tensor operations. It returns as many as the shape has, in the array type of the dtype (float32
 * unless given).
 */
export const varyingTensor = (
  shape: Shape,
  compute: () => TypedArray,
  { dtype = 'float32', ...options }: TensorOptions = {},
): Tensor => drawn(dtype, shape, compute, options);

function filled(op: string, shape: Shape, value: number | boolean, options: TensorOptions): Tensor {
  assertShape(op, shape);
  const dtype = options.dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32');
  return finish(copyInto(allocate(backendOf(options), dtype, shape), Number(value)), options);
}

/** A tensor filled with one value. The dtype is float32 unless given; booleans make bool. */
export const full = (shape: Shape, value: number | boolean, options: TensorOptions = {}): Tensor =>
  filled('full', shape, value, options);

export const zeros = (shape: Shape, options: TensorOptions = {}): Tensor =>
  filled('zeros', shape, 0, options);

export const ones = (shape: Shape, options: TensorOptions = {}): Tensor => filled('ones', shape, 1, options);

/** A tensor whose elements are whatever the memory held. */
export function empty(shape: Shape, options: TensorOptions = {}): Tensor {
  assertShape('empty', shape);
  return finish(allocate(backendOf(options), options.dtype ?? 'float32', shape), options);
}

/** Options of a new tensor like another: its dtype and device, unless given. */
const like = (other: Tensor, options: TensorOptions): TensorOptions => ({
  dtype: other.dtype,
  device: other.device,
  ...options,
});

export const fullLike = (other: Tensor, value: number, options: TensorOptions = {}): Tensor =>
  full(other.shape, value, like(other, options));

export const zerosLike = (other: Tensor, options: TensorOptions = {}): Tensor => fullLike(other, 0, options);

export const onesLike = (other: Tensor, options: TensorOptions = {}): Tensor => fullLike(other, 1, options);

/**
 * `arange(end)` or `arange(start, end, step)`: start, start + step, … before end. Whole arguments give
 * int32, others float32.
 */
export function arange(start: number, end?: number, step = 1, options: TensorOptions = {}): Tensor {
  const [first, last] = end === undefined ? [0, start] : [start, end];
  const count = Math.ceil((last - first) / step);
  if (!(count >= 0) || !Number.isFinite(count)) {
    throw new ArgumentError(`arange: expected a step from ${first} towards ${last}, got ${step}`);
  }
  const whole = [first, last, step].every(Number.isInteger);
  const dtype = options.dtype ?? (whole ? 'int32' : 'float32');
  const values = Array.from({ length: count }, (_, i) => first + i * step);
  return tensor(elementsOf(dtype, values), { ...options, dtype });
}

/** `count` evenly spaced values from start to end, both included. */
export function linspace(start: number, end: number, count: number, options: TensorOptions = {}): Tensor {
  if (!Number.isInteger(count) || count < 0) {
    throw new ArgumentError(`linspace: expected a count of 0 or more, got ${count}`);
  }
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  const values = Array.from({ length: count }, (_, i) =>
    i < count / 2 ? start + step * i : end - step * (count - 1 - i),
  );
  return tensor(elementsOf(options.dtype ?? 'float32', values), { dtype: 'float32', ...options });
}

/** The n × m matrix (default m = n) with ones on the diagonal. */
export function eye(n: number, m = n, options: TensorOptions = {}): Tensor {
  assertShape('eye', [n, m]);
  const values = new Uint8Array(n * m);
  for (let i = 0; i < Math.min(n, m); i++) values[i * m + i] = 1;
  return tensor(values, { dtype: 'float32', ...options, shape: [n, m] });
}
