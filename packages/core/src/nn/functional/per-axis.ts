import { assertWhole, describe } from '../../arguments.ts';
import { ShapeError } from '../../errors.ts';

/** A number for each spatial axis, in their order, or one for all of them. */
export type PerAxis = number | readonly number[];

/**
 * The numbers of `axes` spatial axes.
 *
 * @throws {ShapeError} for another number of them.
 * @throws {ArgumentError} unless they are integers of at least `least`.
 */
export function perAxis(op: string, name: string, value: PerAxis, axes: number, least: number): number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length !== 1 && list.length !== axes) {
    throw new ShapeError(`${op}: expected ${name} to be a number or ${axes} of them, got ${describe(value)}`);
  }
  for (const item of list) assertWhole(op, name, item, least);
  return Array.from({ length: axes }, (_, d) => list[list.length === 1 ? 0 : d] as number);
}
