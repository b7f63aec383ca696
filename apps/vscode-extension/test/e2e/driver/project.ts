import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder that a window opens. */
export class Project implements Disposable {
  readonly folder: string;

  /** @param folder Where it is; default: a new folder. */
  constructor(files: Readonly<Record<string, string>> = {}, folder?: string) {
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'kindling-project-'));
    this.write('README.md', '# A project\n');
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
