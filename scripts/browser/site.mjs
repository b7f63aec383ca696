// A site on this machine: a page under a strict policy, the built packages for its import map, and files that a check puts there.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { importMap, moduleFile } from './import-map.mjs';

const types = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.html': 'text/html',
};

const map = JSON.stringify(importMap);
const page = `<!doctype html><meta charset="utf-8"><title>Kindling</title><script type="importmap">${map}</script>`;
const hash = createHash('sha256').update(map).digest('base64');

/** No inline script but the import map, which no page can load from a file; no eval; nothing from elsewhere. */
const policyWith = (source) =>
  `default-src 'none'; script-src 'self' 'sha256-${hash}'${source}; connect-src 'self'`;

/** By the page's path: WebAssembly has a word of its own in policies. */
const policies = { '/': policyWith(''), '/wasm': policyWith(" 'wasm-unsafe-eval'") };

export class Site {
  /** Paths in the order of requests, with the range that was asked for. */
  requests = [];
  /** What is served, by path: `bytes`, and with `cutAfter` the connection is cut behind so many, and the server
   * is down; with `etag` the file has a version. */
  files = new Map();
  #server = createServer((request, response) => this.#answer(request, response));

  static async start() {
    const site = new Site();
    await new Promise((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** The requests for files that were put here. */
  take() {
    const requests = this.requests;
    this.requests = [];
    return requests;
  }

  async [Symbol.asyncDispose]() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request, response) {
    const path = normalize(decodeURIComponent(new URL(request.url, this.url).pathname));
    if (path in policies) {
      const headers = { 'content-type': 'text/html', 'content-security-policy': policies[path] };
      response.writeHead(200, headers).end(page);
      return;
    }
    if (this.files.has(path)) {
      this.requests.push([path, request.headers.range]);
      return serve(this.files.get(path), request, response);
    }
    const file = moduleFile(path);
    if (file === undefined) return void response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(join(file)));
  }
}

function serve(file, request, response) {
  const { bytes, cutAfter, etag, isDown } = file;
  if (isDown) return void response.writeHead(503).end();
  const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const body = bytes.subarray(asked);
  response.writeHead(asked > 0 ? 206 : 200, {
    'content-length': body.length,
    'content-type': 'application/octet-stream',
    ...(asked > 0 ? { 'content-range': `bytes ${asked}-${bytes.length - 1}/${bytes.length}` } : {}),
    ...(etag === undefined ? {} : { etag }),
  });
  if (cutAfter === undefined) return void response.end(body);
  file.isDown = true;
  response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 100));
}
