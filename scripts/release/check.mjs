// Installs what would be published into an empty folder and uses it as a user would: node scripts/release/check.mjs [--packed]
//
//   --packed   takes release/*.tgz as they are; else they are made from what is built
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root, run } from '../setup.mjs';
import { makeNativePackage } from './native-package.mjs';
import { packAll } from './pack.mjs';
import { platforms, releaseFolder } from './platforms.mjs';

const own = `${process.platform}-${process.arch}`;
const nativePackage = `@kindling/native-${own}`;

function say(text) {
  process.stderr.write(`release: ${text}\n`);
}

/** Runs a command without what the shell of the tests may have set; its output, once it has ended with the code that is expected. */
function output(command, args, { cwd, env = {}, code = 0 }) {
  const kept = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TEMP', 'TMPDIR', 'APPDATA', 'LOCALAPPDATA'];
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), ...env },
  });
  const told = `${command} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`;
  assert.equal(result.error, undefined, told);
  assert.equal(result.status, code, told);
  return result.stdout;
}

/** What publishers get wrong: entry points that are missing or not what they say, types that resolve to nothing. */
function lint(tarballs) {
  for (const tarball of tarballs) {
    assert.equal(run('publint', ['run', tarball, '--strict']), 0, tarball);
  }
  const libraries = tarballs.filter((path) => /^kindling-(core|data|train|viz)-\d/.test(basename(path)));
  assert.equal(libraries.length, 4);
  for (const tarball of libraries) {
    const code = run('attw', [
      tarball,
      '--profile',
      'esm-only',
      '--format',
      'ascii',
      '--no-emoji',
      '--quiet',
    ]);
    assert.equal(code, 0, tarball);
  }
}

/** A folder of a user's with the packages installed; those of other platforms stay out. */
function installed(tarballs) {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-release-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const foreign = platforms.filter(({ name }) => name !== own).map(({ name }) => `-native-${name}-`);
  const wanted = tarballs.filter((path) => !foreign.some((part) => path.includes(part)));
  output('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...wanted], { cwd: folder });
  cpSync(join(import.meta.dirname, 'consumer'), folder, { recursive: true });
  return folder;
}

/** With the libraries' own declarations, which those of ECharts want the DOM for. */
function checkTypes(folder) {
  const options = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable,dom',
  ];
  const types = ['--typeRoots', join(root, 'node_modules', '@types'), '--types', 'node'];
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  output(tsc, ['--ignoreConfig', ...options, ...types, join(folder, 'types.ts')], { cwd: folder });
}

function checkCommandLine(folder, engine) {
  const kindling = (...args) => output('npx', ['--no-install', 'kindling', ...args], { cwd: folder });
  const lines = kindling('train', 'xor', '--json', '--run-dir', `runs-${engine}`).trimEnd().split('\n');
  const last = JSON.parse(lines.at(-1));
  assert.equal(last.type, 'run-finished');
  assert.equal(last.status, 'completed');
  assert.equal(last.metrics.train.accuracy, 1);
  const checks = kindling('doctor', '--json')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return checks.find(({ check }) => check === 'device cpu').found;
}

const packed = process.argv.includes('--packed');
if (!packed) {
  assert.ok(await makeNativePackage(), 'expected a C++ compiler');
}
const tarballs = packed
  ? readdirSync(releaseFolder)
      .filter((name) => name.endsWith('.tgz'))
      .map((name) => join(releaseFolder, name))
  : packAll();
say('publint and attw');
lint(tarballs);
say('npm install');
const folder = installed(tarballs);
try {
  say('a program, its types, the command line');
  process.stderr.write(output(process.execPath, ['xor.mjs'], { cwd: folder }));
  checkTypes(folder);
  assert.match(checkCommandLine(folder, 'native'), /^native engine/);
  say(`the same without ${nativePackage}`);
  rmSync(join(folder, 'node_modules', nativePackage), { recursive: true });
  process.stderr.write(output(process.execPath, ['xor.mjs', 'reference'], { cwd: folder }));
  const found = checkCommandLine(folder, 'reference');
  assert.match(found, /^reference engine/);
  const built = join('@kindling', 'core', 'native', 'build', own);
  for (const place of [built, nativePackage]) assert.ok(found.includes(place), found);
  say('done');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
