import { finished, type Readable } from 'node:stream';

/** Bytes that may wait to be taken before the stream has to pause. */
const MOST_WAITING = 2 ** 20;

/**
 * The pieces of a stream, taken in from now on. All that came is given before the error that ended the stream is thrown; the stream's
 * own iterator drops what nobody has taken by then.
 */
export function piecesOf(stream: Readable): AsyncGenerator<Uint8Array, void> {
  const pieces: Uint8Array[] = [];
  let waiting = 0;
  let end: { readonly error: Error | null | undefined } | undefined;
  let wake = (): void => undefined;
  stream.on('data', (piece: Uint8Array) => {
    pieces.push(piece);
    waiting += piece.length;
    if (waiting > MOST_WAITING) stream.pause();
    wake();
  });
  finished(stream, (error) => {
    end = { error };
    wake();
  });
  async function* take(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const piece = pieces.shift();
      if (piece !== undefined) {
        waiting -= piece.length;
        if (waiting <= MOST_WAITING) stream.resume();
        yield piece;
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
