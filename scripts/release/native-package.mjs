// Builds the native library and makes the npm package that brings it to this platform: node scripts/release/native-package.mjs [--portable]
//
//   --portable   fails where the library needs a newer glibc than a release may
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildNative } from '../../packages/core/native/build.mjs';
import { root } from '../setup.mjs';
import { nativeFolder, oldestGlibc, platforms } from './platforms.mjs';

/** The newest version of glibc that a library asks for; undefined where it asks for none. */
function neededGlibc(library) {
  const versions = readFileSync(library, 'latin1').match(/\bGLIBC_2\.\d+/g) ?? [];
  const minors = versions.map((version) => Number(version.slice('GLIBC_2.'.length)));
  return minors.length === 0 ? undefined : `2.${Math.max(...minors)}`;
}

const minorOf = (version) => Number(version.split('.')[1]);

/** @returns the folder of the package, or undefined with a word on stderr where the library cannot be built. */
export async function makeNativePackage({ portable = false } = {}) {
  const name = `${process.platform}-${process.arch}`;
  const platform = platforms.find((each) => each.name === name);
  const { library, missing } = await buildNative();
  if (platform === undefined || missing !== undefined) {
    process.stderr.write(`release: no native package: ${missing ?? `${name} is not released`}\n`);
    return undefined;
  }
  const glibc = neededGlibc(library);
  if (portable && glibc !== undefined && minorOf(glibc) > minorOf(oldestGlibc)) {
    throw new Error(`expected a library that glibc ${oldestGlibc} can load, got one that needs ${glibc}`);
  }
  const { version, license, engines } = JSON.parse(
    readFileSync(join(root, 'packages', 'core', 'package.json'), 'utf8'),
  );
  const folder = join(nativeFolder, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(library, join(folder, basename(library)));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const needs = glibc === undefined ? '' : ` It needs glibc ${glibc} or newer.`;
  const description = `The native engine of @kindling/core for ${name}`;
  writeFileSync(
    join(folder, 'README.md'),
    `# @kindling/native-${name}\n\n${description}. Install \`@kindling/core\`, which brings it where it fits.${needs}\n\nMIT licence.\n`,
  );
  const manifest = {
    name: `@kindling/native-${name}`,
    version,
    description,
    license,
    os: [platform.os],
    cpu: [platform.cpu],
    ...(platform.libc === undefined ? {} : { libc: [platform.libc] }),
    engines,
    type: 'commonjs',
    files: [basename(library)],
    preferUnplugged: true,
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  process.stderr.write(`${folder}${glibc === undefined ? '' : ` (glibc ${glibc})`}\n`);
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = await makeNativePackage({ portable: process.argv.includes('--portable') });
  if (made === undefined) process.exit(1);
}
