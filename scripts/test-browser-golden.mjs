// npm run test:browser-golden: suites that hold on any device, and the tutorials, in Chromium on the engine as WebAssembly. They are the test
// files that Vitest runs in Node.js, in a page (one thread) and in a worker of an isolated page (two). Then memory over 10,000 steps of a
// page. An argument names the browser; where there is none, it says so and passes. The tutorials' data files are those of KINDLING_DATA_DIR.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundleSuites, memoryTraining, runner, scriptOf } from './browser/suites/bundle.mjs';
import { DATA, serveSuites } from './browser/suites/site.mjs';
import { findBrowser, launchBrowser } from './browser.mjs';
import { root } from './setup.mjs';

const say = (text) => process.stderr.write(`browser: ${text}\n`);

const modules = readdirSync(join(root, 'packages', 'core', 'test', 'nn'))
  // How Node.js prints a module.
  .filter((name) => name.endsWith('.test.ts') && name !== 'module-text.test.ts')
  .map((name) => `nn/${name}`);

const files = [
  ...[
    'golden.test.ts',
    'gradcheck.test.ts',
    'autograd.test.ts',
    'autograd-hooks.test.ts',
    'derivatives.test.ts',
    'indices.test.ts',
    'integers.test.ts',
    ...modules,
  ].map((name) => `packages/core/test/${name}`),
  'packages/train/test/golden-optimizers.test.ts',
  'packages/train/test/golden-schedules.test.ts',
  'packages/train/test/programs.test.ts',
];

/** What is evaluated in a page, and how many threads it computes with. */
const places = [
  {
    place: 'a page',
    threads: 1,
    run: async ([script, request]) => (await import(script)).runSuites(request),
  },
  {
    place: 'a worker',
    threads: 2,
    run: ([script, request]) => {
      const worker = new Worker(script, { type: 'module' });
      worker.postMessage(request);
      return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      });
    },
  },
];

/** A page that nothing was kept for. What it reports beside its result fails. */
async function inPage(browser, site, body) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(site.url);
    await body(page);
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
  }
}

async function checkSuites(browser, site, { place, threads, run }, mirror) {
  const request = { files: files.map(scriptOf), threads, mirror };
  await inPage(browser, site, async (page) => {
    const found = await page.evaluate(run, [runner, request]);
    assert.equal(found.error, undefined);
    assert.deepEqual([found.engine, found.threads], ['wasm', threads]);
    const failures = found.results.flatMap(({ failures }) => failures);
    for (const { name, message } of failures) say(`FAILED ${name}\n${message}\n`);
    assert.equal(failures.length, 0, `${failures.length} tests failed in ${place}`);
    for (const { file, passed } of found.results) assert.ok(passed > 0, `${file}: expected tests, got none`);
    const sum = (key) => found.results.reduce((total, result) => total + result[key], 0);
    const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
    say(`${place}, threads: ${threads}: ${sum('passed')} tests of ${files.length} files passed${skipped}`);
  });
}

const STEPS = 10_000;
const MIB = 2 ** 20;

/** A thousand tensors a step that nothing disposes: the engine's memory, and what JavaScript holds after a collection. */
async function checkMemory(browser, site) {
  await inPage(browser, site, async (page) => {
    const session = await page.context().newCDPSession(page);
    await page.evaluate(async (script) => {
      const { startTraining } = await import(script);
      globalThis.train = await startTraining();
    }, memoryTraining);
    const trained = async (steps) => {
      const engine = await page.evaluate((count) => globalThis.train(count), steps);
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
      return { engine, javascript: usedSize + backingStorageSize };
    };
    const early = await trained(STEPS / 10);
    const late = await trained(STEPS - STEPS / 10);
    for (const key of ['engine', 'javascript']) {
      const [before, after] = [early, late].map((held) => (held[key] / MIB).toFixed(1));
      say(`memory (${key}) after ${STEPS / 10} steps ${before} MiB, after ${STEPS} ${after} MiB`);
      assert.ok(late[key] < early[key] + 16 * MIB, `expected the memory to stay level (${key})`);
    }
  });
}

const executable = findBrowser(process.argv[2]);
if (executable === undefined) {
  say(
    'no browser, so nothing was tested in one: install chromium, or name one: npm run test:browser-golden -- /path/to/it',
  );
  process.exit(0);
}
const dataDir = process.env.KINDLING_DATA_DIR || undefined;
const mirror = dataDir && DATA;
const site = await serveSuites(await bundleSuites(files, mirror), dataDir);
const browser = await launchBrowser(executable);
try {
  for (const place of places) await checkSuites(browser, site, place, mirror);
  await checkMemory(browser, site);
} finally {
  await browser.close();
  await site.close();
}
