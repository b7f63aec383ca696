import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface StaticFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Files that were built, beside the bundle of the command line. */
export class StaticFiles {
  readonly #folder: string;

  /** @param name The folder beside the bundle. */
  constructor(name: string) {
    this.#folder = fileURLToPath(new URL(name, import.meta.url));
  }

  /** A file by its path, names of letters, digits, dashes and dots between slashes; undefined where there is none. */
  async read(path: string): Promise<StaticFile | undefined> {
    const type = types[extname(path)];
    if (type === undefined || !/^(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)+$/.test(path)) return undefined;
    try {
      return { type, bytes: await readFile(join(this.#folder, path)) };
    } catch {
      return undefined;
    }
  }
}
