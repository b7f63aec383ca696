import { ArgumentError, type Tensor, tensor } from '@kindling/core';
import {
  assertChoice,
  assertNumber,
  checkOptions,
  describeValue,
  type OptionNames,
} from '@kindling/core/internal';
import {
  drawUniform,
  generatorOf,
  type ImageTransform,
  imageTransform,
  type RandomTransformOptions,
} from './image-transform.ts';
import { roundHalfEven } from './round-half-even.ts';

export interface RandomRotationOptions extends RandomTransformOptions {
  /** Default `nearest`. */
  readonly interpolation?: 'nearest' | 'bilinear' | undefined;
  /** Values of what was outside of the image. Default 0. */
  readonly fill?: number | undefined;
}

const optionNames: OptionNames<RandomRotationOptions> = { interpolation: true, fill: true, generator: true };

/**
 * The image turned about its middle, counter-clockwise by an angle in degrees from [−degrees, degrees], or from [min, max]. Its size stays.
 *
 * @throws {ArgumentError} for degrees that are none.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomRotation.html
 */
export function randomRotation(
  degrees: number | readonly [min: number, max: number],
  options: RandomRotationOptions = {},
): ImageTransform {
  const op = 'randomRotation';
  const range: readonly number[] = typeof degrees === 'number' ? [-degrees, degrees] : degrees;
  const isRange =
    Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0]! <= range[1]!;
  if (!isRange) {
    throw new ArgumentError(
      `${op}: expected degrees to be a number of at least 0 or [min, max], got ${describeValue(degrees)}`,
    );
  }
  const [min = 0, max = 0] = range;
  const { interpolation = 'nearest', fill = 0 } = checkOptions(op, options, optionNames);
  assertChoice(op, 'interpolation', interpolation, ['nearest', 'bilinear']);
  assertNumber(op, 'fill', fill);
  const generator = generatorOf(op, options);
  return imageTransform(op, (image, height, width) => {
    const angle = drawUniform(generator, min, max);
    const isFloat = image.dtype === 'float32' || image.dtype === 'float64';
    const values = isFloat ? image : image.to('float32');
    const positions = rotatedPositions(height, width, (angle * Math.PI) / 180);
    const turned =
      interpolation === 'nearest' ? nearest(values, positions, fill) : bilinear(values, positions, fill);
    return isFloat ? turned : turned.round().to(image.dtype);
  });
}

/** Where each pixel of an image comes from. */
interface Positions {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** As `affine_grid` and `grid_sample` compute them, in float32. */
function rotatedPositions(height: number, width: number, angle: number): Positions {
  const { fround } = Math;
  const [cos, sin] = [fround(Math.cos(angle)), fround(Math.sin(angle))];
  const [halfWidth, halfHeight] = [0.5 * width, 0.5 * height];
  const towards = (a: number, b: number, half: number, size: number, x: number, y: number): number => {
    const place = fround(fround(x * fround(a / half)) + fround(y * fround(b / half)));
    return fround(fround(fround(fround(place + 1) * size) - 1) / 2);
  };
  const x = new Float32Array(height * width);
  const y = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [fromX, fromY] = [column + 0.5 - halfWidth, row + 0.5 - halfHeight];
      x[row * width + column] = towards(cos, -sin, halfWidth, width, fromX, fromY);
      y[row * width + column] = towards(sin, cos, halfHeight, height, fromX, fromY);
    }
  }
  return { x, y };
}

/** The pixels at whole positions; `inside` is 1 where there is one, else 0. */
function gather(
  image: Tensor,
  columns: ArrayLike<number>,
  rows: ArrayLike<number>,
): { readonly pixels: Tensor; readonly inside: Float32Array } {
  const [height = 0, width = 0] = image.shape.slice(-2);
  const count = height * width;
  const inside = new Float32Array(count);
  const indices = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const [column, row] = [columns[i]!, rows[i]!];
    if (column < 0 || column >= width || row < 0 || row >= height) continue;
    inside[i] = 1;
    indices[i] = row * width + column;
  }
  const flat = image.reshape([...image.shape.slice(0, -2), count]);
  const pixels = flat.indexSelect(-1, tensor(indices, { device: image.device })).reshape(image.shape);
  return { pixels, inside };
}

const plane = (values: Float32Array, image: Tensor): Tensor =>
  tensor(values, { shape: image.shape.slice(-2), dtype: image.dtype, device: image.device });

function nearest(image: Tensor, { x, y }: Positions, fill: number): Tensor {
  const { pixels, inside } = gather(image, x.map(roundHalfEven), y.map(roundHalfEven));
  return pixels.maskedFill(plane(inside, image).eq(0), fill);
}

function bilinear(image: Tensor, { x, y }: Positions, fill: number): Tensor {
  const corners = [0, 1].flatMap((down) =>
    [0, 1].map((right) => {
      const columns = x.map((value) => Math.floor(value) + right);
      const rows = y.map((value) => Math.floor(value) + down);
      const { pixels, inside } = gather(image, columns, rows);
      const share = inside.map(
        (is, i) => is * (1 - Math.abs(x[i]! - columns[i]!)) * (1 - Math.abs(y[i]! - rows[i]!)),
      );
      return { part: pixels.mul(plane(share, image)), share };
    }),
  );
  const sum = corners.map(({ part }) => part).reduce((total, part) => total.add(part));
  // torchvision weighs by how much of a pixel is inside, once more.
  const inside = new Float32Array(x.length);
  for (const { share } of corners) for (let i = 0; i < share.length; i++) inside[i]! += share[i]!;
  const mask = plane(inside, image);
  return sum.mul(mask).add(mask.neg().add(1).mul(fill));
}
