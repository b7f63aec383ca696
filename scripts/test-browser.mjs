// npm run test:browser: bundles examples/browser from the built packages, trains in Chromium, and holds the numbers to Node.js', to the
// last bit, and the bundles of all doors to their sizes; the engine, as WebAssembly, is a chunk that is loaded by `ready()`. Then the
// packages are imported without a bundler: data files, runs and charts (scripts/browser). An argument names the browser; where there is
// none, it says so and passes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { checkCharts } from './browser/check-charts.mjs';
import { checkData } from './browser/check-data.mjs';
import { checkRuns } from './browser/check-runs.mjs';
import { checkThreads } from './browser/check-threads.mjs';
import { Site } from './browser/site.mjs';
import { findBrowser, launchBrowser, shownBy } from './browser.mjs';
import { root } from './setup.mjs';
import { wasmFlags } from './wasm-flags.mjs';

const folder = join(root, 'examples', 'browser');

/** Most bytes of what a page loads at first, minified and as a server sends it, zipped; and of what `ready()` loads. */
const limits = [
  { name: 'core', code: "export * from '@kindling/core';", bytes: 118_000 },
  { name: 'data', code: "export * from '@kindling/data';", bytes: 106_000 },
  { name: 'train', code: "export * from '@kindling/train';", bytes: 285_000 },
  { name: 'train/runs', code: "export * from '@kindling/train/runs';", bytes: 76_000 },
  { name: 'train/events', code: "export * from '@kindling/train/events';", bytes: 40_000 },
  { name: 'viz', code: "export * from '@kindling/viz';", bytes: 45_000 },
  { name: 'viz/svg', code: "export * from '@kindling/viz/svg';", bytes: 290_000 },
  { name: 'the page', entry: join(folder, 'page.ts'), bytes: 160_000 },
];

const ENGINE_BYTES = 192_000;

const say = (text) => process.stderr.write(`browser: ${text}\n`);

async function bundle({ code, entry }) {
  const result = await build({
    ...(entry === undefined ? { stdin: { contents: code, resolveDir: folder } } : { entryPoints: [entry] }),
    bundle: true,
    splitting: true,
    write: false,
    absWorkingDir: root,
    outdir: join(root, 'out'),
    metafile: true,
    format: 'esm',
    minify: true,
    keepNames: true,
    target: 'es2023',
    logLevel: 'warning',
  });
  assert.deepEqual(result.warnings, []);
  const { outputs } = result.metafile;
  const [first] = Object.keys(outputs);
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  assert.deepEqual(
    imports.filter(({ external }) => external).map(({ path }) => path),
    [],
  );
  const loaded = loadedAtFirst(outputs, first);
  const files = new Map(result.outputFiles.map(({ path, text }) => [relative(root, path), text]));
  for (const name of loaded) assert.doesNotMatch(files.get(name), /kd_execute|libkindling|tfjs-core/, name);
  const sizeOf = (names) => names.reduce((sum, name) => sum + gzipSync(files.get(name)).length, 0);
  // Of the engine's builds a page loads one.
  const isBuild = (name) =>
    Object.keys(outputs[name].inputs).some((path) => path.includes('native/build/wasm'));
  const later = Object.keys(outputs).filter((name) => !loaded.has(name) && !isBuild(name));
  const builds = Object.keys(outputs).filter(isBuild);
  return {
    scripts: new Map([...files].map(([path, text]) => [`/${basename(path)}`, text])),
    first: sizeOf([...loaded]),
    later: sizeOf(later) + Math.max(0, ...builds.map((name) => sizeOf([name]))),
  };
}

/** An output and all that it imports, not by `import()`. */
function loadedAtFirst(outputs, name, known = new Set()) {
  if (known.has(name)) return known;
  known.add(name);
  for (const { path, kind } of outputs[name].imports) {
    if (kind === 'import-statement') loadedAtFirst(outputs, path, known);
  }
  return known;
}

/** What the same modules compute in Node.js, by the same engine and with the instructions that browsers of today have. */
function numbersOfNode() {
  const program =
    "const { digitsTraining, xorLosses } = await import('./training.ts'); console.log(JSON.stringify({ engine: 'wasm', xor: xorLosses(), digits: await digitsTraining() }));";
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'esm', 'index.mjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...wasmFlags, '--import', `file://${tsx}`, '--input-type=module', '-e', program],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, KINDLING_BACKEND: 'wasm', KINDLING_ISA: 'relaxed' },
    },
  );
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

/** What the page shows. Its policy forbids scripts from elsewhere, and `eval`. */
async function numbersOfBrowser(executablePath, scripts) {
  const browser = await launchBrowser(executablePath);
  try {
    say(`Chromium ${browser.version()}`);
    const headers = { 'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'" };
    const files = {
      '/': { contentType: 'text/html', headers, body: readFileSync(join(folder, 'index.html')) },
      ...Object.fromEntries(
        [...scripts].map(([path, body]) => [path, { contentType: 'text/javascript', body }]),
      ),
    };
    const shown = await shownBy(browser, (path) => files[path]);
    await checkThreads(browser, say);
    return shown;
  } finally {
    await browser.close();
  }
}

/** The packages by the import map of docs/browsers.md, in a page of an own site: data files, runs, charts. */
async function checkPackages(executablePath) {
  const site = await Site.start();
  const browser = await launchBrowser(executablePath);
  try {
    for (const [name, check] of Object.entries({ data: checkData, runs: checkRuns, charts: checkCharts })) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const problems = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(site.url);
      await check(page, site);
      assert.deepEqual(problems, []);
      await context.close();
      say(`${name}: by an import map, under a strict policy, as in Node.js`);
    }
  } finally {
    await browser.close();
    await site.close();
  }
}

let scripts;
for (const { name, bytes, ...source } of limits) {
  const made = await bundle(source);
  scripts = made.scripts;
  // Of TypeScript's `using`, which not all browsers have what it takes for.
  for (const script of scripts.values()) assert.doesNotMatch(script, /Symbol\.dispose is not defined/);
  say(
    `${name}: ${made.first} bytes zipped (at most ${bytes}), and later ${made.later} (at most ${ENGINE_BYTES})`,
  );
  assert.ok(made.first <= bytes, `${name}: expected at most ${bytes} bytes zipped, got ${made.first}`);
  assert.ok(
    made.later <= ENGINE_BYTES,
    `the engine: expected at most ${ENGINE_BYTES} bytes zipped, got ${made.later}`,
  );
}
const executable = findBrowser(process.argv[2]);
if (executable === undefined) {
  say(
    'no browser, so nothing was trained in one: install chromium, or name one: npm run test:browser -- /path/to/it',
  );
  process.exit(0);
}
const expected = numbersOfNode();
const shown = await numbersOfBrowser(executable, scripts);
assert.deepEqual(shown, expected);
assert.equal(shown.xor[0].toFixed(7), '0.7434073');
assert.equal(shown.xor.at(-1).toFixed(7), '0.0012345');
assert.ok(shown.digits.accuracy > 0.8, `accuracy ${shown.digits.accuracy}`);
say(
  `loss of XOR ${shown.xor.at(-1)}, accuracy on digits ${shown.digits.accuracy}: as in Node.js ${process.version}`,
);
await checkPackages(executable);
