import { formatShape, ShapeError } from '../errors.ts';
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

/** The shape and the flat elements of nested arrays. Throws {@link ShapeError} where lengths differ. */
export function flatten(nested: Nested): { shape: number[]; flat: (number | boolean)[] } {
  const shape: number[] = [];
  for (let level: Nested | undefined = nested; Array.isArray(level); level = level[0])
    shape.push(level.length);
  const flat: (number | boolean)[] = [];
  const visit = (value: Nested, path: readonly number[]): void => {
    const expected = shape[path.length];
    if (typeof value === 'object') {
      if (value.length === expected) {
        value.forEach((item, i) => {
          visit(item, [...path, i]);
        });
        return;
      }
    } else if (expected === undefined) {
      flat.push(value);
      return;
    }
    const got = typeof value === 'object' ? `length ${value.length}` : String(value);
    const wanted = expected === undefined ? 'a number' : `length ${expected}`;
    throw new ShapeError(`tensor: expected ${wanted} at index ${formatShape(path)}, got ${got}`);
  };
  visit(nested, []);
  return { shape, flat };
}
