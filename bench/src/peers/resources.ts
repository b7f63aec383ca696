// What peers read beside their modules. In a page, resources.browser.ts takes the place of this file (`imports` in package.json).
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** The bytes of an array's file. */
export const bytesOf = (path: string): Uint8Array => readFileSync(path);

/** The folder of an installed package. */
export function folderOf(name: string): string {
  const folders = (resolve.paths(name) ?? []).map((path) => join(path, name));
  const folder = folders.find((path) => existsSync(join(path, 'package.json')));
  if (folder === undefined) throw new Error(`expected the package ${name} to be installed, found none`);
  return folder;
}

/** The version of an installed package. */
export async function versionOf(name: string): Promise<string> {
  return String(JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8')).version);
}
