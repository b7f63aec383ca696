import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { crc32 } from 'node:zlib';
import { dataDir } from '@kindling/data';
import { ChunkLoader } from '../chunks/chunk-loader.ts';
import { CodeCache } from '../chunks/code-cache.ts';

/** Hash of the chunks that this module was built with, and their folder. */
declare const KINDLING_BUILD: string;

/**
 * In the user's cache folder, a file for each place of the command line, each command, and each version of V8 and set of its flags:
 * code of one is of no use to another.
 */
function cacheFile(command: string): string {
  const { KINDLING_DATA_DIR: _, ...env } = process.env;
  const [place, version] = [crc32(import.meta.dirname), cachedDataVersionTag()].map((n) => n.toString(16));
  return join(dataDir({ env }), 'code', `${place}-${command}-${version}`);
}

/**
 * The chunks of this build, with the code that an earlier process kept, unless `NODE_DISABLE_COMPILE_CACHE` is set, which turns off
 * the cache of Node.js itself, too.
 *
 * @param command tells apart processes that run different code: letters and dashes.
 */
export function chunksOf(command: string): ChunkLoader {
  const folder = join(import.meta.dirname, 'chunks', KINDLING_BUILD);
  const isKept = !process.env.NODE_DISABLE_COMPILE_CACHE && /^[a-z-]+$/.test(command);
  const key = `${KINDLING_BUILD} ${process.version} ${process.platform} ${process.arch}`;
  const cache = isKept ? new CodeCache(cacheFile(command), key) : undefined;
  return new ChunkLoader(folder, import.meta.filename, cache);
}

/** Seconds after which V8 may have dropped the code of functions that ran at the start. */
const YOUNG = 30;

/** Keeps the code of a process that ends, unless it failed: what is no command is no name of a file. */
export function keepCode(chunks: ChunkLoader, exitCode: number): void {
  if (exitCode === 0 && process.uptime() < YOUNG) chunks.keepCode();
}
