import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A folder that a window opens. */
export class Project {
  readonly folder: string;

  constructor(folder: string, files: Readonly<Record<string, string>> = {}) {
    this.folder = folder;
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
}
