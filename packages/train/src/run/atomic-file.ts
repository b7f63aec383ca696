import {
  basename,
  closeSync,
  dirname,
  fsyncSync,
  join,
  makeFolder as makeFolders,
  openSync,
  randomUUID,
  readdirSync,
  renameSync,
  rmSync,
  syncFolder,
  withPath,
  writeSync,
} from '@kindling/data/internal';

/** The bytes go into temporary files of this form, which no other file of a run has: `.summary.json.<uuid>.tmp`. */
const TEMPORARY = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Writes a file so that a reader, at whatever moment, finds the old content or the new one, whole: the bytes go to a new file
 * beside it, to the disk, and then under the name. A link under the name is replaced, not followed. Synchronous, because nothing
 * may happen to a run meanwhile.
 *
 * @throws what the file system throws, with the path in it; the temporary file is gone then.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  replaceFile(path, (file) => writeAll(file, bytes));
}

/** {@link writeFileAtomic} with what `write` writes. */
export function replaceFile(path: string, write: (file: number) => void): void {
  withPath(path, () => {
    using replacement = new Replacement(path);
    write(replacement.file);
    replacement.commit();
  });
}

/** A new file that takes the place of the one under a name when it is complete; else nothing of it stays. */
export class Replacement implements Disposable {
  /** To be written. */
  readonly file: number;
  readonly #path: string;
  readonly #temporary: string;
  #isOpen = true;
  #isThere = true;

  /** @throws what the file system throws. */
  constructor(path: string) {
    this.#path = path;
    this.#temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
    try {
      this.file = openSync(this.#temporary, 'wx');
    } catch (error) {
      // A disk that fails may have made it nevertheless.
      rmSync(this.#temporary, { force: true });
      throw error;
    }
  }

  /** Brings the file to the disk, and puts it under the name. */
  commit(): void {
    fsyncSync(this.file);
    this.#close();
    renameSync(this.#temporary, this.#path);
    this.#isThere = false;
    syncFolder(dirname(this.#path));
  }

  /** Removes the file, unless it was committed. */
  [Symbol.dispose](): void {
    try {
      this.#close();
    } finally {
      if (this.#isThere) rmSync(this.#temporary, { force: true });
    }
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.file);
  }
}

/** Writes all of the bytes; the system may take fewer at a time. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(file, bytes, written, bytes.length - written);
  }
}

/** Makes a folder, with those above it, and brings their names to the disk. */
export function makeFolder(path: string): void {
  const made = makeFolders(path);
  withPath(path, () => {
    for (const folder of made) syncFolder(dirname(folder));
  });
}

/** Removes what processes that were killed while they wrote have left in a folder. */
export function removeTemporaries(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile() && TEMPORARY.test(entry.name)) rmSync(join(folder, entry.name), { force: true });
  }
}
