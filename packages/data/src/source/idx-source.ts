import { checkOptions } from '@kindling/core/internal';
import { dataDir, readData } from '#host';
import { DataError } from '../data-error.ts';
import { ImageSet } from '../dataset/image-set.ts';
import type { RemoteFile } from '../download/remote-file.ts';
import { parseIdxBytes } from '../format/idx.ts';
import { placeOf } from '../given-file.ts';
import { ensureFile, type FileOptions, fileOptionNames, findFile, localPaths } from './data-file.ts';
import { checkSplit, type Split } from './split.ts';

export interface IdxSourceOptions extends FileOptions {
  /** Default `train`. */
  readonly split?: Split | undefined;
}

/** The IDX files of a dataset. */
export type IdxFiles = {
  readonly [S in Split]: { readonly images: RemoteFile; readonly labels: RemoteFile };
};

export const filesOf = ({ train, test }: IdxFiles): readonly RemoteFile[] => [
  train.images,
  train.labels,
  test.images,
  test.labels,
];

/**
 * Images that are published as IDX files.
 *
 * @param readAlternative reads the file that may lie in the place of both.
 * @throws DataError when files cannot be had or are damaged.
 */
export async function loadIdxSource(
  name: string,
  files: IdxFiles,
  options: IdxSourceOptions,
  readAlternative?: (path: string) => Promise<ImageSet>,
): Promise<ImageSet> {
  const { split = 'train', dir = dataDir() } = checkOptions(name, options, {
    ...fileOptionNames,
    split: true,
  });
  checkSplit(split);
  const { images, labels } = files[split];
  const haveImages = (await findFile(localPaths(images), dir)) !== undefined;
  const table = haveImages ? undefined : await findFile(images.alternatives ?? [], dir);
  if (table !== undefined && readAlternative !== undefined) return readAlternative(table);
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
  return idxImageSet(
    { place: placeOf(imageFile), bytes: await readData(imageFile) },
    { place: placeOf(labelFile), bytes: await readData(labelFile) },
    classes,
  );
}

/** A file, and what errors call it. */
interface Part {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** The images and labels of two IDX files. @throws DataError when one is damaged, or they do not belong together. */
export function idxImageSet(imageFile: Part, labelFile: Part, classes: number): ImageSet {
  const images = parseIdxBytes(imageFile.bytes, 3, imageFile.place);
  const labels = parseIdxBytes(labelFile.bytes, 1, labelFile.place);
  const { place } = labelFile;
  const [count, height, width] = images.shape;
  if (labels.shape[0] !== count) {
    throw new DataError({
      place,
      expected: `${count} labels for the images of ${imageFile.place}`,
      got: `${labels.shape[0]}`,
    });
  }
  return new ImageSet({ place, images: images.data, labels: labels.data, height, width, classes });
}
