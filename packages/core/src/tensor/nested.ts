import { numel, type Shape } from '../shape.ts';

/** A scalar, or arrays of equal length nested as deep as the tensor has axes. */
export type NestedArray = number | boolean | NestedArray[];

/** What a tensor can be made from: nested arrays, plain or read-only. */
export type Nested = number | boolean | readonly Nested[];

/** Nests a flat row-major list. */
export function nest(shape: Shape, flat: readonly (number | boolean)[]): NestedArray {
  const build = (axis: number, start: number): NestedArray => {
    if (axis === shape.length) return flat[start]!;
    const step = numel(shape.slice(axis + 1));
    return Array.from({ length: shape[axis]! }, (_, i) => build(axis + 1, start + i * step));
  };
  return build(0, 0);
}
