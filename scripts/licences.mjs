// Those whose code is in a bundle ask that their licence comes with it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of the packages that files are from. @param folder what the files' paths begin at */
const packagesOf = (files, folder) =>
  files.flatMap((path) => {
    const [found] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? [];
    return found === undefined ? [] : [join(folder, found)];
  });

/**
 * Names, versions and licences of the packages in some bundles, as text.
 *
 * @param {[files: readonly string[], folder: string][]} bundles the files of each, and what their paths begin at
 */
export async function licences(bundles) {
  const packages = new Set(bundles.flatMap(([files, folder]) => packagesOf(files, folder)));
  const texts = [...packages].sort().map(async (folder) => {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && /^(licen[cs]e|notice)/i.test(entry.name));
    const parts = await Promise.all(files.map(({ name }) => readFile(join(folder, name), 'utf8')));
    return [`${manifest.name} ${manifest.version} (${manifest.license})`, ...parts].join('\n\n');
  });
  return (await Promise.all(texts)).join(`\n\n${'-'.repeat(80)}\n\n`);
}
