// Threads of the engine as WebAssembly: in a worker of a page that is isolated from other origins, and nowhere else; the bits are the same.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { root } from '../setup.mjs';

/** Computes until a worker of the engine has come up, where it has threads, and then the same with and without. */
const compute = `
  import { getNumThreads, manualSeed, randn, ready, setNumThreads } from '@kindling/core';
  const product = () => {
    manualSeed(1);
    return randn([300, 500]).matmul(randn([500, 400])).tanh().data();
  };
  export async function compute() {
    await ready();
    setNumThreads(3);
    const threads = getNumThreads();
    const { library } = randn([1]).storage.backend;
    const alone = setNumThreads(1) ?? product();
    setNumThreads(3);
    while (threads > 1 && library.workers() < 2) {
      product();
      await new Promise((resolve) => setTimeout(resolve));
    }
    const together = product();
    return { threads, workers: library.workers(), isSame: alone.every((value, i) => value === together[i]) };
  }`;

const files = {
  'compute.js': compute,
  'worker.js': "import { compute } from './compute.js'; postMessage(await compute());",
  'page.js': `
    import { compute } from './compute.js';
    const worker = new Worker('/worker.js', { type: 'module' });
    const inWorker = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
    });
    const found = { isIsolated: crossOriginIsolated, inWorker, inPage: await compute() };
    document.querySelector('output').textContent = JSON.stringify(found);`,
};

/** The files above, which esbuild finds in this folder. */
const plugin = {
  name: 'files',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /(compute|worker|page)\.js$/ }, ({ path }) => ({
      path: path.replace('./', ''),
      namespace: 'files',
    }));
    onLoad({ filter: /.*/, namespace: 'files' }, ({ path }) => ({
      contents: files[path],
      resolveDir: `${root}/examples/browser`,
    }));
  },
};

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: ['page.js', 'worker.js'],
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: '/',
    write: false,
    plugins: [plugin],
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}

const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:";
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** What the page finds out, served with these headers. */
async function shownWith(browser, scripts, headers) {
  const server = createServer((request, response) => {
    const script = scripts.get(request.url);
    const type = script === undefined ? 'text/html' : 'text/javascript';
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy, ...headers });
    response.end(script ?? '<!doctype html><output></output><script type="module" src="/page.js"></script>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  try {
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => problems.push(message.text()));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const shown = page.locator('output:not(:empty)');
    await shown.waitFor({ state: 'attached', timeout: 300_000 }).catch((error) => {
      throw new Error(`expected the page to show its threads, got ${problems.join('; ') || error.message}`);
    });
    assert.deepEqual(problems, []);
    return JSON.parse(await shown.textContent());
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
}

const one = { threads: 1, workers: 0, isSame: true };

export async function checkThreads(browser, say) {
  const scripts = await bundled();
  assert.deepEqual(await shownWith(browser, scripts, {}), { isIsolated: false, inWorker: one, inPage: one });
  assert.deepEqual(await shownWith(browser, scripts, isolation), {
    isIsolated: true,
    inWorker: { threads: 3, workers: 2, isSame: true },
    inPage: one,
  });
  say('threads in a worker of an isolated page, and the same bits; one elsewhere');
}
