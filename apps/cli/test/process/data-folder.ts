import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digits, encodeIdx, type ImageSet } from '@kindling/data';
import { newFolder } from './kindling.ts';

export interface DataFolder {
  readonly path: string;
  /** Settings of a process that looks for its data here. */
  readonly env: Readonly<Record<string, string>>;
  file(name: string): string;
}

export async function emptyDataFolder(): Promise<DataFolder> {
  const path = await newFolder();
  await mkdir(join(path, 'mnist'));
  return {
    path,
    env: { KINDLING_DATA_DIR: path },
    file: (name) => join(path, ...name.split('/')),
  };
}

const imageFile = (set: ImageSet): Uint8Array =>
  gzipSync(encodeIdx({ shape: [set.length, 28, 28], data: set.images }));
const labelFile = ({ labels }: ImageSet): Uint8Array =>
  gzipSync(encodeIdx({ shape: [labels.length], data: labels }));

/** A data folder with small stand-ins for the published files: drawn digits, a few patients, a few people. */
export async function smallDataFolder(): Promise<DataFolder> {
  const folder = await emptyDataFolder();
  const train = digits({ count: 320 });
  const test = digits({ count: 64, split: 'test' });
  const files: Record<string, string | Uint8Array> = {
    'mnist/train-images-idx3-ubyte.gz': imageFile(train),
    'mnist/train-labels-idx1-ubyte.gz': labelFile(train),
    'mnist/t10k-images-idx3-ubyte.gz': imageFile(test),
    'mnist/t10k-labels-idx1-ubyte.gz': labelFile(test),
    'diabetes.csv.gz': gzipSync('0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,1\n-0.1,-0.2,0,0,0,0,0,0,0\n'),
    'weight_height.csv': 'weight,height\n6,60\n20,110\n50,160\n70,175\n',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(folder.file(name), content);
  return folder;
}
