import { backendFor, getDefaultDevice } from '#device';
import {
  assertBoolean,
  assertDType,
  assertFunction,
  assertNumber,
  assertTensor,
  assertWhole,
  shapeArgument,
} from './arguments.ts';
import type { Backend, View } from './backend/backend.ts';
import { uploadOnReplay } from './capture/dynamic.ts';
import { assertHolds, type DType, isInteger, type TypedArray } from './dtype.ts';
import { ArgumentError, formatShape, ShapeError } from './errors.ts';
import { allocate, copyInto, hostArray, upload } from './ops/launch.ts';
import { checkOptions, checkShapeList, type OptionNames } from './options.ts';
import { track } from './scope.ts';
import { numel, type Shape } from './shape.ts';
import {
  dtypeOfArray,
  elementsOf,
  flatten,
  holds,
  isNumericArray,
  type NumericArray,
} from './tensor/elements.ts';
import type { Nested } from './tensor/nested.ts';
import { Tensor } from './tensor.ts';

export interface TensorOptions {
  /** Default float32, or what the data suggests. */
  readonly dtype?: DType | undefined;
  /** Default: what `setDefaultDevice` has set, `cpu` at first. */
  readonly device?: string | undefined;
  /** Record operations on it for `backward`. Default false. */
  readonly requiresGrad?: boolean | undefined;
}

export const tensorOptionNames: OptionNames<TensorOptions> = {
  dtype: true,
  device: true,
  requiresGrad: true,
};

const dataOptionNames = { ...tensorOptionNames, shape: true } as const;

const backendOf = (options: TensorOptions): Backend => backendFor(options.device ?? getDefaultDevice());

function finish(op: string, view: View, { requiresGrad = false }: TensorOptions): Tensor {
  assertBoolean(op, 'requiresGrad', requiresGrad);
  const result = new Tensor(view);
  track(result);
  return requiresGrad ? result.requiresGrad_() : result;
}

/**
 * A tensor of the given elements: a number, nested arrays, or a typed array (with `shape`, else 1-d). The elements are copied.
 *
 * Numbers give float32 and booleans bool, unless `dtype` says otherwise. Typed arrays give their own dtype where there is one
 * (`Uint8Array` and `Uint8ClampedArray` uint8, `Float16Array` float32); other integers give int32, in whose range they must be.
 * Floats are cut off in an integer dtype.
 *
 * @throws {ShapeError} where nested lengths differ, or the elements are not as many as `shape` has.
 * @throws {ArgumentError} with the index, for anything but numbers and booleans, and for numbers that the dtype cannot hold: 256 in
 *   uint8, 2³¹ or NaN in int32.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.tensor.html
 */
export function tensor(
  data: Nested | NumericArray,
  options: TensorOptions & { readonly shape?: Shape | undefined } = {},
): Tensor {
  checkOptions('tensor', options, dataOptionNames);
  let shape: Shape;
  let elements: TypedArray;
  let dtype: DType;
  if (options.dtype !== undefined) assertDType('tensor', options.dtype);
  if (isNumericArray(data)) {
    shape = options.shape ?? [data.length];
    dtype = options.dtype ?? dtypeOfArray('tensor', data);
    shape = shapeArgument('tensor', shape);
    elements = holds(dtype, data) ? data : elementsOf('tensor', dtype, data, shape);
  } else {
    const nested = flatten(data);
    shape = options.shape ?? nested.shape;
    const allBooleans = nested.flat.length > 0 && nested.flat.every((x) => typeof x === 'boolean');
    dtype = options.dtype ?? (allBooleans ? 'bool' : 'float32');
    shape = shapeArgument('tensor', shape);
    elements = elementsOf('tensor', dtype, nested.flat, shape);
  }
  if (numel(shape) !== elements.length) {
    throw new ShapeError(
      `tensor: expected ${numel(shape)} elements for shape ${formatShape(shape)}, got ${elements.length}`,
    );
  }
  return finish('tensor', upload(backendOf(options), dtype, shape, elements), options);
}

/** A tensor of elements that `compute` draws; in a compiled function they are drawn anew at each call. */
export function drawn(
  op: string,
  dtype: DType,
  shape: Shape,
  compute: () => TypedArray,
  options: TensorOptions,
): Tensor {
  return finish(op, uploadOnReplay(backendOf(options), dtype, shape, compute), options);
}

/**
 * A tensor of elements that change from call to call, such as the indices of a batch: in a compiled function, `compute` gives them anew
 * at each call, before the call's tensor operations. It returns as many as the shape has. The dtype is float32 unless given; elements in
 * another array than the dtype's are converted as by {@link tensor}.
 */
export function dynamicTensor(
  shape: Shape,
  compute: () => NumericArray | readonly number[],
  tensorOptions: TensorOptions = {},
): Tensor {
  const { dtype = 'float32', ...options } = checkOptions('dynamicTensor', tensorOptions, tensorOptionNames);
  assertDType('dynamicTensor', dtype);
  assertFunction('dynamicTensor', 'compute', compute);
  const elements = (): TypedArray => {
    const given = compute();
    return isNumericArray(given) && holds(dtype, given) ? given : elementsOf('dynamicTensor', dtype, given);
  };
  return drawn('dynamicTensor', dtype, shapeArgument('dynamicTensor', shape), elements, options);
}

