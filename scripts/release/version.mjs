// Gives all packages that are published together a version: node scripts/release/version.mjs 0.2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { published } from './platforms.mjs';

const [version = ''] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
  process.stderr.write(`version: expected one such as 0.2.0, got "${version}"\n`);
  process.exit(2);
}
// The extension wants a command line of its own major and minor version.
for (const folder of ['.', ...published, 'apps/vscode-extension']) {
  const path = join(root, folder, 'package.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(/^( {2}"version": )"[^"]*"/m, (_, key) => `${key}"${version}"`),
  );
}
const constant = join(root, 'packages', 'core', 'src', 'version.ts');
writeFileSync(
  constant,
  readFileSync(constant, 'utf8').replace(/version = '[^']*'/, () => `version = '${version}'`),
);
