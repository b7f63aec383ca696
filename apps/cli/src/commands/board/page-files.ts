import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built page, beside the bundle of the command line. */
const folder = fileURLToPath(new URL('page', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A file of the page by its name; undefined where there is none. */
export async function readPageFile(name: string): Promise<PageFile | undefined> {
  const type = types[extname(name)];
  if (type === undefined || !/^[\w-]+(\.[\w-]+)+$/.test(name)) return undefined;
  try {
    return { type, bytes: await readFile(join(folder, name)) };
  } catch {
    return undefined;
  }
}

/**
 * The document that loads the page; undefined where it was not built.
 *
 * @param path Where its files are.
 */
export async function readPageDocument(path: string): Promise<string | undefined> {
  const found = await readPageFile('index.html');
  return (
    found && new TextDecoder().decode(found.bytes).replace(/(href|src)="(index\.\w+)"/g, `$1="${path}$2"`)
  );
}

/** What the page may load and do: its own files and its own connection. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
