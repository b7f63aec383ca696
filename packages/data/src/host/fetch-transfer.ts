import { TransferError, type TransferOptions } from '../download/transfer-error.ts';
import type { FileStorage } from './file-storage.ts';
import { openStorage } from './open-storage.ts';
import { storedPath } from './opfs-address.ts';

/** Bytes that are lost at most when the page is closed, where there are no more: a share of what came, then. */
const UNSAVED_BYTES = 2 ** 20;
const UNSAVED_SHARE = 1 / 4;

/** What comes is stored here: the browser need not keep it a second time. */
const UNCACHED = { cache: 'no-store' };

/** The file beside a part that names the version of the file that the part is of. */
export const validatorPath = (part: string): string => `${part}.version`;

/**
 * Brings what `url` serves into a stored file, after the bytes that are there already. What came is stored now and then,
 * and when the transfer ends, in whatever way. The file is begun again where the server's file has changed since.
 *
 * The request has no header that another origin's server would have to be asked about first; so the version is compared here.
 *
 * @throws TransferError when the network or the server fails; the bytes that came stay in the file.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
export async function transfer(url: string, file: string, options: TransferOptions): Promise<void> {
  const part = storedPath(file);
  const { timeouts, signal } = options;
  const storage = await openStorage();
  const have = (await storage.read(part))?.size ?? 0;
  using watch = new Watch(signal);
  watch.expect('answer', timeouts.connect + timeouts.answer, true);
  const response = await fetch(url, {
    headers: have > 0 ? { range: `bytes=${have}-` } : {},
    ...UNCACHED,
    credentials: 'omit',
    signal: watch.signal,
  }).catch((cause: unknown) => {
    throw (
      watch.problem ?? failure('no connection, or none that the server grants to this site', false, cause)
    );
  });
  try {
    if (response.status === 416 && response.headers.get('content-range') === `bytes */${have}`) return;
    const start = await startOf(storage, response, have, part);
    await append(storage, response, part, start, watch, options);
  } finally {
    await response.body?.cancel().catch(() => undefined);
  }
}

const failure = (text: string, transient: boolean, cause: unknown): TransferError =>
  new TransferError(cause instanceof Error ? `${text} (${cause.message})` : text, transient, { cause });

/** Ends a request that takes too long, and with a signal. */
class Watch implements Disposable {
  /** Why the request was ended, unless it was by the signal. */
  problem: TransferError | undefined;
  readonly #late = new AbortController();
  readonly signal: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal === undefined ? this.#late.signal : AbortSignal.any([signal, this.#late.signal]);
  }

  expect(what: string, ms: number, transient: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.problem = new TransferError(`no ${what} within ${ms / 1000} s`, transient);
      this.#late.abort(this.problem);
    }, ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** Names a version of a file. A weak tag vouches for its meaning, not for its bytes. */
function validatorOf({ headers }: Response): string {
  const tag = headers.get('etag');
  return (tag?.startsWith('W/') ? undefined : tag) ?? headers.get('last-modified') ?? '';
}

/** Where in the file the answer's bytes belong. */
async function startOf(
  storage: FileStorage,
  response: Response,
  have: number,
  part: string,
): Promise<number> {
  const { status, statusText, headers } = response;
  const now = validatorOf(response);
  if (status === 206) {
    const before = (await (await storage.read(validatorPath(part)))?.text()) ?? '';
    // Other origins do not show it.
    const range = headers.get('content-range');
    const isSame = before === '' || now === '' || before === now;
    if (isSame && (range === null || range.startsWith(`bytes ${have}-`))) return have;
    await storage.remove(part);
    const got = isSame ? `content-range ${range}` : `those of another version of the file`;
    throw new TransferError(`expected bytes from ${have}, got ${got}`, true);
  }
  if (status === 200) {
    await storage.remove(part);
    await storage.write(validatorPath(part), new TextEncoder().encode(now));
    return 0;
  }
  if (status === 416) await storage.remove(part);
  const transient = status >= 500 || [408, 416, 429].includes(status);
  throw new TransferError(`${status} ${statusText}`.trim(), transient);
}

async function append(
  storage: FileStorage,
  response: Response,
  part: string,
  start: number,
  watch: Watch,
  { timeouts, maxBytes, signal, onProgress }: TransferOptions,
): Promise<void> {
  // The browser unzips what a server sends compressed: lengths and ranges are of something else then.
  const isCoded = response.headers.has('content-encoding');
  const length = isCoded ? null : response.headers.get('content-length');
  const total = length === null ? undefined : start + Number(length);
  const tooLong = (bytes: number): TransferError =>
    new TransferError(`expected at most ${maxBytes} bytes, got ${bytes}`, false);
  if (total !== undefined && total > maxBytes) throw tooLong(total);
  let saved = start;
  let pieces: Uint8Array[] = [];
  let received = start;
  const save = async (): Promise<void> => {
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    pieces = [];
    await storage.writeAt(part, saved, bytes);
    saved += bytes.length;
  };
  onProgress?.(received, total);
  const reader = response.body!.getReader();
  try {
    for (;;) {
      watch.expect('data', timeouts.stall, true);
      const { done, value } = await reader.read().catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw watch.problem ?? failure('connection cut', true, cause);
      });
      if (done) break;
      received += value.length;
      if (received > maxBytes) throw tooLong(received);
      pieces.push(value);
      onProgress?.(received, total);
      if (received - saved > Math.max(UNSAVED_BYTES, UNSAVED_SHARE * saved)) await save();
    }
    await save();
  } catch (error) {
    if (isCoded) await storage.remove(part);
    else await save();
    throw error;
  } finally {
    reader.releaseLock();
  }
  if (total !== undefined && received < total) {
    throw new TransferError(`connection cut after ${received} of ${total} bytes`, true);
  }
}
