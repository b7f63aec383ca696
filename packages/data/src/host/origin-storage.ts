import type { FileStorage, StoredEntry, StoredFile } from './file-storage.ts';
import { basename, dirname, segmentsOf } from './paths.ts';

/*
 * The part of https://fs.spec.whatwg.org that is used.
 */
interface WritableFile {
  write(content: { type: 'write'; position: number; data: Uint8Array | Blob }): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

interface SyncAccessHandle {
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

interface FileHandle {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<StoredFile>;
  /** Not in Safari before 26. */
  createWritable?(options: { readonly keepExistingData: boolean }): Promise<WritableFile>;
  /** In workers alone. */
  createSyncAccessHandle?(): Promise<SyncAccessHandle>;
  move(name: string): Promise<void>;
}

interface FolderHandle {
  readonly kind: 'directory';
  readonly name: string;
  getDirectoryHandle(name: string, options: { readonly create: boolean }): Promise<FolderHandle>;
  getFileHandle(name: string, options: { readonly create: boolean }): Promise<FileHandle>;
  removeEntry(name: string, options: { readonly recursive: boolean }): Promise<void>;
  values(): AsyncIterable<FileHandle | FolderHandle>;
}

/** The folder of the origin's file system that everything is in. */
const ROOT = 'kindling';

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** `find`, or undefined where there is nothing, or a file in a folder's place. */
async function ifThere<T>(find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (['NotFoundError', 'TypeMismatchError'].includes(nameOf(error))) return undefined;
    throw error;
  }
}

/** The origin private file system: files that stay until the site's data is cleared. */
export class OriginStorage implements FileStorage {
  readonly #root: FolderHandle;

  private constructor(root: FolderHandle) {
    this.#root = root;
  }

  /** @throws {Error} where the origin has no such file system, or one that cannot be written from here. */
  static async open(): Promise<OriginStorage> {
    const storage: { getDirectory?(): Promise<FolderHandle> } | undefined = Reflect.get(
      globalThis,
      'navigator',
    )?.storage;
    if (storage?.getDirectory === undefined) throw new Error('it needs https or localhost');
    const top = await storage.getDirectory();
    const root = await top.getDirectoryHandle(ROOT, { create: true });
    const handle: object = Reflect.get(globalThis, 'FileSystemFileHandle')?.prototype ?? {};
    if (!('createWritable' in handle || 'createSyncAccessHandle' in handle)) {
      throw new Error('this browser writes it from workers alone');
    }
    return new OriginStorage(root);
  }

  async read(path: string): Promise<StoredFile | undefined> {
    return ifThere(async () => (await this.#file(path, false)).getFile());
  }

  async write(path: string, content: Uint8Array | Blob): Promise<void> {
    const handle = await this.#file(path, true);
    if (handle.createWritable !== undefined) {
      await writing(await handle.createWritable({ keepExistingData: false }), (file) =>
        file.write({ type: 'write', position: 0, data: content }),
      );
      return;
    }
    const name = basename(path);
    const temporary = await this.#file(`${dirname(path)}/.${name}.new`, true);
    const bytes = content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content;
    await writeInPlace(temporary, 0, bytes);
    await temporary.move(name);
  }

  async writeAt(path: string, position: number, bytes: Uint8Array): Promise<void> {
    const handle = await this.#file(path, true);
    if (handle.createWritable === undefined) return writeInPlace(handle, position, bytes);
    await writing(await handle.createWritable({ keepExistingData: true }), async (file) => {
      await file.truncate(position);
      await file.write({ type: 'write', position, data: bytes });
    });
  }

  async makeFolder(path: string): Promise<void> {
    await this.#folder(segmentsOf(path), true);
  }

  async remove(path: string): Promise<void> {
    await ifThere(async () => {
      const folder = await this.#folder(segmentsOf(dirname(path)), false);
      await folder.removeEntry(basename(path), { recursive: true });
    });
  }

  async list(path: string): Promise<readonly StoredEntry[]> {
    const folder = await ifThere(() => this.#folder(segmentsOf(path), false));
    const entries: StoredEntry[] = [];
    if (folder === undefined) return entries;
    for await (const { name, kind } of folder.values())
      entries.push({ name, isFolder: kind === 'directory' });
    return entries;
  }

  async #folder(names: readonly string[], create: boolean): Promise<FolderHandle> {
    let folder = this.#root;
    for (const name of names) folder = await folder.getDirectoryHandle(name, { create });
    return folder;
  }

  async #file(path: string, create: boolean): Promise<FileHandle> {
    const folder = await this.#folder(segmentsOf(dirname(path)), create);
    return folder.getFileHandle(basename(path), { create });
  }
}

/** What is written appears when the file is closed, all at once. */
async function writing(file: WritableFile, write: (file: WritableFile) => Promise<void>): Promise<void> {
  try {
    await write(file);
    await file.close();
  } catch (error) {
    await file.abort().catch(() => undefined);
    throw error;
  }
}

async function writeInPlace(handle: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  const file = await handle.createSyncAccessHandle!();
  try {
    file.truncate(position);
    for (let at = 0; at < bytes.length; ) at += file.write(bytes.subarray(at), { at: position + at });
    file.flush();
  } finally {
    file.close();
  }
}
