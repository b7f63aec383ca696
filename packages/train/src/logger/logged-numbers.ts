import { ArgumentError, Tensor } from '@kindling/core';
import { assertWhole, describeValue } from '@kindling/core/internal';

/** Numbers in a row: a tensor of any shape, an array, a typed array. */
export type Numbers = Tensor | ArrayLike<number>;

/** The numbers, copied. @throws {ArgumentError} for anything else. */
export function numbersOf(op: string, name: string, values: unknown): number[] {
  if (values instanceof Tensor) return Array.from(values.data(), Number);
  const isList = Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
  if (!isList) {
    throw new ArgumentError(
      `${op}: expected ${name} to be a tensor or an array of numbers, got ${describeValue(values)}`,
    );
  }
  const list: unknown[] = Array.from(values as ArrayLike<unknown>);
  const wrong = list.findIndex((value) => typeof value !== 'number');
  if (wrong < 0) return list as number[];
  throw new ArgumentError(
    `${op}: expected ${name} to be numbers, got ${describeValue(list[wrong])} at ${wrong}`,
  );
}

/** Integers of at least 0. @throws {ArgumentError} */
export function countsOf(op: string, name: string, values: unknown): number[] {
  const counts = numbersOf(op, name, values);
  for (const [i, count] of counts.entries()) assertWhole(op, `${name}[${i}]`, count, 0);
  return counts;
}

/** @throws {ArgumentError} unless it is a text. */
export function assertText(op: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') {
    throw new ArgumentError(`${op}: expected ${name} to be a string, got ${describeValue(value)}`);
  }
}
