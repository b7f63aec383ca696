import { scope, stack, type Tensor } from '@kindling/core';
import type { Dataset, ImageTransform, TensorDataset } from '@kindling/data';

type Pair = [input: Tensor, target: Tensor];

/** Images with random changes, drawn when a sample is got. */
export class AugmentedImages implements Dataset<Pair, Pair> {
  readonly #samples: TensorDataset<Pair>;
  readonly #augment: ImageTransform;
  readonly #finish: (images: Tensor) => Tensor;

  /**
   * @param samples images [channels, height, width] with values in [0, 1].
   * @param finish makes inputs of a model of a batch of images.
   */
  constructor(samples: TensorDataset<Pair>, augment: ImageTransform, finish: (images: Tensor) => Tensor) {
    this.#samples = samples;
    this.#augment = augment;
    this.#finish = finish;
  }

  get length(): number {
    return this.#samples.length;
  }

  get(index: number): Pair {
    const [input, target] = this.batch([index]);
    return [input.squeeze(0), target.squeeze(0)];
  }

  batch(indices: Int32Array | readonly number[]): Pair {
    const [images, targets] = this.#samples.batch(indices);
    const changed = scope(() => this.#finish(stack(images.unbind(0).map((image) => this.#augment(image)))));
    return [changed, targets];
  }
}
