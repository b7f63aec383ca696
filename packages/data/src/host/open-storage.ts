import type { FileStorage } from './file-storage.ts';
import { MemoryStorage } from './memory-storage.ts';
import { OriginStorage } from './origin-storage.ts';

let storage: Promise<FileStorage> | undefined;

/** The origin's files; where they cannot be had, a line on the console says why, and files last as long as the page. */
export function openStorage(): Promise<FileStorage> {
  storage ??= OriginStorage.open().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(
      `kindling: files are kept in memory, until the page is closed: no origin private file system (${reason})`,
    );
    return new MemoryStorage();
  });
  return storage;
}
