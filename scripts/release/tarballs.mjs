import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { output } from './command.mjs';
import { makeNativePackage } from './native-package.mjs';
import { packAll } from './pack.mjs';
import { platforms, releaseFolder } from './platforms.mjs';

/** The platform that this runs on, by the name of its native package. */
export const own = `${process.platform}-${process.arch}`;

/** The packages as they would be published: those in `release`, or, without `packed`, made from what is built. */
export async function takeTarballs(packed) {
  if (!packed) {
    assert.ok(await makeNativePackage(), 'expected a C++ compiler');
    return packAll();
  }
  return readdirSync(releaseFolder)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(releaseFolder, name));
}

/** The libraries, without the command line and what is for other platforms. */
export const librariesOf = (tarballs) =>
  tarballs.filter((path) => /^kindling-(core|data|train|viz|native)-/.test(basename(path)));

/** A new folder of a user's with packages installed, without their scripts; native packages of other platforms stay out. */
export function installed(tarballs, packages) {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-release-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const foreign = platforms.filter(({ name }) => name !== own).map(({ name }) => `-native-${name}-`);
  const wanted = tarballs.filter((path) => !foreign.some((part) => path.includes(part)));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  output('npm', ['install', ...options, ...wanted, ...packages], { cwd: folder });
  return folder;
}
