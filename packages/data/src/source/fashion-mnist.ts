import type { ImageSet } from '../dataset/image-set.ts';
import type { RemoteFile } from '../download/remote-file.ts';
import { filesOf, type IdxFiles, type IdxSourceOptions, loadIdxSource } from './idx-source.ts';

/** 60,000 images to train with, or 10,000 others to test with. */
export type FashionMnistOptions = IdxSourceOptions;

const mirrors = ['https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/'];

/** A published file: the length is that of its unzipped content, the checksum its own. */
const idxFile = (name: string, bytes: number, sha256: string): RemoteFile => ({
  path: `fashion-mnist/${name}`,
  urls: mirrors.map((mirror) => mirror + name),
  bytes,
  sha256,
  isPacked: true,
});

const files: IdxFiles = {
  train: {
    images: idxFile(
      'train-images-idx3-ubyte.gz',
      47_040_016,
      '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    ),
    labels: idxFile(
      'train-labels-idx1-ubyte.gz',
      60_008,
      'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
    ),
  },
  test: {
    images: idxFile(
      't10k-images-idx3-ubyte.gz',
      7_840_016,
      '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
    ),
    labels: idxFile(
      't10k-labels-idx1-ubyte.gz',
      10_008,
      '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
    ),
  },
};

/** The files that Fashion-MNIST can be downloaded as. */
export const fashionMnistFiles: readonly RemoteFile[] = filesOf(files);

/**
 * Fashion-MNIST: clothes in ten classes, 28 × 28 pixels. Read from the data folder as IDX files (gzip or not), else downloaded.
 *
 * @throws DataError when files cannot be had or are damaged.
 * @see https://github.com/zalandoresearch/fashion-mnist
 */
export const fashionMnist = (options: FashionMnistOptions = {}): Promise<ImageSet> =>
  loadIdxSource('fashionMnist', files, options);
