import { assertProbability, checkOptions } from '@kindling/core/internal';
import {
  drawChance,
  generatorOf,
  type ImageTransform,
  imageTransform,
  type RandomTransformOptions,
} from './image-transform.ts';

export interface RandomFlipOptions extends RandomTransformOptions {
  /** Probability that an image is flipped. Default 0.5. */
  readonly p?: number | undefined;
}

function randomFlip(op: string, axis: number, options: RandomFlipOptions): ImageTransform {
  const { p = 0.5 } = checkOptions(op, options, { p: true, generator: true });
  assertProbability(op, p);
  const generator = generatorOf(op, options);
  return imageTransform(op, (image) => (drawChance(generator, p) ? image.flip(axis) : image));
}

/**
 * Left and right changed over, with the probability `p`.
 *
 * @throws {ArgumentError} for a `p` that is no probability.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomHorizontalFlip.html
 */
export const randomHorizontalFlip = (options: RandomFlipOptions = {}): ImageTransform =>
  randomFlip('randomHorizontalFlip', -1, options);

/**
 * Top and bottom changed over, with the probability `p`.
 *
 * @throws {ArgumentError} for a `p` that is no probability.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.RandomVerticalFlip.html
 */
export const randomVerticalFlip = (options: RandomFlipOptions = {}): ImageTransform =>
  randomFlip('randomVerticalFlip', -2, options);
