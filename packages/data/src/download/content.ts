import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { gzipError } from '../format/gzip.ts';
import { isGzip } from '../format/is-gzip.ts';
import type { Content } from './remote-file.ts';
import { sizeOf } from './transfer.ts';

/** Why the file does not hold the content, or undefined when it does. */
export async function contentProblem(path: string, content: Content): Promise<string | undefined> {
  const hash = createHash('sha256');
  const { isPacked = false } = content;
  let bytes = 0;
  const measure = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) {
      if (!isPacked) hash.update(chunk);
      bytes += chunk.length;
      // A stream may hold a thousand times its length.
      if (bytes > content.bytes) return;
    }
  };
  let isZipped = false;
  const source = createReadStream(path);
  const hashed = async function* (chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      if (isPacked) hash.update(chunk);
      yield chunk;
    }
  };
  try {
    isZipped = !content.isArchive && (await beginsAsGzip(path));
    if (isZipped) await pipeline(source, hashed, createGunzip(), measure);
    else await pipeline(source, measure);
  } catch (error) {
    // The pipeline ends in an error where it is left early.
    if (bytes > content.bytes) return `expected ${content.bytes} bytes, got more`;
    const { expected, got } = gzipError(error, await sizeOf(path), path);
    return `expected ${expected}, got ${got}`;
  }
  if (bytes > content.bytes) return `expected ${content.bytes} bytes, got more`;
  if (bytes !== content.bytes) return `expected ${content.bytes} bytes, got ${bytes}`;
  if (isPacked && !isZipped) return undefined;
  const sha256 = hash.digest('hex');
  return sha256 === content.sha256 ? undefined : `expected SHA-256 ${content.sha256}, got ${sha256}`;
}

async function beginsAsGzip(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(new Uint8Array(2), 0, 2, 0);
  return isGzip(buffer);
}
