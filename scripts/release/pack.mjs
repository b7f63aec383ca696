// Packs what is published into release/*.tgz: node scripts/release/pack.mjs [--complete]
//
// The packages of the workspace must be built, and those of native libraries lie in release/native (native-package.mjs makes the one of
// the platform it runs on). The manifest of @kindling/core names these as optional dependencies; that of the workspace does not, as
// they are on no registry before a release.
//
//   --complete   fails unless the native packages of all platforms are there
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, root } from '../setup.mjs';
import { nativeFolder, platforms, published, releaseFolder } from './platforms.mjs';

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** What npm asks for to state where a package was built. In a workflow of GitHub's, the repository is known. */
function repositoryOf(directory) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  if (server === undefined || name === undefined) return {};
  return { repository: { type: 'git', url: `git+${server}/${name}.git`, directory } };
}

function nativeFolders(complete) {
  const made = existsSync(nativeFolder) ? readdirSync(nativeFolder) : [];
  const absent = platforms.filter(({ name }) => !made.includes(name)).map(({ name }) => name);
  if (complete && absent.length > 0) {
    throw new Error(`expected the native packages of all platforms, got none for ${absent.join(', ')}`);
  }
  return made.map((name) => join(nativeFolder, name));
}

/** Packs a folder after a change to its manifest. */
function packFolder(folder, change) {
  const manifest = { ...readManifest(folder), ...change };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  mustRun('npm', ['pack', folder, '--pack-destination', releaseFolder, '--silent']);
}

export function packAll({ complete = false } = {}) {
  const natives = nativeFolders(complete);
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
