import { checkOptions } from '@kindling/core/internal';
import { dataDir, readData } from '#host';
import { DataError } from '../data-error.ts';
import { ImageSet } from '../dataset/image-set.ts';
import type { RemoteFile } from '../download/remote-file.ts';
import { parseTar } from '../format/tar.ts';
import { ensureFile, type FileOptions, fileOptionNames, findFile } from './data-file.ts';
import { checkSplit, type Split } from './split.ts';

export interface CifarOptions extends FileOptions {
  /** 50,000 images to train with, or 10,000 others to test with. Default `train`. */
  readonly split?: Split | undefined;
}

export interface Cifar100Options extends CifarOptions {
  /** The 100 classes, or the 20 superclasses of five each. Default `fine`. */
  readonly labels?: 'fine' | 'coarse' | undefined;
}

const SIDE = 32;
const IMAGE_BYTES = 3 * SIDE * SIDE;

/** A dataset of this form: an archive of files of records, which are bytes of labels and then of an image. */
interface CifarFiles {
  readonly archive: RemoteFile;
  /** The folder of the archive, which may lie beside it unpacked. */
  readonly folder: string;
  readonly names: { readonly [S in Split]: readonly string[] };
  /** Numbers of the labels before an image, in their order. */
  readonly labels: readonly number[];
}

const address = 'https://www.cs.toronto.edu/~kriz/';

const archive = (path: string, name: string, bytes: number, sha256: string, first: string): RemoteFile => ({
  path: `${path}/${name}`,
  urls: [address + name],
  alternatives: [`${path}/${first}`],
  bytes,
  sha256,
  isArchive: true,
});

const tenFiles: CifarFiles = {
  archive: archive(
    'cifar-10',
    'cifar-10-binary.tar.gz',
    170_052_171,
    'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
    'cifar-10-batches-bin/data_batch_1.bin',
  ),
  folder: 'cifar-10/cifar-10-batches-bin',
  names: {
    train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
    test: ['test_batch.bin'],
  },
  labels: [10],
};

const hundredFiles: CifarFiles = {
  archive: archive(
    'cifar-100',
    'cifar-100-binary.tar.gz',
    168_513_733,
    '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
    'cifar-100-binary/train.bin',
  ),
  folder: 'cifar-100/cifar-100-binary',
  names: { train: ['train.bin'], test: ['test.bin'] },
  labels: [20, 100],
};

/** The archives that CIFAR-10 and CIFAR-100 can be downloaded as. */
export const cifarFiles = { 'cifar-10': [tenFiles.archive], 'cifar-100': [hundredFiles.archive] } as const;

/**
 * CIFAR-10: photographs of animals and vehicles in ten classes, 32 × 32 pixels in color. Read from the data folder in its binary form
 * (`cifar-10/cifar-10-binary.tar.gz`, or unpacked in `cifar-10/cifar-10-batches-bin`), else downloaded.
 *
 * @throws DataError when files cannot be had or are damaged.
 * @see https://www.cs.toronto.edu/~kriz/cifar.html
 */
export async function cifar10(options: CifarOptions = {}): Promise<ImageSet> {
  checkOptions('cifar10', options, { ...fileOptionNames, split: true });
  return loadCifar(tenFiles, 0, options);
}

/**
 * CIFAR-100: as CIFAR-10, in 100 classes, or in their 20 superclasses (`cifar-100/cifar-100-binary.tar.gz`, or unpacked in
 * `cifar-100/cifar-100-binary`).
 *
 * @throws DataError when files cannot be had or are damaged.
 * @see https://www.cs.toronto.edu/~kriz/cifar.html
 */
export async function cifar100(options: Cifar100Options = {}): Promise<ImageSet> {
  const { labels = 'fine' } = checkOptions('cifar100', options, {
    ...fileOptionNames,
    split: true,
    labels: true,
  });
  if (labels !== 'fine' && labels !== 'coarse') {
    throw new DataError({ place: 'labels', expected: 'fine or coarse', got: JSON.stringify(labels) });
  }
  return loadCifar(hundredFiles, labels === 'coarse' ? 0 : 1, options);
}

/** @param chosen which of the labels before an image. */
async function loadCifar(files: CifarFiles, chosen: number, options: CifarOptions): Promise<ImageSet> {
  const { split = 'train', dir = dataDir() } = options;
  checkSplit(split);
  const records = await readRecords(files, split, { ...options, dir });
  const recordBytes = files.labels.length + IMAGE_BYTES;
  const count = records.reduce((sum, { bytes }) => sum + bytes.length / recordBytes, 0);
  const images = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count);
  const classes = files.labels[chosen]!;
  let i = 0;
  for (const { place, bytes } of records) {
    for (let at = 0; at < bytes.length; at += recordBytes, i++) {
      labels[i] = bytes[at + chosen]!;
      if (labels[i]! >= classes) {
        throw new DataError({
          place: `${place}, record ${at / recordBytes}`,
          expected: `a class in [0, ${classes - 1}]`,
          got: `${labels[i]}`,
        });
      }
      images.set(bytes.subarray(at + files.labels.length, at + recordBytes), i * IMAGE_BYTES);
    }
  }
  const [{ place }] = records as [Records];
  return new ImageSet({ place, images, labels, channels: 3, height: SIDE, width: SIDE, classes });
}

interface Records {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** The records of a split, from the unpacked files if they are there. */
async function readRecords(
  { archive, folder, names, labels }: CifarFiles,
  split: Split,
  options: FileOptions & { readonly dir: string },
): Promise<readonly Records[]> {
  const parts = names[split];
  const unpacked = await Promise.all(parts.map((name) => findFile([`${folder}/${name}`], options.dir)));
  const records: Records[] = [];
  if (unpacked.every((path) => path !== undefined)) {
    for (const place of unpacked) records.push({ place, bytes: await readData(place) });
  } else {
    const path = await ensureFile(archive, options);
    const entries = parseTar(await readData(path), path);
    for (const name of parts) {
      const bytes = entries.get(name);
      if (bytes === undefined)
        throw new DataError({ place: path, expected: `a file ${name} in it`, got: 'none' });
      records.push({ place: `${path}, ${name}`, bytes });
    }
  }
  const recordBytes = labels.length + IMAGE_BYTES;
  for (const { place, bytes } of records) {
    if (bytes.length > 0 && bytes.length % recordBytes === 0) continue;
    throw new DataError({
      place,
      expected: `records of ${recordBytes} bytes`,
      got: bytes.length === 0 ? 'an empty file' : `${bytes.length} bytes`,
    });
  }
  return records;
}
