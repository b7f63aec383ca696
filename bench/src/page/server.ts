import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packageRoot } from '../package-root.ts';
import { folderOf } from '../peers/resources.ts';

const zip = promisify(gzip);

/** Packages that pages read files of. */
const packages = ['@kindling/core', '@jax-js/jax', '@tensorflow/tfjs-backend-wasm'];

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const page =
  '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="page.js"></script>';

/** Serves the page on this machine alone: its scripts, files of the packages that it runs, and the arrays that it is given. */
export class PageServer {
  /** Bytes of all that was served until now but arrays, zipped. */
  zippedBytes = 0;
  readonly #server: Server;
  readonly #arrays = new Set<string>();

  private constructor() {
    this.#server = createServer(({ url = '/' }, response) => {
      this.#bodyOf(new URL(url, 'http://localhost')).then(
        ({ type, body }) => response.writeHead(200, { 'content-type': type }).end(body),
        () => response.writeHead(404).end(),
      );
    });
  }

  static async start(): Promise<PageServer> {
    const server = new PageServer();
    await new Promise<void>((resolve) => void server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets the page read a file. */
  allow(path: string): void {
    this.#arrays.add(path);
  }

  async #bodyOf({ pathname, searchParams }: URL): Promise<{ type: string; body: string | Uint8Array }> {
    if (pathname === '/arrays') {
      const path = searchParams.get('path') ?? '';
      if (!this.#arrays.has(path)) throw new Error(`expected an array of the task, got ${path}`);
      return { type: 'application/octet-stream', body: await readFile(path) };
    }
    const body = pathname === '/' ? page : await readFile(fileOf(pathname));
    this.zippedBytes += (await zip(body)).length;
    return { type: types[extname(pathname || '/index.html')] ?? 'text/html', body };
  }
}

/** The file of a path, whose dots the URL has resolved. */
function fileOf(pathname: string): string {
  const name = packages.find((each) => pathname.startsWith(`/packages/${each}/`));
  if (name === undefined) return join(packageRoot, 'dist', 'page', pathname);
  return join(folderOf(name), pathname.slice(`/packages/${name}`.length));
}
