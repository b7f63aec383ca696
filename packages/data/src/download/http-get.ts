import type { IncomingMessage } from 'node:http';
import { type Timeouts, TransferError } from './transfer-error.ts';

const MAX_REDIRECTS = 5;

/** Reasons in words, and whether trying again soon can help. Any other error is named by its message, and final. */
const reasons: Readonly<Record<string, readonly [reason: string, transient: boolean]>> = {
  ENOTFOUND: ['host name not found', false],
  EAI_AGAIN: ['host name could not be looked up', false],
  ECONNREFUSED: ['connection refused', false],
  ENETUNREACH: ['network unreachable', false],
  EHOSTUNREACH: ['host unreachable', false],
  ECONNRESET: ['connection cut', true],
  EPIPE: ['connection cut', true],
  ETIMEDOUT: ['connection timed out', true],
};

/** What Node threw during a request, in words. */
export function asTransferError(cause: unknown): TransferError {
  if (cause instanceof TransferError) return cause;
  if (!(cause instanceof Error)) return new TransferError(String(cause), false);
  const code = 'code' in cause ? String(cause.code) : '';
  const [reason, transient] = reasons[code] ?? [cause.message || code, code.startsWith('HPE_')];
  return new TransferError(code && reason !== code ? `${reason} (${code})` : reason, transient, { cause });
}

/**
 * The answer to a GET request, redirects followed. Its body then fails with a {@link TransferError} or a Node error that
 * {@link asTransferError} puts into words.
 *
 * Node's own client and not `fetch`: that one unzips some bodies behind the caller's back, which breaks resuming, and does not
 * tell a slow connection from a slow answer.
 */
export async function httpGetFollowing(
  url: string,
  headers: Readonly<Record<string, string>>,
  timeouts: Timeouts,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  let at = new URL(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await request(at, headers, timeouts, signal);
    const { statusCode = 0 } = response;
    const { location } = response.headers;
    if (statusCode < 300 || statusCode >= 400 || location === undefined) return response;
    response.destroy();
    at = new URL(location, at);
  }
  throw new TransferError(`more than ${MAX_REDIRECTS} redirects`, false);
}

async function request(
  url: URL,
  headers: Readonly<Record<string, string>>,
  timeouts: Timeouts,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:') {
    throw new TransferError(`expected an http or https address, got ${url.protocol}`, false);
  }
  // Loaded here, since most programs download nothing.
  const { get } = secure ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const ask = get(url, {
      headers: { 'accept-encoding': 'identity', 'user-agent': 'kindling', ...headers },
      ...(signal === undefined ? {} : { signal }),
    });
    let timer: NodeJS.Timeout;
    const expect = (what: string, ms: number, transient: boolean): void => {
      clearTimeout(timer);
      const late = new TransferError(`no ${what} within ${ms / 1000} s`, transient);
      timer = setTimeout(() => ask.destroy(late), ms);
    };
    const expectAnswer = (): void => expect('answer', timeouts.answer, true);
    expect('connection', timeouts.connect, false);
    ask.once('socket', (socket) => {
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', expectAnswer);
      else expectAnswer();
    });
    ask.once('response', (response) => {
      clearTimeout(timer);
      response.setTimeout(timeouts.stall, () => {
        response.destroy(new TransferError(`no data for ${timeouts.stall / 1000} s`, true));
      });
      resolve(response);
    });
    ask.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
