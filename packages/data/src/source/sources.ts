import { contentProblem, dataDir, sizeOf } from '#host';
import type { ImageSet } from '../dataset/image-set.ts';
import type { Table } from '../dataset/table.ts';
import { digits } from '../digits/digits.ts';
import type { RemoteFile } from '../download/remote-file.ts';
import { assertHas, assertText } from '../given-argument.ts';
import { unknownName } from '../unknown-name.ts';
import { cifar10, cifar100, cifarFiles } from './cifar.ts';
import { ensureFile, type FileOptions, findFile, localPaths } from './data-file.ts';
import { emnist, emnistFile } from './emnist.ts';
import type { EmnistVariant } from './emnist-variants.ts';
import { fashionMnist, fashionMnistFiles } from './fashion-mnist.ts';
import { mnist, mnistFiles } from './mnist.ts';
import { pattern1010 } from './pattern-1010.ts';
import { type SourceDescriptor, type SourceName, sourceDescriptors } from './source-descriptors.ts';
import type { Split } from './split.ts';
import { diabetes, diabetesFile, weightHeight, weightHeightFile } from './tables.ts';
import { xor } from './xor.ts';

export interface SourceOptions extends FileOptions {
  /** Default `train`. Sources without splits give everything for either. */
  readonly split?: Split | undefined;
  /** For sources that are drawn. */
  readonly seed?: number | undefined;
  /** For sources that are drawn. */
  readonly count?: number | undefined;
}

/** A dataset that has a name. */
export interface Source extends SourceDescriptor {
  /** Whether it has images or rows of its own to test with. */
  readonly hasTestSplit: boolean;
  /** What it is read from and can be downloaded; none for sources that need no file. */
  readonly files: readonly RemoteFile[];
  readonly load: (options?: SourceOptions) => Promise<ImageSet | Table>;
}

/** Where the samples of a source come from. */
interface Loader<T extends ImageSet | Table> {
  readonly files?: readonly RemoteFile[];
  load(options: SourceOptions): T | Promise<T>;
}

const fileOptions = ({ split: _, seed: __, count: ___, ...options }: SourceOptions): FileOptions => options;

const emnistLoader = (variant: EmnistVariant): Loader<ImageSet> => ({
  files: [emnistFile],
  load: ({ seed: _, count: __, ...options }) => emnist({ ...options, variant }),
});

const loaders = {
  digits: { load: ({ split, seed, count }): ImageSet => digits({ split, seed, count }) },
  mnist: {
    files: mnistFiles,
    load: ({ seed: _, count: __, ...options }): Promise<ImageSet> => mnist(options),
  },
  'fashion-mnist': {
    files: fashionMnistFiles,
    load: ({ seed: _, count: __, ...options }): Promise<ImageSet> => fashionMnist(options),
  },
  'emnist-balanced': emnistLoader('balanced'),
  'emnist-letters': emnistLoader('letters'),
  'emnist-digits': emnistLoader('digits'),
  'emnist-mnist': emnistLoader('mnist'),
  'emnist-byclass': emnistLoader('byclass'),
  'emnist-bymerge': emnistLoader('bymerge'),
  'cifar-10': {
    files: cifarFiles['cifar-10'],
    load: ({ seed: _, count: __, ...options }): Promise<ImageSet> => cifar10(options),
  },
  'cifar-100': {
    files: cifarFiles['cifar-100'],
    load: ({ seed: _, count: __, ...options }): Promise<ImageSet> => cifar100(options),
  },
  diabetes: { files: [diabetesFile], load: (options): Promise<Table> => diabetes(fileOptions(options)) },
  'weight-height': {
    files: [weightHeightFile],
    load: (options): Promise<Table> => weightHeight(fileOptions(options)),
  },
  xor: { load: (): Table => xor() },
  'pattern-1010': { load: (): Table => pattern1010() },
} as const satisfies Readonly<Record<SourceName, Loader<ImageSet | Table>>>;

const sourceOf = (descriptor: (typeof sourceDescriptors)[number]): Source => {
  const loader: Loader<ImageSet | Table> = loaders[descriptor.name];
  return {
    ...descriptor,
    hasTestSplit: descriptor.samples.test > 0,
    files: loader.files ?? [],
    load: async (options = {}) => loader.load(options),
  };
};

/** The datasets that Kindling knows by name. */
export const sources = Object.fromEntries(
  sourceDescriptors.map((descriptor) => [descriptor.name, sourceOf(descriptor)]),
) as {
  readonly [N in SourceName]: Omit<Source, 'load'> & {
    readonly load: (options?: SourceOptions) => Promise<Awaited<ReturnType<(typeof loaders)[N]['load']>>>;
  };
};

/** The source of that name. @throws DataError when there is none; it says which was probably meant. */
export function findSource(name: string): Source {
  assertText('findSource', 'name', name);
  const known: Readonly<Record<string, Source>> = sources;
  const source = Object.hasOwn(known, name) ? known[name] : undefined;
  if (source !== undefined) return source;
  throw unknownName('dataset', name, Object.keys(known));
}

/** Downloads what a source is read from and is not there yet; the paths of its files. */
export async function downloadSource(source: Source, options: FileOptions = {}): Promise<readonly string[]> {
  assertHas('downloadSource', 'source', source, ['files']);
  return source.files.reduce<Promise<readonly string[]>>(
    async (before, file) => [...(await before), await ensureFile(file, options)],
    Promise.resolve([]),
  );
}

/** A file of a source, and whether it is there. */
export interface FileStatus {
  readonly file: RemoteFile;
  /** Where it lies, or the file that serves in its place; undefined when both are missing. */
  readonly path: string | undefined;
  /** Whether it is the published file, whose content is known, and not one in its place. */
  readonly published: boolean;
  /** Bytes on disk; 0 when it is missing. */
  readonly size: number;
}

/** Which files of a source are in the data folder. */
export async function sourceStatus(source: Source, dir: string = dataDir()): Promise<readonly FileStatus[]> {
  assertHas('sourceStatus', 'source', source, ['files']);
  return Promise.all(
    source.files.map(async (file) => {
      const own = await findFile(localPaths(file), dir);
      const path = own ?? (await findFile(file.alternatives ?? [], dir));
      const size = path === undefined ? 0 : await sizeOf(path);
      return { file, path, published: own !== undefined, size };
    }),
  );
}

/** What is wrong with a file's content, in words; undefined when it holds the bytes it should, or a form of its own. */
export async function verifyFile(status: FileStatus): Promise<string | undefined> {
  assertHas('verifyFile', 'status', status, ['file', 'path', 'published']);
  const { file, path, published } = status;
  if (path === undefined) return 'missing';
  return published ? contentProblem(path, file) : undefined;
}
