// Bundles the extension: one script that VS Code loads, the dashboard's page, and the schemas of experiments and sweeps.
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = import.meta.dirname;
const outdir = join(folder, 'dist');

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
await build({
  absWorkingDir: folder,
  entryPoints: { extension: 'src/extension.ts' },
  outdir,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  conditions: ['@kindling/source'],
  external: ['vscode'],
  // Zod asks for it, to know Cloudflare; VS Code reports each use of it as an error.
  define: { navigator: 'undefined' },
  minify: true,
  keepNames: true,
  legalComments: 'eof',
  logLevel: 'warning',
});

const dashboard = dirname(fileURLToPath(import.meta.resolve('@kindling/dashboard/package.json')));
const page = join(dashboard, 'dist', 'page');
if (!existsSync(page)) await import(pathToFileURL(join(dashboard, 'build.mjs')).href);
await cp(page, join(outdir, 'page'), { recursive: true });

for (const name of ['experiment.schema.json', 'sweep.schema.json']) {
  await copyFile(fileURLToPath(import.meta.resolve(`@kindling/train/${name}`)), join(outdir, name));
}
