import type { FileStorage, StoredEntry, StoredFile } from './file-storage.ts';
import { basename, dirname } from './paths.ts';

/** Files that last as long as the page or worker, where the origin may store none. */
export class MemoryStorage implements FileStorage {
  readonly #files = new Map<string, StoredFile>();
  readonly #folders = new Set<string>();

  async read(path: string): Promise<StoredFile | undefined> {
    return this.#files.get(path);
  }

  async write(path: string, content: Uint8Array | Blob): Promise<void> {
    await this.makeFolder(dirname(path));
    this.#put(path, [content]);
  }

  async writeAt(path: string, position: number, bytes: Uint8Array): Promise<void> {
    await this.makeFolder(dirname(path));
    this.#put(path, [this.#files.get(path)?.slice(0, position) ?? '', bytes]);
  }

  async makeFolder(path: string): Promise<void> {
    for (let folder = path; folder !== '/'; folder = dirname(folder)) this.#folders.add(folder);
  }

  async remove(path: string): Promise<void> {
    for (const known of [this.#files, this.#folders]) {
      for (const each of known.keys()) if (each === path || each.startsWith(`${path}/`)) known.delete(each);
    }
  }

  async list(path: string): Promise<readonly StoredEntry[]> {
    const inside = (all: Iterable<string>) => [...all].filter((each) => dirname(each) === path).map(basename);
    return [
      ...inside(this.#folders).map((name) => ({ name, isFolder: true })),
      ...inside(this.#files.keys()).map((name) => ({ name, isFolder: false })),
    ];
  }

  #put(path: string, parts: readonly (Uint8Array | Blob | string)[]): void {
    const file = Object.assign(new Blob([...parts]), { lastModified: Date.now() });
    this.#files.set(path, file);
  }
}
