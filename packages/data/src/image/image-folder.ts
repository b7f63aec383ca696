import { dirname } from 'node:path';
import { ArgumentError, ShapeError, type Tensor } from '@kindling/core';
import { checkOptions, describeValue, type OptionNames } from '@kindling/core/internal';
import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { ImageSet } from '../dataset/image-set.ts';
import { assertText } from '../given-argument.ts';
import { readFileBytes } from '../read-file.ts';
import { toTensor } from '../transform/transform.ts';
import { checkMode, type DecodedImage, decodeImage, type ImageMode } from './decode-image.ts';
import { type ClassFiles, listClassFiles } from './image-files.ts';

export interface ImageFolderOptions<T = Tensor> {
  /** Colors of the images: red, green and blue, or gray. Default `rgb`. */
  readonly mode?: ImageMode | undefined;
  /** Changes an image, float32 [channels, height, width] with values in [0, 1], when it is got. Default: none. */
  readonly transform?: ((image: Tensor) => T) | undefined;
}

const optionNames: OptionNames<ImageFolderOptions> = { mode: true, transform: true };

/** A file is no image of more bytes. */
const MAX_BYTES = 2 ** 28;

/**
 * The PNG or JPEG image of a file.
 *
 * @throws {DataError} with the path, for a file that is missing, unreadable, damaged or in another format.
 */
export async function readImage(
  path: string,
  options: { readonly mode?: ImageMode | undefined } = {},
): Promise<DecodedImage> {
  assertText('readImage', 'path', path);
  const { mode = 'rgb' } = checkOptions('readImage', options, { mode: true });
  return decodeImage(await readFileBytes(path, { maxBytes: MAX_BYTES, expected: 'an image' }), {
    mode,
    place: path,
  });
}

/** Images of a folder, which are read when they are got; see {@link imageFolder}. */
export class ImageFolder<T = Tensor> implements Dataset<Promise<[image: T, label: number]>> {
  /** Names of the classes, in the order of their indices. */
  readonly classes: readonly string[];
  /** The files in the order of the samples, and the class of each. */
  readonly files: ClassFiles['files'];
  readonly mode: ImageMode;
  readonly #transform: ((image: Tensor) => T) | undefined;

  /** @internal */
  constructor({ classes, files }: ClassFiles, { mode = 'rgb', transform }: ImageFolderOptions<T>) {
    this.classes = classes;
    this.files = files;
    this.mode = mode;
    this.#transform = transform;
  }

  /** How many images there are. */
  get length(): number {
    return this.files.length;
  }

  /** Image `index` as a tensor, and its class. @throws {DataError} with the path, when the file cannot be read. */
  async get(index: number): Promise<[image: T, label: number]> {
    const file = this.files[index];
    if (file === undefined) {
      throw new ShapeError(
        `ImageFolder: expected an index in [0, ${this.length}), got ${describeValue(index)}`,
      );
    }
    const { channels, height, width, data } = await readImage(file.path, { mode: this.mode });
    const image = toTensor([channels, height, width])(data);
    // Without the option, T is Tensor.
    return [this.#transform === undefined ? (image as T) : this.#transform(image), file.label];
  }

  /**
   * All images in memory, as bytes; `transform` is left out.
   *
   * @throws {DataError} with the path, when a file cannot be read or its image has another size than the first; for more than 256 classes.
   */
  async load(): Promise<ImageSet> {
    const [first] = this.files;
    if (this.classes.length > 256) {
      const got = `${this.classes.length}`;
      throw new DataError({ place: dirname(dirname(first!.path)), expected: 'at most 256 classes', got });
    }
    const { channels, height, width } = await readImage(first!.path, { mode: this.mode });
    const size = channels * height * width;
    const images = new Uint8Array(this.length * size);
    for (const [i, { path }] of this.files.entries()) {
      const image = await readImage(path, { mode: this.mode });
      if (image.width !== width || image.height !== height) {
        const expected = `an image of ${width} × ${height} pixels as ${first!.path}`;
        throw new DataError({ place: path, expected, got: `${image.width} × ${image.height}` });
      }
      images.set(image.data, i * size);
    }
    const labels = Uint8Array.from(this.files, ({ label }) => label);
    const place = first!.path;
    return new ImageSet({ place, images, labels, channels, height, width, classes: this.classes.length });
  }
}

/**
 * A folder with a folder for each class, and PNG or JPEG images in these and below them: classes are the names of the folders by code point.
 * Other files are passed over.
 *
 * ```ts
 * const train = await imageFolder('flowers/train', { transform: compose(resize([64, 64]), randomHorizontalFlip()) });
 * for await (const [images, labels] of new DataLoader(train, { batchSize: 32, shuffle: true })) step(images, labels);
 * ```
 *
 * @throws {ArgumentError} for options that are none.
 * @throws {DataError} with the path, for a folder that is missing or has no folders, a class without images, and images in another format.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html
 */
export async function imageFolder<T = Tensor>(
  path: string,
  options: ImageFolderOptions<T> = {},
): Promise<ImageFolder<T>> {
  const op = 'imageFolder';
  const { mode = 'rgb', transform } = checkOptions(
    op,
    options,
    optionNames as OptionNames<ImageFolderOptions<T>>,
  );
  if (typeof path !== 'string') {
    throw new ArgumentError(`${op}: expected the path of a folder, got ${describeValue(path)}`);
  }
  checkMode(op, mode);
  if (transform !== undefined && typeof transform !== 'function') {
    throw new ArgumentError(`${op}: expected transform to be a function, got ${describeValue(transform)}`);
  }
  return new ImageFolder(await listClassFiles(path), options);
}
