import { ArgumentError } from '@kindling/core';
import { assertBoolean, assertChoice, checkOptions } from '@kindling/core/internal';
import { dataDir, inflateBytes, readData } from '#host';
import { ImageSet } from '../dataset/image-set.ts';
import type { RemoteFile } from '../download/remote-file.ts';
import { readZipEntry } from '../format/zip.ts';
import { ensureFile, type FileOptions, fileOptionNames, findFile } from './data-file.ts';
import { type EmnistVariant, emnistVariants } from './emnist-variants.ts';
import { idxImageSet } from './idx-source.ts';
import { checkSplit, type Split } from './split.ts';

export interface EmnistOptions extends FileOptions {
  /** Default `balanced`. */
  readonly variant?: EmnistVariant | undefined;
  /** Default `train`. */
  readonly split?: Split | undefined;
  /** Whether images are turned to be read; in the files, as in torchvision, rows and columns are changed over. Default false. */
  readonly upright?: boolean | undefined;
}

/** An archive of all variants: half a gigabyte. */
export const emnistFile: RemoteFile = {
  path: 'emnist/gzip.zip',
  urls: [
    'https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip',
    'https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip',
  ],
  bytes: 561_753_746,
  sha256: 'fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e',
  isArchive: true,
};

/** A file of images, unzipped, has at most so many bytes: that of `byclass`. */
const MAX_BYTES = 2 ** 30;

/**
 * EMNIST: handwritten digits and letters, 28 × 28 pixels, in six variants.
 *
 * | variant | classes | train, test |
 * |---|---|---|
 * | `balanced` | 47: digits, letters, of which fifteen look alike in both cases | 112,800, 18,800 |
 * | `letters` | 27: letters of either case from 1; class 0 is that of no image | 124,800, 20,800 |
 * | `digits` | 10 | 240,000, 40,000 |
 * | `mnist` | 10: as MNIST | 60,000, 10,000 |
 * | `byclass` | 62: digits, capitals, small letters | 697,932, 116,323 |
 * | `bymerge` | 47: those of `balanced` | 697,932, 116,323 |
 *
 * Read from the data folder as IDX files (`emnist/emnist-balanced-train-images-idx3-ubyte`, gzip or not), else from the archive
 * `emnist/gzip.zip`, which is downloaded.
 *
 * @throws DataError when files cannot be had or are damaged.
 * @see https://www.nist.gov/itl/products-and-services/emnist-dataset
 */
export async function emnist(options: EmnistOptions = {}): Promise<ImageSet> {
  const op = 'emnist';
  const {
    variant = 'balanced',
    split = 'train',
    upright = false,
    dir = dataDir(),
  } = checkOptions(op, options, {
    ...fileOptionNames,
    variant: true,
    split: true,
    upright: true,
  });
  assertChoice(op, 'variant', variant, Object.keys(emnistVariants));
  assertBoolean(op, 'upright', upright);
  checkSplit(split);
  const stem = `emnist-${variant}-${split}`;
  const read = (name: string): Promise<{ place: string; bytes: Uint8Array }> =>
    readPart(name, { ...options, dir });
  const images = await read(`${stem}-images-idx3-ubyte`);
  const labels = await read(`${stem}-labels-idx1-ubyte`);
  const set = idxImageSet(images, labels, emnistVariants[variant].length);
  return upright ? transposed(set) : set;
}

/** A file, from the data folder or else from the archive. */
async function readPart(
  name: string,
  options: FileOptions & { readonly dir: string },
): Promise<{ readonly place: string; readonly bytes: Uint8Array }> {
  const own = await findFile([`emnist/${name}.gz`, `emnist/${name}`, `emnist/gzip/${name}.gz`], options.dir);
  if (own !== undefined) return { place: own, bytes: await readData(own, MAX_BYTES) };
  const archive = await ensureFile(emnistFile, options);
  const place = `${archive}, ${name}.gz`;
  const packed = await readZipEntry(archive, `${name}.gz`, MAX_BYTES);
  return { place, bytes: await inflateBytes(packed, place, MAX_BYTES) };
}

/** Rows in the place of columns. */
function transposed(set: ImageSet): ImageSet {
  const { height, width, pixels, length } = set;
  if (height !== width) throw new ArgumentError(`emnist: expected square images, got ${width} × ${height}`);
  const images = new Uint8Array(set.images.length);
  for (let i = 0; i < length; i++) {
    const start = i * pixels;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        images[start + row * width + column] = set.images[start + column * width + row]!;
      }
    }
  }
  return new ImageSet({ ...set, images });
}
