import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built page, beside the bundle of the command line; undefined where it was not built. */
export function pageFolder(): string | undefined {
  const folder = fileURLToPath(new URL('page', import.meta.url));
  return existsSync(join(folder, 'index.js')) ? folder : undefined;
}

const types: Readonly<Record<string, string>> = {
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
  const folder = pageFolder();
  const type = types[extname(name)];
  if (folder === undefined || type === undefined || !/^[\w-]+(\.[\w-]+)+$/.test(name)) return undefined;
  try {
    return { type, bytes: await readFile(join(folder, name)) };
  } catch {
    return undefined;
  }
}

/** The document that loads the page. @param path Where its files are. */
export const pageDocument = (path: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Kindling</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${path}index.css">
<script type="module" src="${path}index.js"></script>
</head>
<body><div id="app"></div></body>
</html>
`;

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
