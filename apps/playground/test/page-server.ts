import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const page = join(import.meta.dirname, '..', 'dist', 'page');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** A static server as any other: it sends files and no headers but their type. */
export class PageServer {
  readonly #server: Server;
  /** Bytes that were sent until now, zipped. */
  sent = 0;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
      try {
        const body = gzipSync(await readFile(join(page, path)));
        this.sent += body.length;
        response
          .writeHead(200, { 'content-type': types[extname(path)], 'content-encoding': 'gzip' })
          .end(body);
      } catch {
        response.writeHead(404).end();
      }
    });
  }

  static async start(): Promise<PageServer> {
    const server = new PageServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Bytes of all files, zipped. */
  async size(): Promise<number> {
    const entries = await readdir(page, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = files.map(
      async ({ parentPath, name }) => gzipSync(await readFile(join(parentPath, name))).length,
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
