// npm run test:browser: bundles examples/browser from the built packages, trains in Chromium, and holds the numbers to Node.js', to the
// last bit, and the bundle to its size. An argument names the browser; where there is none, it says so and passes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { findBrowser, launchBrowser, shownBy } from './browser.mjs';
import { root } from './setup.mjs';

const folder = join(root, 'examples', 'browser');

/** Most bytes of a page's script, minified and as a server sends it, zipped. */
const limits = [
  { name: 'core', code: "export * from '@kindling/core';", bytes: 86_000 },
  { name: 'the page', entry: join(folder, 'page.ts'), bytes: 126_000 },
];

const say = (text) => process.stderr.write(`browser: ${text}\n`);

async function bundle({ code, entry }) {
  const result = await build({
    ...(entry === undefined ? { stdin: { contents: code, resolveDir: folder } } : { entryPoints: [entry] }),
    bundle: true,
    write: false,
    outdir: 'out',
    metafile: true,
    format: 'esm',
    minify: true,
    keepNames: true,
    target: 'es2023',
    logLevel: 'warning',
  });
  assert.deepEqual(result.warnings, []);
  const [{ imports }] = Object.values(result.metafile.outputs);
  assert.deepEqual(imports, []);
  const engines = Object.keys(result.metafile.inputs).filter((path) => /backend\/(native|tfjs)\//.test(path));
  assert.deepEqual(engines, []);
  return result.outputFiles[0].text;
}

/** What the same modules compute in Node.js, by the engine that a browser has. */
function numbersOfNode() {
  const program =
    "const { digitsTraining, xorLosses } = await import('./training.ts'); console.log(JSON.stringify({ xor: xorLosses(), digits: await digitsTraining() }));";
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'esm', 'index.mjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `file://${tsx}`, '--input-type=module', '-e', program],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, KINDLING_BACKEND: 'reference' } },
  );
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

/** What the page shows. Its policy forbids scripts from elsewhere, and `eval`. */
async function numbersOfBrowser(executablePath, script) {
  const browser = await launchBrowser(executablePath);
  try {
    say(`Chromium ${browser.version()}`);
    const headers = { 'content-security-policy': "default-src 'none'; script-src 'self'" };
    const files = {
      '/': { contentType: 'text/html', headers, body: readFileSync(join(folder, 'index.html')) },
      '/page.js': { contentType: 'text/javascript', body: script },
    };
    return await shownBy(browser, (path) => files[path]);
  } finally {
    await browser.close();
  }
}

let script;
for (const { name, bytes, ...source } of limits) {
  script = await bundle(source);
  // Of TypeScript's `using`, which not all browsers have what it takes for.
  assert.doesNotMatch(script, /Symbol\.dispose is not defined/);
  const zipped = gzipSync(script).length;
  say(`${name}: ${script.length} bytes, ${zipped} zipped (at most ${bytes})`);
  assert.ok(zipped <= bytes, `${name}: expected at most ${bytes} bytes zipped, got ${zipped}`);
}
const executable = findBrowser(process.argv[2]);
if (executable === undefined) {
  say(
    'no browser, so nothing was trained in one: install chromium, or name one: npm run test:browser -- /path/to/it',
  );
  process.exit(0);
}
const expected = numbersOfNode();
const shown = await numbersOfBrowser(executable, script);
assert.deepEqual(shown, expected);
assert.equal(shown.xor[0].toFixed(7), '0.7434073');
assert.equal(shown.xor.at(-1).toFixed(7), '0.0012345');
assert.ok(shown.digits.accuracy > 0.8, `accuracy ${shown.digits.accuracy}`);
say(
  `loss of XOR ${shown.xor.at(-1)}, accuracy on digits ${shown.digits.accuracy}: as in Node.js ${process.version}`,
);
