import { ArgumentError, type Nested, type NumericArray, stack, Tensor, tensor } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';

type Numbers = NumericArray | readonly Nested[];

/** What a part of a sample becomes in a batch. */
type CollatedPart<T> = T extends Tensor | number | boolean | Numbers
  ? Tensor
  : T extends string
    ? string[]
    : T extends object
      ? { -readonly [K in keyof T]: CollatedPart<T[K]> }
      : unknown[];

/**
 * What samples of type T become in a batch: tensors, numbers, booleans and arrays of numbers one tensor with a new first axis;
 * strings an array; a tuple or an object one of the same form with each part collated.
 */
export type Collated<T> = T extends Tensor | NumericArray
  ? Tensor
  : T extends readonly unknown[]
    ? { -readonly [K in keyof T]: CollatedPart<T[K]> }
    : CollatedPart<T>;

/**
 * Makes a batch of samples that have the same form.
 *
 * | part of a sample | in the batch |
 * |---|---|
 * | tensor of shape s | tensor of shape [batch, …s] |
 * | number | tensor of shape [batch]: int32 where all of the batch are integers that int32 holds, else float32 |
 * | boolean | bool tensor of shape [batch] |
 * | typed array, or (nested) array of numbers inside a sample | tensor of shape [batch, …], in the array's dtype or float32 |
 * | string | array of strings |
 * | array that is a sample, object | the same with each of its parts collated |
 *
 * Class numbers so come as `crossEntropy` takes them. What is measured rather than counted, and may be whole by chance, stands in an
 * array: `[[height], weight]`. A target may be int32 for losses of floats, such as `mse`, which convert it.
 *
 * @throws ArgumentError when samples differ in form or hold anything else; ShapeError when tensors differ in shape.
 * @see https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.default_collate
 */
export function collate<T>(samples: readonly T[]): Collated<T>;
export function collate(samples: readonly unknown[]): unknown {
  if (!Array.isArray(samples)) {
    throw new ArgumentError(`collate: expected a list of samples, got ${describeValue(samples)}`);
  }
  return Array.isArray(samples[0])
    ? collateTuples(samples, 'the sample')
    : collatePart(samples, 'the sample');
}

function collateTuples(samples: readonly unknown[], place: string): unknown[] {
  const [first, ...rest] = every(samples, Array.isArray, place);
  for (const other of rest) {
    if (other.length !== first!.length) throw differ(place, `of ${first!.length} parts`, other);
  }
  return first!.map((_, i) =>
    collatePart(
      [first!, ...rest].map((sample): unknown => sample[i]),
      `part ${i} of ${place}`,
    ),
  );
}

function collatePart(parts: readonly unknown[], place: string): unknown {
  const [first] = parts;
  if (first instanceof Tensor) return stack(every(parts, isTensor, place));
  if (typeof first === 'number') {
    const values = every(parts, isNumber, place);
    return tensor(values, { dtype: values.every(isWhole) ? 'int32' : 'float32' });
  }
  if (typeof first === 'boolean') return tensor(every(parts, isBoolean, place));
  if (typeof first === 'string') return every(parts, isString, place);
  if (isNumbers(first)) return stackArrays(every(parts, isNumbers, place));
  if (Array.isArray(first)) return collateTuples(parts, place);
  if (isObject(first)) {
    const objects = every(parts, isObject, place);
    const fields = Object.keys(first).map((key) => {
      const values = objects.map((object) => object[key]);
      return [key, collatePart(values, `${JSON.stringify(key)} of ${place}`)];
    });
    return Object.fromEntries(fields);
  }
  throw differ(place, 'a tensor, number, boolean or string, or an array or object of those', first);
}

function stackArrays(arrays: readonly Numbers[]): Tensor {
  const rows = arrays.map((array) => tensor(array));
  try {
    return stack(rows);
  } finally {
    for (const row of rows) row.dispose();
  }
}

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isWhole = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isString = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise);

/** A typed array, or nested arrays whose first number or boolean says what they are. */
function isNumbers(value: unknown): value is Numbers {
  if (!Array.isArray(value)) return ArrayBuffer.isView(value);
  const [first]: unknown[] = value;
  return typeof first === 'number' || typeof first === 'boolean' || isNumbers(first);
}

/** All parts, when they have the form of the first. */
function every<T>(parts: readonly unknown[], is: (part: unknown) => part is T, place: string): T[] {
  return parts.map((part) => {
    if (is(part)) return part;
    throw differ(place, `${describe(parts[0])} as in the first sample`, part);
  });
}

const differ = (place: string, expected: string, got: unknown): ArgumentError =>
  new ArgumentError(`collate: expected ${place} to be ${expected}, got ${describe(got)}`);

function describe(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null)
    return value.constructor === Object ? 'an object' : `a ${value.constructor?.name ?? 'object'}`;
  return value === null || value === undefined ? String(value) : `a ${typeof value}`;
}