function filled(op: string, shape: Shape, value: number | boolean, options: TensorOptions): Tensor {
  checkShapeList(op, shape, options);
  checkOptions(op, options, tensorOptionNames);
  const sizes = shapeArgument(op, shape);
  if (typeof value !== 'boolean') assertNumber(op, 'value', value);
  const dtype = options.dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32');
  assertDType(op, dtype);
  assertHolds(op, dtype, Number(value));
  return finish(op, copyInto(allocate(backendOf(options), dtype, sizes), Number(value)), options);
}

/** A tensor filled with one value. The dtype is float32 unless given; booleans make bool. */
export const full = (shape: Shape, value: number | boolean, options: TensorOptions = {}): Tensor =>
  filled('full', shape, value, options);

export const zeros = (shape: Shape, options: TensorOptions = {}): Tensor =>
  filled('zeros', shape, 0, options);

export const ones = (shape: Shape, options: TensorOptions = {}): Tensor => filled('ones', shape, 1, options);

/** A tensor whose elements are whatever the memory held. */
export function empty(shape: Shape, options: TensorOptions = {}): Tensor {
  checkShapeList('empty', shape, options);
  const { dtype = 'float32' } = checkOptions('empty', options, tensorOptionNames);
  assertDType('empty', dtype);
  return finish('empty', allocate(backendOf(options), dtype, shapeArgument('empty', shape)), options);
}

/** Options of a new tensor like another: its dtype and device, unless given. */
const like = (op: string, other: Tensor, options: TensorOptions): TensorOptions => ({
  dtype: other.dtype,
  device: other.device,
  ...checkOptions(op, options, tensorOptionNames),
});

function filledLike(op: string, other: Tensor, value: number, options: TensorOptions): Tensor {
  assertTensor(op, 'other', other);
  return filled(op, other.shape, value, like(op, other, options));
}

export const fullLike = (other: Tensor, value: number, options: TensorOptions = {}): Tensor =>
  filledLike('fullLike', other, value, options);

export const zerosLike = (other: Tensor, options: TensorOptions = {}): Tensor =>
  filledLike('zerosLike', other, 0, options);

export const onesLike = (other: Tensor, options: TensorOptions = {}): Tensor =>
  filledLike('onesLike', other, 1, options);

/** Bounds as the dtype holds them: cut off in an integer dtype, as in PyTorch. */
const boundsIn = (op: string, dtype: DType, bounds: readonly number[]): readonly number[] =>
  bounds.map((bound) => {
    if (!isInteger(dtype)) return bound;
    assertHolds(op, dtype, bound);
    return Math.trunc(bound);
  });

/**
 * `arange(end)` or `arange(start, end, step)`: start, start + step, … before end. Whole arguments give
 * int32, others float32. In an integer dtype, start and step are cut off once the elements are counted.
 *
 * @throws {ArgumentError} unless the step leads from start towards end, and the dtype holds every element.
 */
export function arange(start: number, end?: number, step = 1, options: TensorOptions = {}): Tensor {
  checkOptions('arange', options, tensorOptionNames);
  assertNumber('arange', 'start', start);
  if (end !== undefined) assertNumber('arange', 'end', end);
  assertNumber('arange', 'step', step);
  if (options.dtype !== undefined) assertDType('arange', options.dtype);
  const [first, last] = end === undefined ? [0, start] : [start, end];
  const count = Math.ceil((last - first) / step);
  if (!(count >= 0) || !Number.isFinite(count)) {
    throw new ArgumentError(`arange: expected a step from ${first} towards ${last}, got ${step}`);
  }
  const whole = [first, last, step].every(Number.isInteger);
  const dtype = options.dtype ?? (whole ? 'int32' : 'float32');
  const [low, distance] = isInteger(dtype) ? [Math.trunc(first), Math.trunc(step)] : [first, step];
  const values = hostArray('arange', 'float64', count);
  for (let i = 0; i < count; i++) values[i] = low + i * distance;
  return tensor(elementsOf('arange', dtype, values), { ...options, dtype });
}

/**
 * `count` evenly spaced values from start to end, both included. In an integer dtype start and end are cut off first, and the
 * values between them after that.
 *
 * @throws {ArgumentError} for a count that is not an integer of at least 0, and for bounds that the dtype cannot hold.
 */
export function linspace(start: number, end: number, count: number, options: TensorOptions = {}): Tensor {
  checkOptions('linspace', options, tensorOptionNames);
  assertNumber('linspace', 'start', start);
  assertNumber('linspace', 'end', end);
  assertWhole('linspace', 'count', count, 0);
  const { dtype = 'float32' } = options;
  assertDType('linspace', dtype);
  const [low, high] = boundsIn('linspace', dtype, [start, end]) as [number, number];
  const values = hostArray('linspace', 'float64', count);
  const step = count > 1 ? (high - low) / (count - 1) : 0;
  for (let i = 0; i < count; i++) {
    values[i] = count === 1 || i < Math.floor(count / 2) ? low + step * i : high - step * (count - 1 - i);
  }
  return tensor(elementsOf('linspace', dtype, values), { ...options, dtype });
}

/** The n × m matrix (default m = n) with ones on the diagonal. */
export function eye(n: number, m = n, options: TensorOptions = {}): Tensor {
  checkOptions('eye', options, tensorOptionNames);
  shapeArgument('eye', [n, m]);
  const values = hostArray('eye', 'uint8', n * m);
  for (let i = 0; i < Math.min(n, m); i++) values[i * m + i] = 1;
  return tensor(values, { dtype: 'float32', ...options, shape: [n, m] });
}
