import { checkOptions } from '@kindling/core/internal';
import { dataDir, readData } from '#host';
import { DataError } from '../data-error.ts';
import { ImageSet } from '../dataset/image-set.ts';
import type { RemoteFile } from '../download/remote-file.ts';
import { parseIdxBytes } from '../format/idx.ts';
import { parseMnistCsv } from '../format/mnist-csv.ts';
import { placeOf } from '../given-file.ts';
import { ensureFile, type FileOptions, fileOptionNames, findFile, localPaths } from './data-file.ts';

export type Split = 'train' | 'test';

export interface MnistOptions extends FileOptions {
  /** 60,000 images to train with, or 10,000 others to test with. Default `train`. */
  readonly split?: Split | undefined;
}

const mirrors = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
];

/** A published file; length and checksum are of its unzipped content. */
const idxFile = (name: string, csvName: string, bytes: number, sha256: string): RemoteFile => ({
  path: `mnist/${name}`,
  urls: mirrors.map((mirror) => mirror + name),
  alternatives: [`mnist/${csvName}`, `mnist/${csvName}.gz`],
  bytes,
  sha256,
});

const files: { readonly [S in Split]: { readonly images: RemoteFile; readonly labels: RemoteFile } } = {
  train: {
    images: idxFile(
      'train-images-idx3-ubyte.gz',
      'mnist_train.csv',
      47_040_016,
      'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    ),
    labels: idxFile(
      'train-labels-idx1-ubyte.gz',
      'mnist_train.csv',
      60_008,
      '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    ),
  },
  test: {
    images: idxFile(
      't10k-images-idx3-ubyte.gz',
      'mnist_test.csv',
      7_840_016,
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    ),
    labels: idxFile(
      't10k-labels-idx1-ubyte.gz',
      'mnist_test.csv',
      10_008,
      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    ),
  },
};

/** The files that MNIST can be downloaded as. */
export const mnistFiles: readonly RemoteFile[] = [
  files.train.images,
  files.train.labels,
  files.test.images,
  files.test.labels,
];

/**
 * MNIST: handwritten digits, 28 × 28 pixels. Read from the data folder as IDX files (gzip or not), else in the CSV form
 * `label,784 pixels` (`mnist/mnist_train.csv`, `mnist/mnist_test.csv`), else downloaded.
 *
 * @throws DataError when files cannot be had or are damaged.
 * @see http://yann.lecun.com/exdb/mnist/
 */
export async function mnist(options: MnistOptions = {}): Promise<ImageSet> {
  const { split = 'train', dir = dataDir() } = checkOptions('mnist', options, {
    ...fileOptionNames,
    split: true,
  });
  if (!Object.hasOwn(files, split)) {
    throw new DataError({ place: 'split', expected: 'train or test', got: JSON.stringify(split) });
  }
  const { images, labels } = files[split];
  const haveImages = (await findFile(localPaths(images), dir)) !== undefined;
  const table = haveImages ? undefined : await findFile(images.alternatives ?? [], dir);
  if (table !== undefined) return readMnistCsv(table);
  return readIdxImages(
    await ensureFile(images, { ...options, dir }),
    await ensureFile(labels, { ...options, dir }),
  );
}

/**
 * Images of an IDX file and labels of another, gzip or not: MNIST and datasets of its form. A file is a path, in a browser an
 * address, or a `Blob`.
 *
 * @throws DataError when a file is missing or damaged, or they do not belong together.
 */
export async function readIdxImages(
  imageFile: string | Blob,
  labelFile: string | Blob,
  classes = 10,
): Promise<ImageSet> {
  const [imagesPlace, place] = [placeOf(imageFile), placeOf(labelFile)];
  const images = parseIdxBytes(await readData(imageFile), 3, imagesPlace);
  const labels = parseIdxBytes(await readData(labelFile), 1, place);
  const [count, height, width] = images.shape;
  if (labels.shape[0] !== count) {
    throw new DataError({
      place,
      expected: `${count} labels for the images of ${imagesPlace}`,
      got: `${labels.shape[0]}`,
    });
  }
  return new ImageSet({ place, images: images.data, labels: labels.data, height, width, classes });
}

/** Images of a CSV file of MNIST's form: a path, in a browser an address, or a `Blob`. @throws DataError when it is missing or damaged. */
export async function readMnistCsv(file: string | Blob): Promise<ImageSet> {
  const place = placeOf(file);
  return new ImageSet({ place, ...parseMnistCsv(await readData(file), place) });
}
