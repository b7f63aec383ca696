import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../setup.mjs';
import { repositoryUrl } from './platforms.mjs';
import { readZip } from './zip.mjs';

const MAX_BYTES = 3_000_000;

const pictures = ['curves', 'folder', 'mnist', 'own', 'xor'].map((name) => `media/walkthrough/${name}.svg`);

/** Everything that the package holds. */
const expected = [
  'package.json',
  'package.nls.json',
  'package.nls.ko.json',
  'readme.md',
  'changelog.md',
  'LICENSE.txt',
  'dist/extension.js',
  'dist/experiment.schema.json',
  'dist/sweep.schema.json',
  'dist/page/index.js',
  'dist/page/index.css',
  'l10n/bundle.l10n.ko.json',
  'media/kindling.png',
  'media/kindling.svg',
  'media/view.svg',
  ...pictures,
];

/** The package of the extension as users get it: its files, their sizes, no trace of the machine that made it, all texts in both languages. */
export function checkExtension(path) {
  assert.ok(statSync(path).size < MAX_BYTES, `${basename(path)}: expected less than ${MAX_BYTES} bytes`);
  const files = new Map();
  for (const [name, content] of readZip(path)) {
    if (name.startsWith('extension/')) files.set(name.slice('extension/'.length), content.toString('utf8'));
  }
  assert.deepEqual([...files.keys()].sort(), [...expected].sort());
  checkTraces(files);
  checkManifest(files);
  checkReadme(files.get('readme.md'));
}

function checkTraces(files) {
  const paths = [root, homedir()].filter((folder) => folder !== '/').map((folder) => `${folder}/`);
  for (const [name, text] of files) {
    assert.ok(!/\bsourceMappingURL=/.test(text), `${name}: expected no source map`);
    for (const folder of paths)
      assert.ok(!text.includes(folder), `${name}: expected no path of this machine, got ${folder}`);
  }
}

function checkManifest(files) {
  const text = files.get('package.json');
  const manifest = JSON.parse(text);
  const keys = [...new Set([...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key))].sort();
  for (const name of ['package.nls.json', 'package.nls.ko.json']) {
    const texts = JSON.parse(files.get(name));
    assert.deepEqual(Object.keys(texts).sort(), keys, name);
    for (const [key, value] of Object.entries(texts)) assert.ok(value.trim() !== '', `${name}: ${key}`);
  }
  const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  const schemas = manifest.contributes.jsonValidation.map(({ url }) => url);
  for (const file of [manifest.main, manifest.icon, ...schemas, ...steps.map(({ media }) => media.svg)]) {
    assert.ok(files.has(file.replace(/^\.\//, '')), `expected ${file}, got no such file`);
  }
}

/** Links lead to the sources, to files that exist. */
function checkReadme(text) {
  const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, to]) => to);
  assert.ok(links.length > 0);
  for (const link of links) {
    assert.match(link, /^https:/);
    if (!link.startsWith(`${repositoryUrl()}/`)) continue;
    // …/blob/v0.1.0/apps/vscode-extension/../../docs/…
    const [, , ...parts] = new URL(link).pathname
      .slice(new URL(repositoryUrl()).pathname.length + 1)
      .split('/');
    assert.ok(existsSync(join(root, ...parts)), link);
  }
}
