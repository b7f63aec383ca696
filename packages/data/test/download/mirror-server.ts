import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** An HTTP server on this machine whose answers a test writes: one a request, the last one for all that follow. */
export class MirrorServer {
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
  readonly #server: Server;

  private constructor(answers: readonly Answer[]) {
    this.#server = createServer((request, response) => {
      const answer = answers[Math.min(this.requests.length, answers.length - 1)]!;
      this.requests.push({ path: request.url ?? '', headers: request.headers });
      void answer(request, response);
    });
  }

  static async start(...answers: readonly Answer[]): Promise<MirrorServer> {
    const mirror = new MirrorServer(answers);
    await new Promise<void>((resolve) => mirror.#server.listen(0, '127.0.0.1', resolve));
    return mirror;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The Range header of each request. */
  get ranges(): readonly (string | undefined)[] {
    return this.requests.map(({ headers }) => headers.range);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export interface FileOptions {
  readonly etag?: string;
  /** Cut the connection after this many bytes of the answer. */
  readonly cutAfter?: number;
  /** Serve the whole file whatever range was asked for. */
  readonly ignoreRange?: boolean;
  /** Send this many bytes at a time with a pause between, after those that come at once. */
  readonly slowly?: { readonly atOnce?: number; readonly bytes: number; readonly pauseMs: number };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Serves bytes as a static file server does, ranges and If-Range included. */
export function file(bytes: Uint8Array, options: FileOptions = {}): Answer {
  const { etag, cutAfter, ignoreRange = false, slowly } = options;
  return async (request, response) => {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const condition = request.headers['if-range'];
    const ranged = asked !== undefined && !ignoreRange && (condition === undefined || condition === etag);
    const start = ranged ? Number(asked) : 0;
    if (etag !== undefined) response.setHeader('etag', etag);
    if (ranged && start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const body = bytes.subarray(start);
    if (ranged) response.setHeader('content-range', `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
    response.writeHead(ranged ? 206 : 200, { 'content-length': body.length });
    if (cutAfter !== undefined) {
      response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 20));
      return;
    }
    const { atOnce = 0, bytes: step, pauseMs } = slowly ?? { bytes: body.length, pauseMs: 0 };
    if (atOnce > 0) response.write(body.subarray(0, atOnce));
    for (let at = atOnce; at < body.length && !response.destroyed; at += step) {
      response.write(body.subarray(at, at + step));
      if (slowly) await pause(pauseMs);
    }
    response.end();
  };
}

export const status =
  (code: number): Answer =>
  (_request, response) => {
    response.writeHead(code).end('no such thing');
  };

/** Takes the request and never answers. */
export const silence: Answer = () => undefined;

/** Sends the head and some bytes, then nothing more. */
export const stallAfter =
  (bytes: Uint8Array, count: number): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, count));
  };
