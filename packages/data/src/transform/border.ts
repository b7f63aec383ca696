import { ShapeError, type Tensor, tensor } from '@kindling/core';

export type Sides = readonly [left: number, top: number, right: number, bottom: number];

/** What a border holds: a value, the outermost pixels, or the image mirrored at these. */
export type PaddingMode = 'constant' | 'edge' | 'reflect';

/**
 * The image with a border. Not `nn.functional.pad`, with which pages that change images would load every module.
 *
 * @throws {ShapeError} for a mirrored border that is as wide as the image.
 */
export function bordered(image: Tensor, sides: Sides, mode: PaddingMode = 'constant', fill = 0): Tensor {
  const [left, top, right, bottom] = sides;
  if (left + top + right + bottom === 0) return image;
  if (mode === 'constant') return image.pad([left, right, top, bottom], fill);
  const rows = positions(image.shape.at(-2)!, top, bottom, mode);
  const columns = positions(image.shape.at(-1)!, left, right, mode);
  const { device } = image;
  return image.indexSelect(-2, tensor(rows, { device })).indexSelect(-1, tensor(columns, { device }));
}

/** Where the elements of an axis with a border come from. */
function positions(size: number, before: number, after: number, mode: 'edge' | 'reflect'): Int32Array {
  if (size === 0 || (mode === 'reflect' && Math.max(before, after) >= size)) {
    throw new ShapeError(
      `randomCrop: expected a border below ${size}, the size of the image, for paddingMode "${mode}", got ${Math.max(before, after)}`,
    );
  }
  const last = size - 1;
  return Int32Array.from({ length: before + size + after }, (_, i) => {
    const at = i - before;
    return mode === 'edge' ? Math.min(Math.max(at, 0), last) : last - Math.abs(last - Math.abs(at));
  });
}
