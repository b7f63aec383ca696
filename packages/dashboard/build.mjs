// Bundles the page: one script, one style sheet, and the document that a host in a browser serves them with.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = import.meta.dirname;
const outdir = join(folder, 'dist', 'page');

await mkdir(outdir, { recursive: true });
const { metafile } = await build({
  absWorkingDir: folder,
  entryPoints: [
    { in: 'src/page/main.tsx', out: 'index' },
    { in: 'src/page/style/index.css', out: 'index' },
  ],
  outdir,
  bundle: true,
  format: 'esm',
  target: 'es2023',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  conditions: ['@kindling/source'],
  // ECharts asks for it, and has its complaints left out.
  define: { 'process.env.NODE_ENV': '"production"', __DEV__: 'false' },
  minify: true,
  legalComments: 'eof',
  metafile: true,
  logLevel: 'warning',
});
await copyFile(join(folder, 'src', 'page', 'index.html'), join(outdir, 'index.html'));
// Whose code the page has in it, for those who publish it.
await writeFile(join(folder, 'dist', 'page.json'), JSON.stringify({ inputs: Object.keys(metafile.inputs) }));
