import { describe } from './arguments.ts';
import { ArgumentError, formatShape, ShapeError } from './errors.ts';
import type { Tensor } from './tensor.ts';

/** One number for all axes of a signal or an image, or one for each: [length], [height, width]. */
export type PerAxis = number | readonly number[];

/** Most positions along an axis that an output is asked to have, where each is computed on the host. */
export const MAX_POSITIONS = 2 ** 24;

/**
 * The numbers of an argument that has one for each spatial axis.
 *
 * @throws {ArgumentError} unless it is an integer from `least` to `most`, or as many of them as there are axes.
 */
export function perAxis(
  op: string,
  name: string,
  value: unknown,
  axes: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number[] {
  const list: unknown = Array.isArray(value) ? value : Array.from({ length: axes }, () => value);
  const fits = (size: unknown): size is number =>
    Number.isSafeInteger(size) && (size as number) >= least && (size as number) <= most;
  if (Array.isArray(list) && list.length === axes && list.every(fits)) return [...list];
  const several = axes === 1 ? '' : `, or ${axes} of them`;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `in [${least}, ${most}]`;
  throw new ArgumentError(
    `${op}: expected ${name} to be an integer ${range}${several}, got ${describe(value)}`,
  );
}

const forms = {
  1: '[C, L] or [N, C, L]',
  2: '[C, H, W] or [N, C, H, W]',
} as const;

/** @throws {ShapeError} unless a tensor is a batch of signals (1 axis) or images (2), or one of them; a batch may be empty. */
export function assertSpatial(op: string, { shape }: Tensor, axes: 1 | 2): void {
  const extra = shape.length - axes;
  if ((extra === 1 || extra === 2) && shape.slice(extra - 1).every((size) => size > 0)) return;
  throw new ShapeError(
    `${op}: expected an input of shape ${forms[axes]} whose sizes are not 0, got ${formatShape(shape)}`,
  );
}
