import { basename, dirname, join, resolve, segmentsOf } from './paths.ts';
import { systemFailure } from './system-failure.ts';
import { Dirent, type Entry, File, Folder, Stats } from './volume-entry.ts';

/** The flags of `open` that are known; a number that is none of them is read-only. */
export const constants = {
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_APPEND: 0o2000,
  O_NOFOLLOW: 0,
  O_NONBLOCK: 0,
} as const;

const FLAGS: Readonly<Record<string, number>> = {
  r: constants.O_RDONLY,
  wx: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
};

/** What a {@link Volume} tells of its changes. Paths are absolute. */
export interface VolumeWatcher {
  /** Called before a change. @throws where an earlier change did not reach the storage. */
  assertWritable(): void;
  wrote(path: string, position: number, bytes: Uint8Array): void;
  replaced(path: string, bytes: Uint8Array): void;
  removed(path: string): void;
  madeFolder(path: string): void;
}

/**
 * A file system in memory, with the functions of `node:fs` that runs are read and written by. They answer at once, which a browser's
 * storage does not; a watcher brings their changes there.
 */
export class Volume {
  readonly #root = new Folder();
  readonly #open = new Map<number, { readonly file: File; readonly path: string }>();
  readonly #watcher: VolumeWatcher;
  #descriptors = 2;

  constructor(watcher: VolumeWatcher) {
    this.#watcher = watcher;
  }

  /** Puts a file that the storage has into its place; `bytes` are undefined where only its size is to be known. */
  restore(
    path: string,
    bytes: Uint8Array | undefined,
    { size, mtimeMs }: Pick<Stats, 'size' | 'mtimeMs'>,
  ): void {
    const file = new File(path);
    Object.assign(file, { bytes, size, mtimeMs });
    this.#makeFolders(dirname(path)).entries.set(basename(path), file);
  }

  /** Makes a folder that the storage has. */
  restoreFolder(path: string): void {
    this.#makeFolders(path);
  }

  /** Forgets what the storage has no more. */
  forget(path: string): void {
    this.#folder(dirname(path))?.entries.delete(basename(path));
  }

  /** Whether the content of a file is here, and of this time and size. */
  isLoaded(path: string, { size, mtimeMs }: Pick<Stats, 'size' | 'mtimeMs'>): boolean {
    const file = this.#find(path);
    return file instanceof File && file.bytes !== undefined && file.size === size && file.mtimeMs === mtimeMs;
  }

  readonly openSync = (path: string, flags: string | number, _mode?: number): number => {
    const bits = typeof flags === 'number' ? flags : FLAGS[flags]!;
    let file = this.#find(path);
    if (file instanceof Folder) throw systemFailure('EISDIR', 'open', path);
    if (file !== undefined && bits & constants.O_EXCL) throw systemFailure('EEXIST', 'open', path);
    if (file === undefined) {
      if (!(bits & constants.O_CREAT)) throw systemFailure('ENOENT', 'open', path);
      this.#watcher.assertWritable();
      file = new File(path);
      this.#folderOf(path, 'open').entries.set(basename(path), file);
      this.#watcher.wrote(path, 0, new Uint8Array());
    }
    this.#open.set(++this.#descriptors, { file, path });
    return this.#descriptors;
  };

  readonly closeSync = (descriptor: number): void => {
    this.#at(descriptor, 'close');
    this.#open.delete(descriptor);
  };

  /** Nothing: the watcher brings changes to the storage in their order. */
  readonly fsyncSync = (descriptor: number): void => void this.#at(descriptor, 'fsync');

  readonly readSync = (
    descriptor: number,
    into: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): number => {
    const part = this.#at(descriptor, 'read').content.subarray(position, position + length);
    into.set(part, offset);
    return part.length;
  };

  /** Appends: there is no other way to write a run's files. */
  readonly writeSync = (descriptor: number, bytes: Uint8Array, offset: number, length: number): number => {
    const file = this.#at(descriptor, 'write');
    this.#watcher.assertWritable();
    const part = bytes.slice(offset, offset + length);
    this.#watcher.wrote(file.path, file.size, part);
    file.put(file.size, part);
    return length;
  };

