import { DataError } from '../data-error.ts';
import { isGzip } from '../format/is-gzip.ts';

/**
 * The content of a file, unzipped if it is gzip, piece by piece.
 *
 * @param place names the file in errors.
 * @throws DataError for a gzip stream that is truncated or corrupt.
 */
export async function* piecesOf(file: Blob, place: string): AsyncGenerator<Uint8Array, void> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (!isGzip(head)) {
    yield* readStream(file.stream());
    return;
  }
  try {
    yield* readStream(file.stream().pipeThrough(new DecompressionStream('gzip')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const got = `${file.size} bytes that are truncated or corrupt (${reason})`;
    throw new DataError({ place, expected: 'a complete gzip stream', got }, { cause });
  }
}

/** Not all browsers iterate over a stream. */
export async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** All pieces. @throws DataError for more than `maxBytes`. */
export async function readUnzipped(file: Blob, place: string, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of piecesOf(file, place)) {
    pieces.push(piece);
    length += piece.length;
    if (length > maxBytes) {
      throw new DataError({ place, expected: `at most ${maxBytes} bytes`, got: 'more' });
    }
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
