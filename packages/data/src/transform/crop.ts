import { ArgumentError, type Generator, randint, ShapeError, scope, type Tensor } from '@kindling/core';
import {
  assertBoolean,
  assertChoice,
  assertNumber,
  checkOptions,
  describeValue,
  type OptionNames,
} from '@kindling/core/internal';
import { bordered, type PaddingMode, type Sides } from './border.ts';
import {
  generatorOf,
  type ImageSize,
  type ImageTransform,
  imageTransform,
  type RandomTransformOptions,
  sizeArgument,
} from './image-transform.ts';
import { roundHalfEven } from './round-half-even.ts';

export interface RandomCropOptions extends RandomTransformOptions {
  /**
   * A border before the crop: on all sides, [left and right, top and bottom], or [left, top, right, bottom]. Default none.
   */
  readonly padding?: number | readonly number[] | undefined;
  /** Whether an image that is too small gets as wide a border as it needs. Default false. */
  readonly padIfNeeded?: boolean | undefined;
  /** Values of a constant border. Default 0. */
  readonly fill?: number | undefined;
  /** What borders hold: `fill`, the outermost pixels (`edge`), or the image mirrored at these (`reflect`). Default `constant`. */
  readonly paddingMode?: PaddingMode | undefined;
}

const optionNames: OptionNames<RandomCropOptions> = {
  padding: true,
  padIfNeeded: true,
  fill: true,
  paddingMode: true,
  generator: true,
};

function sidesOf(op: string, padding: number | readonly number[]): Sides {
  const list: readonly number[] = Array.isArray(padding) ? padding : [padding as number];
  const [first = 0, second = first, third = first, fourth = second] = list;
  const isList =
    [1, 2, 4].includes(list.length) && list.every((side) => Number.isSafeInteger(side) && side >= 0);
  if (isList) return [first, second, third, fourth];
  throw new ArgumentError(
    `${op}: expected padding to be 1, 2 or 4 integers of at least 0, got ${describeValue(padding)}`,
  );
}

const crop = (image: Tensor, top: number, left: number, height: number, width: number): Tensor =>
  image.narrow(-2, top, height).narrow(-1, left, width);

/** `torch.randint(0, count, (1,))` */
const drawIndex = (generator: Generator, count: number): number =>
  scope(() => randint(0, count, [1], { generator }).item());

/**
 * A part of the image, at a random place: usual with a border of 4 for photographs of 32 × 32 pixels.
 *
 * ```ts
 * const augment = compose(randomCrop(32, { padding: 4 }), randomHorizontalFlip());
 * ```
 *
 * @throws {ArgumentError} for a size or a border that is none; in use {ShapeError} for an image that is smaller than the part.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomCrop.html
 */
export function randomCrop(size: ImageSize, options: RandomCropOptions = {}): ImageTransform {
  const op = 'randomCrop';
  const [rows, columns] = sizeArgument(op, size);
  const {
    padding = 0,
    padIfNeeded = false,
    fill = 0,
    paddingMode = 'constant',
  } = checkOptions(op, options, optionNames);
  const sides = sidesOf(op, padding);
  assertBoolean(op, 'padIfNeeded', padIfNeeded);
  assertNumber(op, 'fill', fill);
  assertChoice(op, 'paddingMode', paddingMode, ['constant', 'edge', 'reflect']);
  const generator = generatorOf(op, options);
  return imageTransform(op, (image) => {
    let padded = bordered(image, sides, paddingMode, fill);
    if (padIfNeeded) {
      const wider = Math.max(0, columns - padded.shape.at(-1)!);
      const higher = Math.max(0, rows - padded.shape.at(-2)!);
      padded = bordered(padded, [wider, 0, wider, 0], paddingMode, fill);
      padded = bordered(padded, [0, higher, 0, higher], paddingMode, fill);
    }
    const [height = 0, width = 0] = padded.shape.slice(-2);
    if (height < rows || width < columns) {
      throw new ShapeError(
        `${op}: expected an image of at least ${columns} × ${rows} pixels, got ${width} × ${height}; set padding or padIfNeeded`,
      );
    }
    if (height === rows && width === columns) return padded;
    const top = drawIndex(generator, height - rows + 1);
    const left = drawIndex(generator, width - columns + 1);
    return crop(padded, top, left, rows, columns);
  });
}

/**
 * The middle part of the image; one that is smaller gets a border of zeros.
 *
 * @throws {ArgumentError} for a size that is none.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.CenterCrop.html
 */
export function centerCrop(size: ImageSize): ImageTransform {
  const op = 'centerCrop';
  const [rows, columns] = sizeArgument(op, size);
  return imageTransform(op, (image, height, width) => {
    const wider = Math.max(0, columns - width);
    const higher = Math.max(0, rows - height);
    const [left, top] = [wider >> 1, higher >> 1];
    const padded = bordered(image, [left, top, wider - left, higher - top]);
    return crop(
      padded,
      roundHalfEven((height + higher - rows) / 2),
      roundHalfEven((width + wider - columns) / 2),
      rows,
      columns,
    );
  });
}
