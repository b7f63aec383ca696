/** An entry of a folder of a {@link FileStorage}. */
export interface StoredEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** The content of a file, and when it was written, in milliseconds since 1970 (UTC). */
export type StoredFile = Blob & { readonly lastModified: number };

/** Files by absolute paths, to be read and written without blocking. Folders come with the files that are written into them. */
export interface FileStorage {
  /** Undefined where there is none. */
  read(path: string): Promise<StoredFile | undefined>;
  /** Replaces a file: a reader finds the old content or the new one, whole. */
  write(path: string, content: Uint8Array | Blob): Promise<void>;
  /** Puts bytes into a file, at a position up to its length; what was behind it is gone. */
  writeAt(path: string, position: number, bytes: Uint8Array): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it. */
  remove(path: string): Promise<void>;
  /** The entries of a folder; none where there is no folder. */
  list(path: string): Promise<readonly StoredEntry[]>;
}
