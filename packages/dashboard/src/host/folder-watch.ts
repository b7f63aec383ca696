import { existsSync, type FSWatcher, watch } from 'node:fs';

/**
 * Announces changes in a folder where the file system does so: network file systems and some containers never do, and the number of
 * watches is limited. So it only makes things faster; callers poll as well.
 */
export class FolderWatch {
  readonly #path: string;
  readonly #onChange: () => void;
  #watcher: FSWatcher | undefined;

  constructor(path: string, onChange: () => void) {
    this.#path = path;
    this.#onChange = onChange;
  }

  /** Watches, where it does not already, as for a folder that was not there. */
  open(): void {
    if (this.#watcher !== undefined) return;
    try {
      const watcher = watch(this.#path, { persistent: false }, () => {
        // A folder that is made again is another one.
        if (!existsSync(this.#path)) this.close();
        this.#onChange();
      });
      watcher.on('error', () => this.close());
      this.#watcher = watcher;
    } catch {
      // Not there, not permitted, or one watch too many.
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
