import { ArgumentError, randperm, ShapeError, scope, stack, type Tensor } from '@kindling/core';
import { checkOptions, describeValue, formatShape, type OptionNames } from '@kindling/core/internal';
import {
  drawUniform,
  generatorOf,
  type ImageTransform,
  imageTransform,
  type RandomTransformOptions,
} from './image-transform.ts';

export interface ColorJitterOptions extends RandomTransformOptions {
  /** Factors of the brightness: from [max(0, 1 − x), 1 + x], or from [min, max]. Default: it stays. */
  readonly brightness?: number | readonly [min: number, max: number] | undefined;
  /** Factors of the contrast, likewise. Default: it stays. */
  readonly contrast?: number | readonly [min: number, max: number] | undefined;
  /** Factors of the saturation, likewise. Default: it stays. */
  readonly saturation?: number | readonly [min: number, max: number] | undefined;
  /** Shifts of the hue: from [−x, x], or from [min, max] within [−0.5, 0.5]. Default: it stays. */
  readonly hue?: number | readonly [min: number, max: number] | undefined;
}

const optionNames: OptionNames<ColorJitterOptions> = {
  brightness: true,
  contrast: true,
  saturation: true,
  hue: true,
  generator: true,
};

type Change = (image: Tensor, factor: number) => Tensor;

/** In the order in which their factors are drawn. */
const kinds: readonly {
  readonly name: 'brightness' | 'contrast' | 'saturation' | 'hue';
  readonly change: Change;
}[] = [
  { name: 'brightness', change: (image, factor) => image.mul(factor).clamp(0, 1) },
  {
    name: 'contrast',
    change: (image, factor) => blend(image, gray(image).mean([-3, -2, -1], { keepdim: true }), factor),
  },
  {
    name: 'saturation',
    change: (image, factor) => (isGray(image) ? image : blend(image, gray(image), factor)),
  },
  { name: 'hue', change: (image, shift) => (isGray(image) ? image : shiftHue(image, shift)) },
];

/**
 * Brightness, contrast, saturation and hue changed at random, in a random order: of an image of floats in [0, 1] with 3 channels, or with one,
 * which has neither saturation nor hue.
 *
 * @throws {ArgumentError} for ranges that are none; in use {ShapeError} for another number of channels.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.ColorJitter.html
 */
export function colorJitter(options: ColorJitterOptions = {}): ImageTransform {
  const op = 'colorJitter';
  checkOptions(op, options, optionNames);
  const generator = generatorOf(op, options);
  const ranges = kinds.map(({ name, change }) => ({ change, range: rangeOf(op, name, options[name]) }));
  return imageTransform(op, (image) => {
    const channels = image.shape.at(-3);
    const isFloat = image.dtype === 'float32' || image.dtype === 'float64';
    if (!isFloat || (channels !== 1 && channels !== 3)) {
      throw new ShapeError(
        `${op}: expected an image of floats with 1 or 3 channels, got ${image.dtype} of shape ${formatShape(image.shape)}`,
      );
    }
    const order = scope(() => randperm(kinds.length, { generator }).data());
    const factors = ranges.map(({ range }) => range && drawUniform(generator, ...range));
    let changed = image;
    for (const i of order) {
      const factor = factors[i];
      if (factor !== undefined) changed = ranges[i]!.change(changed, factor);
    }
    return changed;
  });
}

/** The range that factors are drawn from; undefined for one that changes nothing. */
function rangeOf(
  op: string,
  name: ColorJitterName,
  value: number | readonly [number, number] | undefined,
): readonly [number, number] | undefined {
  const isHue = name === 'hue';
  const [least, most, none] = isHue ? [-0.5, 0.5, 0] : [0, Number.POSITIVE_INFINITY, 1];
  const range: unknown =
    typeof value === 'number' ? [Math.max(least, none - value), none + value] : (value ?? [none, none]);
  const isRange =
    Array.isArray(range) &&
    range.length === 2 &&
    range.every((end) => typeof end === 'number' && end >= least && end <= most && Number.isFinite(end)) &&
    range[0] <= range[1];
  if (!isRange || (typeof value === 'number' && !(value >= 0))) {
    const limits = isHue ? 'in [0, 0.5] or [min, max] in [-0.5, 0.5]' : 'of at least 0 or [min, max]';
    throw new ArgumentError(`${op}: expected ${name} to be a number ${limits}, got ${describeValue(value)}`);
  }
  const [min, max] = range as [number, number];
  return min === none && max === none ? undefined : [min, max];
}

type ColorJitterName = (typeof kinds)[number]['name'];

const isGray = (image: Tensor): boolean => image.shape.at(-3) === 1;

/** 0.2989 R + 0.587 G + 0.114 B, with the axis of channels. */
function gray(image: Tensor): Tensor {
  if (isGray(image)) return image;
  const [red, green, blue] = image.unbind(-3) as [Tensor, Tensor, Tensor];
  return red.mul(0.2989).add(green.mul(0.587)).add(blue.mul(0.114)).unsqueeze(-3);
}

const blend = (image: Tensor, other: Tensor, factor: number): Tensor =>
  image
    .mul(factor)
    .add(other.mul(1 - factor))
    .clamp(0, 1);

/** The hue in [0, 1) turned by `shift`, through HSV. */
function shiftHue(image: Tensor, shift: number): Tensor {
  const [red, green, blue] = image.unbind(-3) as [Tensor, Tensor, Tensor];
  const value = red.maximum(green).maximum(blue);
  const range = value.sub(red.minimum(green).minimum(blue));
  const isFlat = range.eq(0);
  const saturation = range.div(value.maskedFill(isFlat, 1));
  const divisor = range.maskedFill(isFlat, 1);
  const [fromRed, fromGreen, fromBlue] = [red, green, blue].map((channel) =>
    value.sub(channel).div(divisor),
  ) as [Tensor, Tensor, Tensor];
  const sixths = fromBlue
    .sub(fromGreen)
    .where(value.eq(red), fromRed.sub(fromBlue).add(2).where(value.eq(green), fromGreen.sub(fromRed).add(4)));
  const hue = sixths.div(6).add(1).fmod(1).add(shift).remainder(1);
  return fromHsv(hue, saturation, value);
}

function fromHsv(hue: Tensor, saturation: Tensor, value: Tensor): Tensor {
  const sector = hue.mul(6).floor();
  const rest = hue.mul(6).sub(sector);
  const darkened = (by: Tensor): Tensor => value.mul(by.neg().add(1)).clamp(0, 1);
  const low = darkened(saturation);
  const falling = darkened(saturation.mul(rest));
  const rising = darkened(saturation.mul(rest.neg().add(1)));
  const pick = (...bySector: readonly Tensor[]): Tensor =>
    bySector
      .slice(1)
      .reduce((picked, each, i) => each.where(sector.remainder(6).eq(i + 1), picked), bySector[0]!);
  return stack(
    [
      pick(value, falling, low, low, rising, value),
      pick(rising, value, value, falling, low, low),
      pick(low, low, rising, value, value, falling),
    ],
    -3,
  );
}
