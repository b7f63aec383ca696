// Publishes release/*.vsix: node scripts/release/publish-extension.mjs
//
// On the Marketplace of VS Code where VSCE_PAT has its token, on Open VSX where OVSX_PAT has that one. What is published already is left
// alone: a run that was cut off can be repeated.
import { mustRun } from '../setup.mjs';
import { packedExtension, vsce } from './extension.mjs';

const ovsx = 'ovsx@1.4.0';

const places = [
  { name: 'Marketplace', token: 'VSCE_PAT', command: (path) => [vsce, 'publish', '--packagePath', path] },
  { name: 'Open VSX', token: 'OVSX_PAT', command: (path) => [ovsx, 'publish', path] },
];

const path = packedExtension();
if (path === undefined)
  throw new Error('expected release/*.vsix, got none: node scripts/release/extension.mjs packs it');
for (const { name, token, command } of places) {
  if (process.env[token]) mustRun('npx', ['--yes', ...command(path), '--skip-duplicate']);
  else process.stderr.write(`${name}: left out, ${token} is not set\n`);
}
