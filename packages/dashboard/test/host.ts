import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { encodeColumn, type HostMessage, type PageMessage, pageMessageSchema } from '../src/protocol.ts';
import { type GeneratedRun, snapshotOf } from './generated-runs.ts';

const page = join(import.meta.dirname, '..', 'dist', 'page');
const types: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'index.js': 'text/javascript; charset=utf-8',
  'index.css': 'text/css; charset=utf-8',
};

/** What the page needs and no more: its own files, its host, and images in its data. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** A host of generated runs on the loopback interface, as `kindling board` is one of those in a folder. */
export class TestHost {
  readonly runs: readonly GeneratedRun[];
  readonly received: PageMessage[] = [];
  readonly #selected: readonly string[] | undefined;
  readonly #server: Server;
  readonly #connections = new Map<string, ServerResponse>();
  #followed: readonly string[] = [];

  private constructor(runs: readonly GeneratedRun[], selected: readonly string[] | undefined) {
    this.runs = runs;
    this.#selected = selected;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(runs: readonly GeneratedRun[], selected?: readonly string[]): Promise<TestHost> {
    const host = new TestHost(runs, selected);
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/?token=secret`;
  }

  /** Sends a message to all pages. */
  send(message: HostMessage): void {
    const text = JSON.stringify(message, (_, item: unknown) => {
      if (item instanceof Float64Array) return encodeColumn(item);
      return typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
    });
    for (const response of this.#connections.values()) response.write(`data: ${text}\n\n`);
  }

  async close(): Promise<void> {
    for (const response of this.#connections.values()) response.end();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Cuts the connections, as a host does that goes down; pages come back by themselves. */
  cut(): void {
    for (const response of this.#connections.values()) response.end();
    this.#connections.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
    else if (name === 'messages') await this.#take(request, response);
    else response.writeHead(404).end();
  }

  #connect(request: IncomingMessage, response: ServerResponse): void {
    const id = String(this.#connections.size + 1 + Math.random());
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 100\ndata: ${JSON.stringify({ type: 'connection', id })}\n\n`);
    this.#connections.set(id, response);
    this.#followed = [];
    request.on('close', () => this.#connections.delete(id));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request) text += String(piece);
    const message = pageMessageSchema.parse(JSON.parse(text));
    this.received.push(message);
    response.writeHead(204).end();
    this.#answer(message);
  }

  #answer(message: PageMessage): void {
    switch (message.type) {
      case 'ready':
        this.send(snapshotOf(this.runs, this.#selected));
        return;
      case 'follow': {
        const before = this.#followed;
        this.#followed = message.runs;
        for (const { row, progress } of this.runs) {
          if (message.runs.includes(row.id) && !before.includes(row.id)) this.send(progress);
        }
        return;
      }
      case 'annotate': {
        const run = this.runs.find(({ row }) => row.id === message.run);
        if (run) {
          run.row = { ...run.row, note: message.note, tags: message.tags };
          this.send({ type: 'runs', changed: [run.row], removed: [] });
        }
        this.send({ type: 'answer', request: message.request });
        return;
      }
      case 'act':
        this.send({ type: 'answer', request: message.request, error: 'this host does nothing' });
    }
  }
}
