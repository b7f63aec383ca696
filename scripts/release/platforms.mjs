import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';

/** Packages that are published, with one version. */
export const published = [
  'packages/core',
  'packages/data',
  'packages/train',
  'packages/distributed',
  'packages/viz',
  'apps/cli',
];

/** What is packed for a release; not under version control. */
export const releaseFolder = join(root, 'release');

/** Where the sources are, as the manifest of the workspace says; in a workflow of GitHub's, the repository that it runs for. */
export function repositoryUrl() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  if (server !== undefined && name !== undefined) return `${server}/${name}`;
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return repository.url.replace(/^git\+|\.git$/g, '');
}

/** Where the packages of native libraries are made, a folder for each platform. */
export const nativeFolder = join(releaseFolder, 'native');

/**
 * The oldest glibc that a released library may need: Node 20 itself needs 2.28, as of the images manylinux_2_28.
 *
 * @see https://github.com/nodejs/node/blob/v20.x/BUILDING.md#platform-list
 */
export const oldestGlibc = '2.28';

/** The platforms that the native engine is released for. npm installs a package where `os`, `cpu` and `libc` fit. */
export const platforms = [
  { name: 'linux-x64', os: 'linux', cpu: 'x64', libc: 'glibc' },
  { name: 'linux-arm64', os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { name: 'darwin-x64', os: 'darwin', cpu: 'x64' },
  { name: 'darwin-arm64', os: 'darwin', cpu: 'arm64' },
  { name: 'win32-x64', os: 'win32', cpu: 'x64' },
  { name: 'win32-arm64', os: 'win32', cpu: 'arm64' },
];
