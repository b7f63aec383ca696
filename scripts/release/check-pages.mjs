// npm run test:bundlers: installs what would be published beside webpack, Vite, Rollup, esbuild and Next, bundles a page with each by its
// default configuration, trains in Chromium, and holds the losses to Node.js', to the last bit.
//
//   --packed   takes release/*.tgz as they are; else they are made from what is built
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser, launchBrowser, shownBy } from '../browser.mjs';
import { output } from './command.mjs';
import { installed, librariesOf, takeTarballs } from './tarballs.mjs';
import { filesOf, webBundlers, webPackages } from './web-bundlers.mjs';

/** The engine that pages have. */
const engine = 'wasm';

const say = (text) => process.stderr.write(`bundlers: ${text}\n`);

/** What the pages' module computes in Node.js by the engine that they have. */
function numbersOfNode(folder) {
  const env = { KINDLING_BACKEND: engine };
  const { stdout, stderr } = output(process.execPath, ['losses.js'], { cwd: folder, env });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

const executable = findBrowser();
const tarballs = librariesOf(await takeTarballs(process.argv.includes('--packed')));
say('npm install');
const folder = installed(tarballs, webPackages);
let browser;
try {
  cpSync(join(import.meta.dirname, 'consumer', 'web'), folder, { recursive: true });
  const expected = numbersOfNode(folder);
  assert.equal(expected.engine, engine);
  assert.equal(expected.losses[0].toFixed(7), '0.7434073');
  assert.equal(expected.losses.at(-1).toFixed(7), '0.0012345');
  if (executable === undefined) say('no browser, so nothing is trained in one: install chromium');
  else browser = await launchBrowser(executable);
  for (const [name, build] of Object.entries(webBundlers)) {
    const out = join(folder, 'bundles', name.replaceAll(' ', '-'));
    mkdirSync(out, { recursive: true });
    assert.deepEqual(await build(folder, out), [], name);
    if (browser === undefined) continue;
    const shown = await shownBy(browser, filesOf(out)).catch((error) => {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    });
    assert.deepEqual(shown, expected, name);
    say(`${name}: ${shown.engine} engine, loss ${shown.losses.at(-1)}`);
  }
} finally {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
}
