// Packs what is published into release/*.tgz: node scripts/release/pack.mjs [--complete]
//
// The packages of the workspace must be built, and those of native libraries lie in release/native (native-package.mjs makes the one of
// the platform it runs on). The manifest of @kindling/core names these as optional dependencies; that of the workspace does not, as
// they are on no registry before a release.
//
//   --complete   fails unless the native packages of all platforms are there, and the engine as WebAssembly
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, root } from '../setup.mjs';
import { nativeFolder, platforms, published, releaseFolder, repositoryUrl } from './platforms.mjs';

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const repositoryOf = (directory) => ({
  repository: { type: 'git', url: `git+${repositoryUrl()}.git`, directory },
});

/** A text with links that lead from a folder of the repository to others: on npm, these lead to the sources of the version. */
const withAbsoluteLinks = (text, directory, version) =>
  text.replace(/\]\((?!https?:|#)([^)\s#]+)/g, (_, target) => {
    const path = posix.join(directory, target);
    const kind = statSync(join(root, path)).isDirectory() ? 'tree' : 'blob';
    return `](${repositoryUrl()}/${kind}/v${version}/${path}`;
  });

/** The README of a package; the command line has that of the workspace. */
function writeReadme(folder, directory, version) {
  const own = existsSync(join(root, directory, 'README.md'));
  const text = readFileSync(join(root, own ? directory : '.', 'README.md'), 'utf8');
  writeFileSync(join(folder, 'README.md'), withAbsoluteLinks(text, own ? directory : '.', version));
}

function nativeFolders(complete) {
  const made = existsSync(nativeFolder) ? readdirSync(nativeFolder) : [];
  const absent = platforms.filter(({ name }) => !made.includes(name)).map(({ name }) => name);
  if (complete && absent.length > 0) {
    throw new Error(`expected the native packages of all platforms, got none for ${absent.join(', ')}`);
  }
  return made.map((name) => join(nativeFolder, name));
}

/** The engine as WebAssembly is in @kindling/core; where no compiler was found, its modules are without content. */
function assertWasm() {
  const folder = join(root, 'packages', 'core', 'native', 'build', 'wasm');
  for (const name of ['simd128', 'simd128-threads', 'relaxed', 'relaxed-threads']) {
    const path = join(folder, `${name}.wasm`);
    if (!existsSync(path)) {
      throw new Error(`expected ${path}, got none; npm run python-tools -- wasm, then npm run build`);
    }
  }
}

/** Packs a folder after a change to its manifest. */
function packFolder(folder, change) {
  const manifest = { ...readManifest(folder), ...change };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  mustRun('npm', ['pack', folder, '--pack-destination', releaseFolder, '--silent']);
}

export function packAll({ complete = false } = {}) {
  const natives = nativeFolders(complete);
  if (complete) assertWasm();
  const { version } = readManifest(join(root, 'packages', 'core'));
  const optionalDependencies = {};
  const mustAgree = ({ name, version: own }) => {
    if (own !== version) throw new Error(`expected ${name} to have version ${version}, got ${own}`);
  };
  for (const manifest of natives.map(readManifest)) {
    mustAgree(manifest);
    optionalDependencies[manifest.name] = version;
  }
  const staging = join(releaseFolder, 'staging');
  rmSync(staging, { recursive: true, force: true });
  for (const name of existsSync(releaseFolder) ? readdirSync(releaseFolder) : []) {
    if (name.endsWith('.tgz')) rmSync(join(releaseFolder, name));
  }
  for (const path of published) {
    const manifest = readManifest(join(root, path));
    mustAgree(manifest);
    const folder = join(staging, path);
    mkdirSync(folder, { recursive: true });
    // pnpm turns workspace: into versions and adds the licence.
    const packed = join(folder, 'packed.tgz');
    mustRun('pnpm', ['pack', '--out', packed], {
      cwd: join(root, path),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    mustRun('tar', ['-xzf', packed, '-C', folder]);
    writeReadme(join(folder, 'package'), path, version);
    packFolder(join(folder, 'package'), {
      ...(manifest.name === '@kindling/core' ? { optionalDependencies } : {}),
      // These are of use in the workspace alone.
      scripts: undefined,
      devDependencies: undefined,
      ...repositoryOf(path),
    });
  }
  for (const folder of natives) packFolder(folder, repositoryOf('packages/core'));
  rmSync(staging, { recursive: true });
  return readdirSync(releaseFolder)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(releaseFolder, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tarballs = packAll({ complete: process.argv.includes('--complete') });
  process.stdout.write(`${tarballs.join('\n')}\n`);
}
