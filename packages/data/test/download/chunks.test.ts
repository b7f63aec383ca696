import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { chunksOf } from '../../src/download/chunks.ts';

/** A stream that a test feeds. */
const source = () => new Readable({ read: () => undefined });

async function taken(chunks: AsyncIterable<Uint8Array>): Promise<{ bytes: number[]; error?: unknown }> {
  const bytes: number[] = [];
  try {
    for await (const chunk of chunks) bytes.push(...chunk.subarray(0, 1));
    return { bytes };
  } catch (error) {
    return { bytes, error };
  }
}

test('gives what came before an error, however late it is taken', async () => {
  const stream = source();
  const chunks = chunksOf(stream);
  stream.push(Buffer.from([1]));
  stream.push(Buffer.from([2]));
  await turn();
  const error = new Error('cut');
  stream.destroy(error);
  await turn();
  expect(await taken(chunks)).toEqual({ bytes: [1, 2], error });
});

test('ends with the stream', async () => {
  const stream = source();
  const result = taken(chunksOf(stream));
  stream.push(Buffer.from([1]));
  await turn();
  stream.push(Buffer.from([2]));
  stream.push(null);
  expect(await result).toEqual({ bytes: [1, 2] });
});

test('holds the stream back while nothing is taken', async () => {
  const stream = source();
  const chunks = chunksOf(stream);
  for (let i = 0; i < 8; i++) {
    stream.push(Buffer.alloc(2 ** 19, i));
    await turn();
  }
  expect(stream.isPaused()).toBe(true);
  stream.push(null);
  expect(await taken(chunks)).toEqual({ bytes: [0, 1, 2, 3, 4, 5, 6, 7] });
});
