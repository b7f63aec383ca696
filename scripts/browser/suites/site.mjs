// A site on this machine for test files in a page: their scripts, fixtures and data files, under a strict policy.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { root } from '../../setup.mjs';

const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'";

/** With these a page may share memory between its threads. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Where data files are on the site. */
export const DATA = '/data';

/** The file of a path, or undefined. */
function fileOf(path, dataDir) {
  const file = path.startsWith(`${DATA}/`)
    ? dataDir && join(dataDir, path.slice(DATA.length))
    : /^\/packages\/[a-z]+\/test\/fixtures\//.test(path)
      ? join(root, path)
      : undefined;
  return file && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

/** Serves until it is closed. `dataDir` is a folder of data files. */
export async function serveSuites(scripts, dataDir) {
  const server = createServer(({ method, url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    const head = { 'content-security-policy': policy, ...isolation };
    if (path === '/') {
      return void response.writeHead(200, { ...head, 'content-type': 'text/html' }).end('<!doctype html>');
    }
    if (scripts.has(path)) {
      return void response
        .writeHead(200, { ...head, 'content-type': 'text/javascript' })
        .end(scripts.get(path));
    }
    const file = fileOf(path, dataDir);
    if (file === undefined) return void response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    const { size } = statSync(file);
    response.writeHead(200, { ...head, 'content-type': 'application/octet-stream', 'content-length': size });
    if (method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
