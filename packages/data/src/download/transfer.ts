import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { chunksOf } from './chunks.ts';
import { asTransferError, httpGetFollowing } from './http-get.ts';
import { TransferError, type TransferOptions } from './transfer-error.ts';

/** The file beside a part that names the version of the file that the part is of. */
export const validatorPath = (part: string): string => `${part}.version`;

/** The number of bytes in a file; 0 when there is none. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/**
 * Brings what `url` serves into the file `part`, after the bytes that are there already. If-Range makes the server send
 * everything when the file there has changed since, or when it serves no ranges; then the part is begun again.
 *
 * @throws TransferError when the network or the server fails; the bytes that came stay in the part.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
export async function transfer(url: string, part: string, options: TransferOptions): Promise<void> {
  const { timeouts, signal } = options;
  const have = await sizeOf(part);
  const validator = have > 0 ? await readFile(validatorPath(part), 'utf8').catch(() => '') : '';
  const headers = {
    ...(have > 0 ? { range: `bytes=${have}-` } : {}),
    ...(validator === '' ? {} : { 'if-range': validator }),
  };
  const response = await httpGetFollowing(url, headers, timeouts, signal).catch((error: unknown) => {
    throw asTransferError(error);
  });
  // Before the part is open, so that what comes meanwhile is kept although the connection may be cut.
  const chunks = chunksOf(response);
  try {
    if (isAllThere(response, have)) return;
    const start = await startOf(response, have, part);
    await append(response, chunks, part, start, options);
  } finally {
    response.destroy();
  }
}

/** Whether the part is the whole file already: its last byte came, and then the process was stopped. */
function isAllThere(response: IncomingMessage, have: number): boolean {
  return response.statusCode === 416 && response.headers['content-range'] === `bytes */${have}`;
}

/** Where in the file the answer's bytes belong. */
async function startOf(response: IncomingMessage, have: number, part: string): Promise<number> {
  const { statusCode = 0, statusMessage = '', headers } = response;
  if (statusCode === 206) {
    const start = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1];
    if (Number(start) === have) return have;
    await rm(part, { force: true });
    throw new TransferError(
      `expected bytes from ${have}, got content-range ${headers['content-range']}`,
      true,
    );
  }
  if (statusCode === 200) {
    await rm(part, { force: true });
    // A weak tag vouches for the meaning of a file, not for its bytes.
    const tag = headers.etag?.startsWith('W/') ? undefined : headers.etag;
    await writeFile(validatorPath(part), tag ?? headers['last-modified'] ?? '');
    return 0;
  }
  if (statusCode === 416) await rm(part, { force: true });
  const transient = statusCode >= 500 || [408, 416, 429].includes(statusCode);
  throw new TransferError(`${statusCode} ${statusMessage}`.trim(), transient);
}

async function append(
  response: IncomingMessage,
  chunks: AsyncIterator<Uint8Array, void>,
  part: string,
  start: number,
  { maxBytes, onProgress }: TransferOptions,
): Promise<void> {
  const length = response.headers['content-length'];
  const total = length === undefined ? undefined : start + Number(length);
  const tooLong = (bytes: number): TransferError =>
    new TransferError(`expected at most ${maxBytes} bytes, got ${bytes}`, false);
  if (total !== undefined && total > maxBytes) throw tooLong(total);
  await using file = await open(part, start === 0 ? 'w' : 'a');
  let received = start;
  onProgress?.(received, total);
  for (;;) {
    // Only the network's errors are the server's fault: a full disk must not send us to the next mirror.
    const { done, value } = await chunks.next().catch((error: unknown) => {
      throw asTransferError(error);
    });
    if (done) break;
    received += value.length;
    if (received > maxBytes) throw tooLong(received);
    await file.write(value);
    onProgress?.(received, total);
  }
  // What is renamed into place later must not lose its end in a power cut.
  await file.sync();
}
