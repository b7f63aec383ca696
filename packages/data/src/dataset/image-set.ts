import { type Tensor, tensor } from '@kindling/core';
import { checkOptions, describeValue } from '@kindling/core/internal';
import { DataError } from '../data-error.ts';
import { assertHas } from '../given-argument.ts';
import type { Dataset } from './dataset.ts';
import { TensorDataset } from './tensor-dataset.ts';

/** One image of an {@link ImageSet}. */
export interface LabeledImage {
  /** Channel by channel, row by row, 0 … 255. */
  readonly image: Uint8Array;
  readonly label: number;
}

export interface ImageSetColumns {
  /** What errors call it: a file, or a dataset's name. */
  readonly place: string;
  /** count × channels × height × width values, 0 … 255. */
  readonly images: Uint8Array;
  /** count class indices, 0 … classes − 1. */
  readonly labels: Uint8Array;
  /** 1 for gray, 3 for red, green and blue. Default 1. */
  readonly channels?: number | undefined;
  /** Default 28. */
  readonly height?: number | undefined;
  /** Default 28. */
  readonly width?: number | undefined;
  /** Default 10. */
  readonly classes?: number | undefined;
}

export interface ImageTensorOptions {
  /** Default: what `setDefaultDevice` has set. */
  readonly device?: string | undefined;
  /** Labels as rows of zeros with 1 at the class, float32, in place of class indices, int32. Default false. */
  readonly oneHot?: boolean | undefined;
  /** Images as [channels · height · width] in place of [channels, height, width]. Default true. */
  readonly flatten?: boolean | undefined;
}

/**
 * Images of one size, gray or color, and their class indices, as the bytes they are in files.
 *
 * ```ts
 * const train = await mnist({ split: 'train' });
 * const { image, label } = train.get(42);
 * const loader = new DataLoader(train.tensors(), { batchSize: 256, shuffle: true });
 * ```
 */
export class ImageSet implements Dataset<LabeledImage> {
  readonly kind = 'images';
  readonly place: string;
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly classes: number;

  /** @throws DataError when there are not as many labels as images, or a label is no class. */
  constructor(columns: ImageSetColumns) {
    assertHas('ImageSet', 'columns', columns, ['place', 'images', 'labels']);
    const { place, images, labels, channels = 1, height = 28, width = 28, classes = 10 } = columns;
    const count = images.length / (channels * height * width);
    if (labels.length !== count) {
      throw new DataError({
        place,
        expected: `${count} labels for ${count} images`,
        got: `${labels.length}`,
      });
    }
    const wrong = labels.findIndex((label) => label >= classes);
    if (wrong >= 0) {
      throw new DataError({
        place: `${place}, label ${wrong}`,
        expected: `a class in [0, ${classes - 1}]`,
        got: `${labels[wrong]}`,
      });
    }
    this.place = place;
    this.images = images;
    this.labels = labels;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.classes = classes;
  }

  /** How many images there are. */
  get length(): number {
    return this.labels.length;
  }

  /** Pixels in an image. */
  get pixels(): number {
    return this.height * this.width;
  }

  /** Bytes of an image: one for each channel of a pixel. */
  get imageBytes(): number {
    return this.channels * this.pixels;
  }

  /** Image `index`; its pixels share the set's memory. @throws DataError when there is none. */
  get(index: number): LabeledImage {
    const label = this.labels[index];
    if (label === undefined) {
      throw new DataError({
        place: this.place,
        expected: `an image index in [0, ${this.length - 1}]`,
        got: describeValue(index),
      });
    }
    return { image: this.images.subarray(index * this.imageBytes, (index + 1) * this.imageBytes), label };
  }

  /** Images `start` … `end` − 1, as `Array.prototype.slice` counts; they share the set's memory. */
  slice(start: number, end?: number): ImageSet {
    const labels = this.labels.subarray(start, end);
    const first = (labels.byteOffset - this.labels.byteOffset) * this.imageBytes;
    const images = this.images.subarray(first, first + labels.length * this.imageBytes);
    return new ImageSet({ ...this, images, labels });
  }

  /**
   * Images as float32 [count, channels · height · width], or [count, channels, height, width] without `flatten`, with values
   * byte / 255, and labels as int32 [count], or one-hot float32 [count, classes].
   */
  tensors(options: ImageTensorOptions = {}): TensorDataset<[images: Tensor, labels: Tensor]> {
    const {
      device,
      oneHot = false,
      flatten = true,
    } = checkOptions('ImageSet.tensors', options, {
      device: true,
      oneHot: true,
      flatten: true,
    });
    const { length, channels, height, width, imageBytes, classes } = this;
    const shape = flatten ? [length, imageBytes] : [length, channels, height, width];
    const images = unitImages(this.images, shape, device);
    if (!oneHot) return new TensorDataset(images, tensor(Int32Array.from(this.labels), { device }));
    const targets = new Float32Array(length * classes);
    this.labels.forEach((label, i) => {
      targets[i * classes + label] = 1;
    });
    return new TensorDataset(images, tensor(targets, { shape: [length, classes], device }));
  }
}

/** Pixels as float32 in [0, 1], pixel / 255, which the device computes. */
function unitImages(pixels: Uint8Array, shape: readonly number[], device: string | undefined): Tensor {
  const bytes = tensor(pixels, { shape, device });
  try {
    return bytes.float().div_(255);
  } finally {
    bytes.dispose();
  }
}
