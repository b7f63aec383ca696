import { systemFailure } from './system-failure.ts';

/** What is known of an entry, as `node:fs` tells it. */
export class Stats {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly #isFolder: boolean;

  constructor(entry: Entry) {
    this.ino = entry.ino;
    this.size = entry instanceof File ? entry.size : 0;
    this.mtimeMs = entry.mtimeMs;
    this.#isFolder = entry instanceof Folder;
  }

  isFile(): boolean {
    return !this.#isFolder;
  }

  isDirectory(): boolean {
    return this.#isFolder;
  }

  isSymbolicLink(): boolean {
    return false;
  }

  isFIFO(): boolean {
    return false;
  }

  isSocket(): boolean {
    return false;
  }
}

/** An entry of a folder, as `node:fs` lists it. */
export class Dirent {
  readonly name: string;
  readonly parentPath: string;
  readonly #isFolder: boolean;

  constructor(name: string, parentPath: string, entry: Entry) {
    this.name = name;
    this.parentPath = parentPath;
    this.#isFolder = entry instanceof Folder;
  }

  isFile(): boolean {
    return !this.#isFolder;
  }

  isDirectory(): boolean {
    return this.#isFolder;
  }
}

let inodes = 0;

export class Folder {
  readonly ino = ++inodes;
  readonly mtimeMs = Date.now();
  readonly entries = new Map<string, Entry>();
}

export class File {
  readonly ino = ++inodes;
  path: string;
  mtimeMs = Date.now();
  /** With room behind the content; undefined where the content was not loaded. */
  bytes: Uint8Array | undefined = new Uint8Array();
  size = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws where the content was not loaded. */
  get content(): Uint8Array {
    if (this.bytes === undefined) throw systemFailure('EIO', 'read', this.path);
    return this.bytes.subarray(0, this.size);
  }

  put(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    if (this.bytes === undefined || end > this.bytes.length) {
      const longer = new Uint8Array(Math.max(end, 2 * this.size));
      longer.set(this.content);
      this.bytes = longer;
    }
    this.bytes.set(bytes, position);
    this.size = Math.max(this.size, end);
    this.mtimeMs = Date.now();
  }
}

export type Entry = Folder | File;
