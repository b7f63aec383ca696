// Packs the extension of VS Code: node scripts/release/extension.mjs [FOLDER], by default into release/. Its packages must be built.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, root } from '../setup.mjs';
import { releaseFolder, repositoryUrl } from './platforms.mjs';

/** The program that packs and publishes extensions; npx brings it. */
export const vsce = '@vscode/vsce@3.9.2';

export const extensionFolder = join(root, 'apps', 'vscode-extension');

/** What was packed into a folder; undefined where nothing was. */
export function packedExtension(folder = releaseFolder) {
  const name = readdirSync(folder).find((file) => file.endsWith('.vsix'));
  return name === undefined ? undefined : join(folder, name);
}

/** Bundles and packs the extension. Links and pictures of its README lead to the sources of the version. */
export function packExtension(folder = releaseFolder) {
  const { name, version } = JSON.parse(readFileSync(join(extensionFolder, 'package.json'), 'utf8'));
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith('.vsix')) rmSync(join(folder, file));
  const path = join(folder, `${name}-${version}.vsix`);
  const place = (kind) => `${repositoryUrl()}/${kind}/v${version}/apps/vscode-extension`;
  const options = [
    '--no-dependencies',
    '--baseContentUrl',
    place('blob'),
    '--baseImagesUrl',
    place('raw'),
    '--out',
    path,
  ];
  const quietly = { cwd: extensionFolder, stdio: ['ignore', 'ignore', 'inherit'] };
  mustRun('node', ['build.mjs'], quietly);
  mustRun('npx', ['--yes', vsce, 'package', ...options], quietly);
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  process.stdout.write(`${packExtension(folder === undefined ? undefined : resolve(folder))}\n`);
}
