import { ArgumentError, type Shape, type Tensor, tensor } from '@kindling/core';
import type { Dataset } from '../dataset/dataset.ts';

/** The samples of a dataset, each changed by a function when it is got. */
export class TransformedDataset<S, T> implements Dataset<T> {
  readonly dataset: Dataset<S>;
  readonly transform: (sample: S) => T;

  constructor(dataset: Dataset<S>, transform: (sample: S) => T) {
    this.dataset = dataset;
    this.transform = transform;
  }

  get length(): number {
    return this.dataset.length;
  }

  get(index: number): T {
    return this.transform(this.dataset.get(index));
  }
}

/** pixel / 255, rounded to float32, by pixel. */
const unitPixels = Float32Array.from({ length: 256 }, (_, pixel) => pixel / 255);

/** Pixels 0 … 255 as float32 in [0, 1]: pixel / 255. */
export function scalePixels(pixels: Uint8Array): Float32Array {
  const scaled = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) scaled[i] = unitPixels[pixels[i]!]!;
  return scaled;
}

/**
 * Makes pixels 0 … 255 a float32 tensor with values in [0, 1], of the given shape (default: one axis).
 *
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.ToTensor.html
 */
export const toTensor =
  (shape?: Shape) =>
  (pixels: Uint8Array): Tensor =>
    tensor(scalePixels(pixels), { shape });

/**
 * (x − mean) / std: with numbers for all of x, with arrays for each channel along x's first axis.
 *
 * @throws ArgumentError when a standard deviation is 0, or there are not as many as means.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Normalize.html
 */
export function normalize(
  mean: number | readonly number[],
  std: number | readonly number[],
): (x: Tensor) => Tensor {
  const [means, deviations] = [[mean].flat(), [std].flat()];
  if (means.length !== deviations.length || deviations.includes(0)) {
    throw new ArgumentError(
      `normalize: expected as many means as standard deviations, all of them nonzero, got [${means}] and [${deviations}]`,
    );
  }
  if (typeof mean === 'number' && typeof std === 'number') return (x) => x.sub(mean).div(std);
  return (x) => {
    const perChannel = (values: readonly number[]): Tensor =>
      tensor(values, {
        dtype: x.dtype,
        device: x.device,
        shape: [values.length, ...x.shape.slice(1).fill(1)],
      });
    return x.sub(perChannel(means)).div(perChannel(deviations));
  };
}

/**
 * Makes a class index a float32 tensor of `classes` zeros with 1 at the class.
 *
 * @throws ArgumentError when the class is not an integer in [0, classes).
 */
export const oneHot =
  (classes: number) =>
  (label: number): Tensor => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new ArgumentError(`oneHot: expected a class in [0, ${classes}), got ${label}`);
    }
    return tensor(Float32Array.from({ length: classes }, (_, i) => (i === label ? 1 : 0)));
  };

type Step<A, B> = (value: A) => B;

/** One function after the other: `compose(f, g)(x)` is g(f(x)). */
export function compose<A, B>(f: Step<A, B>): Step<A, B>;
export function compose<A, B, C>(f: Step<A, B>, g: Step<B, C>): Step<A, C>;
export function compose<A, B, C, D>(f: Step<A, B>, g: Step<B, C>, h: Step<C, D>): Step<A, D>;
export function compose<A>(...steps: readonly Step<A, A>[]): Step<A, A>;
export function compose(...steps: readonly Step<unknown, unknown>[]): Step<unknown, unknown> {
  return (value) => steps.reduce((result, step) => step(result), value);
}