  readonly ftruncateSync = (descriptor: number, size: number): void => {
    const file = this.#at(descriptor, 'ftruncate');
    file.size = Math.min(size, file.size);
    this.#watcher.replaced(file.path, file.content.slice());
  };

  readonly fstatSync = (descriptor: number): Stats => new Stats(this.#at(descriptor, 'fstat'));

  lstatSync(path: string): Stats;
  lstatSync(path: string, options: { readonly throwIfNoEntry: false }): Stats | undefined;
  lstatSync(path: string, options?: { readonly throwIfNoEntry: false }): Stats | undefined {
    const entry = this.#find(path);
    if (entry !== undefined) return new Stats(entry);
    if (options === undefined) throw systemFailure('ENOENT', 'lstat', path);
    return undefined;
  }

  /** There are no links. */
  readonly realpathSync = (path: string): string => resolve(path);

  readonly existsSync = (path: string): boolean => this.#find(path) !== undefined;

  readdirSync(path: string): string[];
  readdirSync(
    path: string,
    options: { readonly withFileTypes: true; readonly recursive?: boolean },
  ): Dirent[];
  readdirSync(
    path: string,
    options?: { readonly withFileTypes: true; readonly recursive?: boolean },
  ): (string | Dirent)[] {
    const folder = this.#find(path);
    if (folder === undefined) throw systemFailure('ENOENT', 'scandir', path);
    if (folder instanceof File) throw systemFailure('ENOTDIR', 'scandir', path);
    if (options === undefined) return [...folder.entries.keys()];
    return [...folder.entries].flatMap(([name, entry]) => [
      new Dirent(name, path, entry),
      ...(options.recursive && entry instanceof Folder ? this.readdirSync(join(path, name), options) : []),
    ]);
  }

  readonly mkdirSync = (path: string): void => {
    if (this.#find(path) !== undefined) throw systemFailure('EEXIST', 'mkdir', path);
    this.#watcher.assertWritable();
    this.#folderOf(path, 'mkdir').entries.set(basename(path), new Folder());
    this.#watcher.madeFolder(path);
  };

  /** Of files alone. */
  readonly renameSync = (from: string, to: string): void => {
    const file = this.#find(from);
    if (!(file instanceof File)) throw systemFailure('ENOENT', 'rename', from);
    if (this.#find(to) instanceof Folder) throw systemFailure('EISDIR', 'rename', to);
    this.#watcher.assertWritable();
    this.#folderOf(to, 'rename').entries.set(basename(to), file);
    this.#folder(dirname(from))?.entries.delete(basename(from));
    file.path = to;
    this.#watcher.removed(from);
    this.#watcher.replaced(to, file.content.slice());
  };

  readonly rmSync = (
    path: string,
    options: { readonly force?: boolean; readonly recursive?: boolean } = {},
  ): void => {
    const entry = this.#find(path);
    if (entry === undefined) {
      if (options.force) return;
      throw systemFailure('ENOENT', 'rm', path);
    }
    if (entry instanceof Folder && !options.recursive) throw systemFailure('EISDIR', 'rm', path);
    this.#folder(dirname(path))?.entries.delete(basename(path));
    this.#watcher.removed(path);
  };

  #at(descriptor: number, syscall: string): File {
    const open = this.#open.get(descriptor);
    if (open === undefined) throw systemFailure('EBADF', syscall);
    return open.file;
  }

  #find(path: string): Entry | undefined {
    let entry: Entry | undefined = this.#root;
    for (const name of segmentsOf(path)) {
      entry = entry instanceof Folder ? entry.entries.get(name) : undefined;
    }
    return entry;
  }

  #folder(path: string): Folder | undefined {
    const entry = this.#find(path);
    return entry instanceof Folder ? entry : undefined;
  }

  #folderOf(path: string, syscall: string): Folder {
    const folder = this.#find(dirname(path));
    if (folder instanceof Folder) return folder;
    throw systemFailure(folder === undefined ? 'ENOENT' : 'ENOTDIR', syscall, path);
  }

  #makeFolders(path: string): Folder {
    let folder = this.#root;
    for (const name of segmentsOf(path)) {
      const known = folder.entries.get(name);
      const below = known instanceof Folder ? known : new Folder();
      folder.entries.set(name, below);
      folder = below;
    }
    return folder;
  }
}
