import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { originOf, refuseHost } from './access.ts';
import { StaticFiles } from './static-files.ts';

/** Below a path of its own: what the page keeps for when there is no network is kept for that path, and not for a board on the same port. */
const PATH = '/playground/';

/** Beside the policy that is in the page's documents. */
const headers = {
  'content-security-policy': "frame-ancestors 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
} as const;

/** The playground over HTTP: static files, without anything to protect but the reader's own edits. */
export class PlaygroundServer implements Disposable {
  readonly http: Server;
  readonly #host: string;
  readonly #files = new StaticFiles('playground');

  /** @param host What it listens at. */
  constructor(host: string) {
    this.#host = host;
    this.http = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** The address of the page, once the server listens. */
  get url(): string {
    return originOf(this.http, this.#host) + PATH;
  }

  /** Ends all connections. */
  [Symbol.dispose](): void {
    this.http.close();
    this.http.closeAllConnections();
  }

  async #answer(
    { headers: { host }, method, url = '/' }: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    const refusal = refuseHost(host, this.#host);
    if (refusal !== undefined) return end(response, refusal.status, refusal.text);
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return end(response, 405, 'expected GET or HEAD');
    }
    const [path = ''] = url.split('?');
    if (path === '/') {
      response.setHeader('location', PATH);
      return end(response, 302);
    }
    const file = path.startsWith(PATH) ? path.slice(PATH.length) || 'index.html' : undefined;
    const found = file === undefined ? undefined : await this.#files.read(file);
    if (found === undefined) return end(response, 404, 'expected a file of the page, got another name');
    response.setHeader('content-type', found.type);
    return end(response, 200, found.bytes);
  }
}

function end(response: ServerResponse, status: number, body?: string | Uint8Array): void {
  response.statusCode = status;
  response.end(body);
}
