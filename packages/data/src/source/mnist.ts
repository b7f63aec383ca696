import { readData } from '#host';
import { ImageSet } from '../dataset/image-set.ts';
import { fromRepository } from '../download/from-repository.ts';
import type { RemoteFile } from '../download/remote-file.ts';
import { parseMnistCsv } from '../format/mnist-csv.ts';
import { placeOf } from '../given-file.ts';
import { filesOf, type IdxFiles, type IdxSourceOptions, loadIdxSource } from './idx-source.ts';

/** 60,000 images to train with, or 10,000 others to test with. */
export type MnistOptions = IdxSourceOptions;

const mirrors = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
];

/** Of a repository that pages of every site may read. */
const COMMIT = 'ae608a02b796c9ee908c082585a5f006fe05258e';

/** A published file; length and checksum are of its unzipped content. */
const idxFile = (name: string, csvName: string, bytes: number, sha256: string): RemoteFile => ({
  path: `mnist/${name}`,
  urls: [...mirrors.map((mirror) => mirror + name), ...fromRepository('fgnt/mnist', COMMIT, name)],
  alternatives: [`mnist/${csvName}`, `mnist/${csvName}.gz`],
  bytes,
  sha256,
});

const files: IdxFiles = {
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
export const mnistFiles: readonly RemoteFile[] = filesOf(files);

/**
 * MNIST: handwritten digits, 28 × 28 pixels. Read from the data folder as IDX files (gzip or not), else in the CSV form
 * `label,784 pixels` (`mnist/mnist_train.csv`, `mnist/mnist_test.csv`), else downloaded.
 *
 * @throws DataError when files cannot be had or are damaged.
 * @see http://yann.lecun.com/exdb/mnist/
 */
export const mnist = (options: MnistOptions = {}): Promise<ImageSet> =>
  loadIdxSource('mnist', files, options, readMnistCsv);

/** Images of a CSV file of MNIST's form: a path, in a browser an address, or a `Blob`. @throws DataError when it is missing or damaged. */
export async function readMnistCsv(file: string | Blob): Promise<ImageSet> {
  const place = placeOf(file);
  return new ImageSet({ place, ...parseMnistCsv(await readData(file), place) });
}
