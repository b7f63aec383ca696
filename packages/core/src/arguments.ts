import { type DType, dtypes, isDType } from './dtype.ts';
import { ArgumentError, DTypeError, formatShape, ShapeError } from './errors.ts';
import { describeForeign, identity, identityOf, isForeign, tensorIdentity } from './identity.ts';
import type { Tensor } from './tensor.ts';

/*
 * The checks of what functions are given. Types do not exist at run time: plain JavaScript passes 2.5, NaN, null and text, and engines
 * trust sizes and positions. Each check names the function, the argument and the value.
 */

const MAX_TEXT = 40;
const MAX_ITEMS = 8;

/** A value in a few words, for an error. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value);
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'symbol')
    return String(value);
  if (typeof value === 'function') return 'a function';
  if (value === undefined || value === null) return String(value);
  if (isForeign(value)) return describeForeign(value);
  const kind = identityOf(value)?.kind;
  if (kind === 'tensor') return `a tensor of shape ${describe((value as Tensor).shape)}`;
  if (kind === 'module') return 'a module';
  if (!Array.isArray(value)) return ArrayBuffer.isView(value) ? 'a typed array' : 'an object';
  const items = value.slice(0, MAX_ITEMS).map((item) => (Array.isArray(item) ? '[…]' : describe(item)));
  return `[${[...items, ...(value.length > MAX_ITEMS ? ['…'] : [])].join(', ')}]`;
}

const expected = (op: string, name: string, what: string, got: unknown): ArgumentError =>
  new ArgumentError(`${op}: expected ${name} to be ${what}, got ${describe(got)}`);

/** @throws {ArgumentError} unless it is an integer from `least` to `most`; left out, any that a double holds exactly. */
export function assertWhole(
  op: string,
  name: string,
  value: unknown,
  least = Number.MIN_SAFE_INTEGER,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const range =
    most !== Number.MAX_SAFE_INTEGER
      ? ` in [${least}, ${most}]`
      : least !== Number.MIN_SAFE_INTEGER
        ? ` of at least ${least}`
        : '';
  throw expected(op, name, `an integer${range}`, value);
}

/** @throws {ArgumentError} unless it is a number; NaN and infinities are. */
export function assertNumber(op: string, name: string, value: unknown): void {
  if (typeof value !== 'number') throw expected(op, name, 'a number', value);
}

/** @throws {ArgumentError} unless it is a number from 0 to 1. */
export function assertProbability(op: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0 && value <= 1)) {
    throw new ArgumentError(`${op}: expected a probability in [0, 1], got ${describe(value)}`);
  }
}

/** @throws {ArgumentError} unless it is true or false. */
export function assertBoolean(op: string, name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw expected(op, name, 'true or false', value);
}

/** @throws {ArgumentError} unless it is one of the texts. */
export function assertChoice(op: string, name: string, value: unknown, choices: readonly string[]): void {
  if (choices.some((choice) => choice === value)) return;
  const names = choices.map((choice) => `'${choice}'`);
  throw expected(op, name, `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`, value);
}

/** @throws {ArgumentError} unless it is text. */
export function assertString(op: string, name: string, value: unknown): void {
  if (typeof value !== 'string') throw expected(op, name, 'text', value);
}

/** @throws {ArgumentError} unless it is a function. */
export function assertFunction(op: string, name: string, value: unknown): void {
  if (typeof value !== 'function') throw expected(op, name, 'a function', value);
}

/** @throws {DTypeError} unless it is the name of a dtype. */
export function assertDType(op: string, value: unknown): asserts value is DType {
  if (typeof value === 'string' && isDType(value)) return;
  throw new DTypeError(
    `${op}: expected a dtype among ${Object.keys(dtypes).join(', ')}, got ${describe(value)}`,
  );
}

/** @throws {ArgumentError} unless it is an array. */
export function assertList(op: string, name: string, value: unknown): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw expected(op, name, 'an array', value);
}

/**
 * The sizes of a shape, copied, so that they stay what they are.
 *
 * @throws {ShapeError} unless it is an array of integers of at least 0 whose product a double holds exactly.
 */
export function shapeArgument(op: string, shape: unknown): number[] {
  let count = 1;
  const fits = Array.isArray(shape) && !Object.hasOwn(shape, identity);
  if (fits) {
    for (let d = 0; d < shape.length; d++) {
      const size: unknown = shape[d];
      if (!(Number.isSafeInteger(size) && (size as number) >= 0)) count = Number.NaN;
      else if (size !== 0 || Number.isNaN(count)) count *= size as number;
    }
  }
  if (!fits || Number.isNaN(count)) {
    throw new ShapeError(`${op}: expected sizes of at least 0, got ${describe(shape)}`);
  }
  if (count > Number.MAX_SAFE_INTEGER && !shape.includes(0)) {
    throw new ShapeError(`${op}: expected at most 2^53 elements, got shape ${describe(shape)}`);
  }
  return [...(shape as number[])];
}

/** Sizes, dims or counts that are given one by one or as one array. */
export function listArgument(op: string, name: string, given: readonly unknown[]): readonly number[] {
  assertList(op, name, given);
  const list: readonly unknown[] = given.length === 1 && Array.isArray(given[0]) ? given[0] : given;
  for (let i = 0; i < list.length; i++) {
    if (Number.isSafeInteger(list[i])) continue;
    throw new ShapeError(`${op}: expected ${name} to be integers, got ${describe(list)}`);
  }
  return list as readonly number[];
}

/** @throws {ArgumentError} unless it is a tensor of this copy of the package that has not been disposed. */
export function assertTensor(op: string, name: string, value: unknown, or = ''): asserts value is Tensor {
  if (
    typeof value === 'object' &&
    value !== null &&
    (value as { [identity]?: unknown })[identity] === tensorIdentity
  ) {
    if (!(value as Tensor).disposed) return;
    throw disposed(op, value as Tensor);
  }
  throw expected(op, name, `a tensor${or}`, value);
}

/** The error for a tensor that has been disposed. */
export const disposed = (op: string, { shape }: { readonly shape: readonly number[] }): ArgumentError =>
  new ArgumentError(
    `${op}: expected a tensor that has not been disposed, got one of shape ${formatShape(shape)} that was disposed`,
  );

/** @throws {ArgumentError} unless it draws as a `Generator` does. */
export function assertGenerator(op: string, value: unknown): void {
  const draws =
    typeof value === 'object' &&
    value !== null &&
    'random64' in value &&
    typeof value.random64 === 'function' &&
    'random' in value &&
    typeof value.random === 'function';
  if (!draws) throw expected(op, 'generator', 'a Generator', value);
}
