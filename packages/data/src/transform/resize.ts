import { ArgumentError, type Tensor, tensor } from '@kindling/core';
import {
  assertBoolean,
  assertChoice,
  checkOptions,
  describeValue,
  type OptionNames,
} from '@kindling/core/internal';
import { type ImageTransform, imageTransform } from './image-transform.ts';

export interface ResizeOptions {
  /** Default `bilinear`. */
  readonly interpolation?: 'bilinear' | 'nearest' | undefined;
  /** Whether a smaller image averages over all pixels of the larger, as Pillow does, not over four. Default true. */
  readonly antialias?: boolean | undefined;
}

const optionNames: OptionNames<ResizeOptions> = { interpolation: true, antialias: true };

/**
 * The image in another size: [height, width], or for one number its shorter side, with the other in proportion. Images of integers are
 * rounded.
 *
 * @throws {ArgumentError} for a size that is none.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Resize.html
 */
export function resize(
  size: number | readonly [height: number, width: number],
  options: ResizeOptions = {},
): ImageTransform {
  const op = 'resize';
  const sizes: readonly unknown[] = Array.isArray(size) ? size : [size];
  const fits = sizes.length <= 2 && sizes.every((each) => Number.isSafeInteger(each) && Number(each) >= 1);
  if (!fits || sizes.length === 0) {
    throw new ArgumentError(
      `${op}: expected size to be an integer of at least 1 or [height, width], got ${describeValue(size)}`,
    );
  }
  const { interpolation = 'bilinear', antialias = true } = checkOptions(op, options, optionNames);
  assertChoice(op, 'interpolation', interpolation, ['bilinear', 'nearest']);
  assertBoolean(op, 'antialias', antialias);
  return imageTransform(op, (image, height, width) => {
    const [rows, columns] =
      sizes.length === 2 ? (sizes as [number, number]) : inProportion(height, width, Number(sizes[0]));
    if (rows === height && columns === width) return image;
    if (interpolation === 'nearest') {
      return image
        .indexSelect(-2, tensor(nearestIndices(height, rows), { device: image.device }))
        .indexSelect(-1, tensor(nearestIndices(width, columns), { device: image.device }));
    }
    const isFloat = image.dtype === 'float32' || image.dtype === 'float64';
    const values = isFloat ? image : image.to('float32');
    const vertical = weights(height, rows, antialias, values);
    const horizontal = weights(width, columns, antialias, values).transpose(0, 1);
    const resized = vertical.matmul(values.matmul(horizontal));
    return isFloat ? resized : resized.round().to(image.dtype);
  });
}

/** The size whose shorter side is `short`. */
function inProportion(height: number, width: number, short: number): readonly [number, number] {
  return width <= height
    ? [Math.floor((short * height) / width), short]
    : [short, Math.floor((short * width) / height)];
}

/** The element of an axis of `from` elements that is nearest to each of `to`. */
const nearestIndices = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to }, (_, i) =>
    Math.min(Math.floor(Math.fround(i * Math.fround(from / to))), from - 1),
  );

/** [to, from]: the share that each of `from` elements has in each of `to` by linear interpolation, as ATen computes it. */
function weights(from: number, to: number, antialias: boolean, like: Tensor): Tensor {
  const matrix = new Float64Array(to * from);
  const scale = from / to;
  for (let i = 0; i < to; i++) {
    const row = matrix.subarray(i * from, (i + 1) * from);
    if (antialias) {
      const support = Math.max(scale, 1);
      const center = scale * (i + 0.5);
      const first = Math.max(Math.trunc(center - support + 0.5), 0);
      const end = Math.min(Math.trunc(center + support + 0.5), from);
      let sum = 0;
      for (let j = first; j < end; j++) {
        row[j] = Math.max(0, 1 - Math.abs((j - center + 0.5) / support));
        sum += row[j]!;
      }
      for (let j = first; j < end; j++) row[j]! /= sum;
    } else {
      const at = Math.max(scale * (i + 0.5) - 0.5, 0);
      const first = Math.min(Math.floor(at), from - 1);
      const next = Math.min(first + 1, from - 1);
      row[first]! += 1 - (at - first);
      row[next]! += at - first;
    }
  }
  return tensor(matrix, { shape: [to, from], dtype: like.dtype, device: like.device });
}
