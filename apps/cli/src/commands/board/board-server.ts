import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { RunFeed } from '@kindling/dashboard/host';
import { originOf, refuseHost, refuseOrigin, refuseToken } from './access.ts';
import { EventStream } from './event-stream.ts';
import { dashboardFiles, pagePolicy, readPageDocument } from './page-files.ts';
import { readBody } from './read-body.ts';

/** Most pages at a time, and most sockets: a browser opens up to six. */
const MAX_STREAMS = 32;
const MAX_SOCKETS = 256;

const headers = {
  'content-security-policy': pagePolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export interface BoardServerOptions {
  readonly feed: RunFeed;
  /** The address that the server listens at. */
  readonly host: string;
  /** Every request has to bear it. */
  readonly token: string;
}

/**
 * The dashboard over HTTP. `/?token=…` is the page, whose files are below `/<token>/`; `GET /events?token=…` are the messages of the
 * host as server-sent events, and `POST /messages?token=…&connection=…` takes one of the page.
 */
export class BoardServer implements Disposable {
  readonly http: Server;
  readonly #options: BoardServerOptions;
  readonly #streams = new Map<string, EventStream>();

  constructor(options: BoardServerOptions) {
    this.#options = options;
    this.http = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.http.maxConnections = MAX_SOCKETS;
  }

  /** The address of the page, once the server listens. */
  get url(): string {
    const { host, token } = this.#options;
    return `${originOf(this.http, host)}/?token=${token}`;
  }

  /** Ends all connections. */
  [Symbol.dispose](): void {
    for (const stream of this.#streams.values()) stream.end();
    this.http.close();
    this.http.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const { token, host } = this.#options;
    const { pathname, searchParams } = addressOf(request);
    const [, first = '', file] = /^\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
    const given = searchParams.get('token') ?? first;
    const refusal =
      refuseHost(request.headers.host, host) ??
      refuseToken(given, token) ??
      (pathname === '/' ? undefined : refuseOrigin(request.headers));
    if (refusal !== undefined) return end(response, refusal.status, refusal.text);
    const isPost = pathname === '/messages';
    if (request.method !== (isPost ? 'POST' : 'GET')) {
      response.setHeader('allow', isPost ? 'POST' : 'GET');
      return end(response, 405, `${pathname}: expected ${isPost ? 'POST' : 'GET'}`);
    }
    if (isPost) return this.#receive(searchParams.get('connection') ?? '', request, response);
    if (pathname === '/events') return this.#stream(response);
    if (pathname === '/') return this.#document(response);
    const found = file === undefined ? undefined : await dashboardFiles.read(file);
    if (found === undefined) return end(response, 404, 'expected a file of the page, got another name');
    return end(response, 200, found.bytes, found.type);
  }

  async #document(response: ServerResponse): Promise<void> {
    const html = await readPageDocument(`/${this.#options.token}/`);
    if (html === undefined) return end(response, 503, 'expected a page that is built, got none');
    return end(response, 200, html, 'text/html; charset=utf-8');
  }

  #stream(response: ServerResponse): void {
    if (this.#streams.size < MAX_STREAMS) {
      const id = randomUUID();
      const stream = new EventStream(this.#options.feed, id, response, () => this.#streams.delete(id));
      this.#streams.set(id, stream);
    } else end(response, 503, `expected at most ${MAX_STREAMS} pages at a time`);
  }

  async #receive(connection: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stream = this.#streams.get(connection);
    if (stream === undefined) return end(response, 404, 'expected a connection that is open');
    const body = await readBody(request);
    if ('status' in body) {
      // What is left of the body is not waited for.
      response.setHeader('connection', 'close');
      return end(response, body.status, body.text);
    }
    const problem = stream.session.receive(body.value);
    if (problem === undefined) return end(response, 204);
    return end(response, 400, problem);
  }
}

/** The path and query of a request, which may be anything. */
function addressOf({ url = '/' }: IncomingMessage): Pick<URL, 'pathname' | 'searchParams'> {
  const [, pathname = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  return { pathname, searchParams: new URLSearchParams(query) };
}

function end(
  response: ServerResponse,
  status: number,
  body?: string | Uint8Array,
  type = 'text/plain; charset=utf-8',
): void {
  response.statusCode = status;
  if (body !== undefined) response.setHeader('content-type', type);
  response.end(body);
}
