import { finished, type Readable } from 'node:stream';

/** Bytes that may wait to be taken before the stream has to pause. */
const MAX_WAITING = 2 ** 20;

/**
 * The chunks of a stream, taken in from now on. All that came is given before the error that ended the stream is thrown; the stream's
 * own iterator drops what was not taken by then.
 */
export function chunksOf(stream: Readable): AsyncGenerator<Uint8Array, void> {
  const chunks: Uint8Array[] = [];
  let waiting = 0;
  let end: { readonly error: Error | null | undefined } | undefined;
  let wake = (): void => undefined;
  stream.on('data', (chunk: Uint8Array) => {
    chunks.push(chunk);
    waiting += chunk.length;
    if (waiting > MAX_WAITING) stream.pause();
    wake();
  });
  finished(stream, (error) => {
    end = { error };
    wake();
  });
  async function* take(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        waiting -= chunk.length;
        if (waiting <= MAX_WAITING) stream.resume();
        yield chunk;
      } else if (end !== undefined) {
        if (end.error) throw end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return take();
}
