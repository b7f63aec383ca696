import {
  access,
  asWriteError,
  basename,
  contentProblem,
  dataDir,
  dataPath,
  dirname,
  type FileLock,
  join,
  makeDataFolder,
  readdir,
  rename,
  rm,
  sha256,
  sizeOf,
  sleep,
  transfer,
  validatorPath,
} from '#host';
import { assertHas } from '../given-argument.ts';
import { withLock } from '../lock/with-lock.ts';
import { addressesOf } from './addresses.ts';
import { DownloadError } from './download-error.ts';
import type { RemoteFile } from './remote-file.ts';
import { defaultTimeouts, type Timeouts, TransferError } from './transfer-error.ts';

/** What happens during a download, for a progress bar and notes. */
export type DownloadEvent =
  | { readonly type: 'wait'; readonly path: string; readonly pid: number | undefined }
  | { readonly type: 'start'; readonly path: string; readonly url: string }
  | {
      readonly type: 'progress';
      readonly path: string;
      readonly url: string;
      readonly received: number;
      readonly total: number | undefined;
    }
  | { readonly type: 'problem'; readonly path: string; readonly url: string; readonly reason: string }
  | { readonly type: 'done'; readonly path: string; readonly file: string };

export interface DownloadOptions {
  /** The data folder. Default {@link dataDir}. */
  readonly dir?: string | undefined;
  /** Base address tried first: `<mirror>/<path>`. Default: that of `setDataMirror`, else the environment variable `KINDLING_MIRROR`. */
  readonly mirror?: string | undefined;
  readonly onEvent?: ((event: DownloadEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Number of retries of a mirror after a temporary failure. Only tries without a new byte count. Default 3. */
  readonly retries?: number | undefined;
  /** The wait before the first retry, in milliseconds; it doubles each time. Default 250. */
  readonly backoffMs?: number | undefined;
}

/**
 * The path of a file of a dataset, downloaded into the data folder unless it is there.
 *
 * Mirrors are tried in order. A transfer that is cut goes on where it stopped, in this process or a later one. What came is
 * checked (length and SHA-256, unzipped) and moved into place in one step, so a file that exists is whole. Of several
 * processes one downloads and the others wait for it.
 *
 * @throws DownloadError when every mirror failed; it lists what happened at each.
 * @throws DataError when the data folder cannot be written.
 */
export async function download(file: RemoteFile, options: DownloadOptions = {}): Promise<string> {
  assertHas('download', 'file', file, ['path', 'urls']);
  const { dir = dataDir(), onEvent, signal } = options;
  const target = dataPath(dir, file.path);
  if (await exists(target)) return target;
  try {
    makeDataFolder(dirname(target));
    const onWait = (pid: number | undefined): void => onEvent?.({ type: 'wait', path: file.path, pid });
    await withLock(`${target}.lock`, (lock) => fetchOnce(file, target, lock, options), { signal, onWait });
  } catch (cause) {
    throw asWriteError(cause, dirname(target));
  }
  return target;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function fetchOnce(
  file: RemoteFile,
  target: string,
  lock: FileLock,
  options: DownloadOptions,
): Promise<void> {
  if (await exists(target)) return;
  const attempts: { url: string; reason: string }[] = [];
  for (const url of addressesOf(file, options.mirror)) {
    // One part a mirror: their streams differ, so none can be finished from another.
    const part = `${target}.${sha256(new TextEncoder().encode(url)).slice(0, 8)}.part`;
    try {
      await fetchChecked(file, url, part, options);
      if (!lock.isHeld()) throw new TransferError('another process took over the download', false);
      await rename(part, target);
      await removeParts(target);
      options.onEvent?.({ type: 'done', path: file.path, file: target });
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof TransferError)) throw error;
      attempts.push({ url, reason: error.message });
      options.onEvent?.({ type: 'problem', path: file.path, url, reason: error.message });
    }
  }
  throw new DownloadError(file.path, target, attempts);
}

/** Brings one mirror's file into `part` and checks it. */
async function fetchChecked(
  file: RemoteFile,
  url: string,
  part: string,
  options: DownloadOptions,
): Promise<void> {
  options.onEvent?.({ type: 'start', path: file.path, url });
  for (let again = false; ; again = true) {
    const resumed = await fetchWhole(file, url, part, options);
    const problem = await contentProblem(part, file);
    if (problem === undefined) return;
    await rm(part, { force: true });
    await rm(validatorPath(part), { force: true });
    // A part that was finished later may have been of another version of the file; one whole download decides.
    if (again || !resumed) throw new TransferError(`wrong content: ${problem}`, false);
  }
}

/** Transfers until all is there, asking again where that may help. Whether any bytes came from an earlier try. */
async function fetchWhole(
  file: RemoteFile,
  url: string,
  part: string,
  options: DownloadOptions,
): Promise<boolean> {
  const { onEvent, signal, retries = 3, backoffMs = 250 } = options;
  const { path } = file;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  // A gzip stream of bytes that do not compress is a little longer than they are.
  const maxBytes = Math.ceil(file.bytes * 1.01) + 1024;
  const onProgress = (received: number, total: number | undefined): void =>
    onEvent?.({ type: 'progress', path, url, received, total });
  let resumed = false;
  let failures = 0;
  for (;;) {
    const before = await sizeOf(part);
    resumed ||= before > 0;
    try {
      await transfer(url, part, { timeouts, maxBytes, signal, onProgress });
      return resumed;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TransferError) || !error.transient) throw error;
      failures = (await sizeOf(part)) > before ? 0 : failures + 1;
      if (failures > retries) {
        throw new TransferError(`${error.message}, ${failures} times`, false);
      }
      await sleep(backoffMs * 2 ** failures, undefined, { signal });
    }
  }
}

/** Removes what other mirrors left of a file that is complete now. */
async function removeParts(target: string): Promise<void> {
  const prefix = `${basename(target)}.`;
  for (const name of await readdir(dirname(target))) {
    const isPart =
      name.startsWith(prefix) && /^[0-9a-f]{8}\.part(\.version)?$/.test(name.slice(prefix.length));
    if (isPart) await rm(join(dirname(target), name), { force: true });
  }
}
