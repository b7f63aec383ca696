import { assertBoolean } from '../arguments.ts';
import { isFloat } from '../dtype.ts';
import { DTypeError, formatShape } from '../errors.ts';
import type { ReduceAttributes } from '../ops/reduce.ts';
import { checkOptions, type OptionNames } from '../options.ts';
import { normalizeDims } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** An axis or several, which count from the end when negative. */
export type Dims = number | readonly number[];

export interface KeepdimOptions {
  /** Keep the reduced axes with size 1. Default false. */
  readonly keepdim?: boolean;
}

const keepdimOptionNames: OptionNames<KeepdimOptions> = { keepdim: true };

/** The option `keepdim`, checked. */
export function keepdimOf(op: string, options: KeepdimOptions): boolean {
  const { keepdim = false } = checkOptions(op, options, keepdimOptionNames);
  assertBoolean(op, 'keepdim', keepdim);
  return keepdim;
}

/** The axes of a reduction of a tensor that has not been disposed. */
export function reduceOver(
  op: string,
  tensor: Tensor,
  dim: Dims | undefined,
  options: KeepdimOptions,
): ReduceAttributes {
  tensor.assertLive(op);
  return { keepdim: keepdimOf(op, options), axes: normalizeDims(op, dim, tensor.ndim) };
}

/** How many elements are reduced to one. */
export const countAlong = (tensor: Tensor, axes: readonly number[]): number =>
  axes.reduce((count, axis) => count * tensor.shape[axis]!, 1);

/** @throws {DTypeError} on integers and bools. */
export function assertFloat(op: string, tensor: Tensor): void {
  tensor.assertLive(op);
  if (isFloat(tensor.dtype)) return;
  throw new DTypeError(
    `${op}: expected a floating-point tensor, got ${tensor.dtype} of shape ${formatShape(tensor.shape)}`,
  );
}
