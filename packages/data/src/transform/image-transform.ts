import {
  ArgumentError,
  defaultGenerator,
  type Generator,
  rand,
  ShapeError,
  scope,
  type Tensor,
  zeros,
} from '@kindling/core';
import { assertGenerator, assertTensor, describeValue, formatShape } from '@kindling/core/internal';

/** Changes an image [channels, height, width], or a batch of images with further axes before, all in the same way. */
export type ImageTransform = (image: Tensor) => Tensor;

/** What random transforms draw from. */
export interface RandomTransformOptions {
  /** Default: the default generator, which `manualSeed` seeds. */
  readonly generator?: Generator | undefined;
}

/** Height and width, or both at once. */
export type ImageSize = number | readonly [height: number, width: number];

/** @throws {ArgumentError} unless the size is one or two integers of at least 1. */
export function sizeArgument(op: string, size: ImageSize): readonly [height: number, width: number] {
  const sizes: readonly unknown[] = Array.isArray(size) ? size : [size, size];
  if (sizes.length === 2 && sizes.every((each) => Number.isSafeInteger(each) && Number(each) >= 1)) {
    return sizes as readonly [number, number];
  }
  throw new ArgumentError(
    `${op}: expected size to be an integer of at least 1 or [height, width], got ${describeValue(size)}`,
  );
}

/** A transform that checks what it is given and frees what it needed on the way. */
export const imageTransform =
  (op: string, change: (image: Tensor, height: number, width: number) => Tensor): ImageTransform =>
  (image) => {
    assertTensor(op, 'the image', image);
    const [channels, height, width] = image.shape.slice(-3);
    if (channels === undefined || height === undefined || width === undefined) {
      throw new ShapeError(
        `${op}: expected an image [channels, height, width], got shape ${formatShape(image.shape)}`,
      );
    }
    return scope(() => change(image, height, width));
  };

/** The generator of a random transform. @throws {ArgumentError} for what is none. */
export function generatorOf(op: string, { generator = defaultGenerator }: RandomTransformOptions): Generator {
  assertGenerator(op, generator);
  return generator;
}

/** `float(torch.empty(1).uniform_(low, high))` */
export const drawUniform = (generator: Generator, low: number, high: number): number =>
  scope(() => zeros([1]).uniform_(low, high, { generator }).item());

/** Whether `torch.rand(1) < p`. */
export const drawChance = (generator: Generator, p: number): boolean =>
  scope(() => rand([1], { generator }).item()) < Math.fround(p);
