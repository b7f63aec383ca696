import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { formatHostMessage, type HostMessage } from '../src/protocol.ts';

const page = join(import.meta.dirname, '..', 'dist', 'page');
const types: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'index.js': 'text/javascript; charset=utf-8',
  'index.css': 'text/css; charset=utf-8',
};

/** What the page needs and no more: its own files, its host, and images in its data. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** What a page that is connected says, and that it is gone. */
export interface PageListener {
  /** Returns what is wrong with the message, if anything is. */
  receive(message: unknown): string | undefined;
  closed(): void;
}

/** Serves the page on the loopback interface, with messages as `kindling board` passes them. */
export class PageServer {
  readonly #connected: (send: (message: HostMessage) => boolean) => PageListener;
  readonly #server: Server;
  readonly #connections = new Map<
    string,
    { readonly response: ServerResponse; readonly listener: PageListener }
  >();
  #next = 1;
  /** Whether connections are accepted. */
  isUp = true;

  constructor(connected: (send: (message: HostMessage) => boolean) => PageListener) {
    this.#connected = connected;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/?token=secret`;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Cuts the connections, as a host does that goes down; pages come back by themselves. */
  cut(): void {
    for (const { response } of this.#connections.values()) response.end();
    this.#connections.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.isUp) {
      request.socket.destroy();
      return;
    }
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const name = url.pathname === '/' ? 'index.html' : url.pathname.slice(1);
    if (name in types) {
      response.writeHead(200, { 'content-type': types[name], 'content-security-policy': policy });
      response.end(await readFile(join(page, name)));
      return;
    }
    if (url.searchParams.get('token') !== 'secret') {
      response.writeHead(403).end();
      return;
    }
    if (name === 'events') this.#connect(request, response);
    else if (name === 'messages')
      await this.#take(url.searchParams.get('connection') ?? '', request, response);
    else response.writeHead(404).end();
  }

  #connect(request: IncomingMessage, response: ServerResponse): void {
    const id = String(this.#next++);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 100\ndata: ${JSON.stringify({ type: 'connection', id })}\n\n`);
    const listener = this.#connected((message) => {
      response.write(`data: ${formatHostMessage(message)}\n\n`);
      return true;
    });
    this.#connections.set(id, { response, listener });
    request.on('close', () => {
      this.#connections.delete(id);
      listener.closed();
    });
  }

  async #take(connection: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request) text += String(piece);
    const problem = this.#connections.get(connection)?.listener.receive(JSON.parse(text));
    response.writeHead(problem === undefined ? 204 : 400).end(problem);
  }
}
