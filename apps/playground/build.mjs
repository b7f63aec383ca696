// Builds the page: static files for any server. No file but the page's own is loaded, but data sets that a program asks for.
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licences } from '../../scripts/licences.mjs';
import { apiIndex } from './build/api-index.mjs';
import { pagePolicy } from './build/policy.mjs';

const folder = import.meta.dirname;
const outdir = join(folder, 'dist', 'page');
const packageFolder = (name) => dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));

const shared = {
  absWorkingDir: folder,
  bundle: true,
  minify: true,
  target: 'es2023',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** `kindling:programs`: the text of each program, of this app or of the examples. */
const programs = {
  name: 'programs',
  setup(plugins) {
    plugins.onResolve({ filter: /^kindling:programs$/ }, ({ path }) => ({ path, namespace: 'programs' }));
    plugins.onLoad({ filter: /.*/, namespace: 'programs' }, async () => ({
      contents: `export const sources = ${JSON.stringify(await readPrograms())};`,
      loader: 'js',
    }));
  },
};

async function readPrograms() {
  const examples = ['autograd', 'weight-height-by-hand', 'xor-by-hand'];
  const own = (await readdir(join(folder, 'programs'))).filter((name) => name.endsWith('.ts'));
  const paths = [
    ...examples.map((name) => join(folder, '..', '..', 'examples', `${name}.ts`)),
    ...own.map((name) => join(folder, 'programs', name)),
  ];
  const texts = paths.map(async (path) => [basename(path, '.ts'), await readFile(path, 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
}

await rm(outdir, { recursive: true, force: true });
await mkdir(join(outdir, 'dashboard'), { recursive: true });

// The worker and what programs import share their modules: a tensor of one package is a tensor of the others.
const { metafile } = await build({
  ...shared,
  entryPoints: {
    index: 'src/page/main.tsx',
    worker: 'src/worker/worker.ts',
    'library/core': '@kindling/core',
    'library/data': 'src/worker/library-data.ts',
    'library/train': 'src/worker/library-train.ts',
    'library/viz': '@kindling/viz',
    'library/playground': 'src/worker/library.ts',
  },
  outdir,
  chunkNames: 'library/[hash]',
  splitting: true,
  format: 'esm',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  // Models print the names of their classes.
  keepNames: true,
  // Before any schema is made, in every chunk.
  inject: ['src/jitless.ts'],
  plugins: [programs],
});
await build({ ...shared, entryPoints: { index: 'src/page/style/index.css' }, outdir });

const declarations = (name, file) => join(packageFolder(name), 'dist', file);
const api = apiIndex({
  '@kindling/core': declarations('@kindling/core', 'index.d.ts'),
  '@kindling/data': declarations('@kindling/data', 'browser.d.ts'),
  '@kindling/train': declarations('@kindling/train', 'browser.d.ts'),
  '@kindling/viz': declarations('@kindling/viz', 'index.d.ts'),
});
await writeFile(join(outdir, 'api.json'), JSON.stringify(api));

const withPolicy = (html, policy) =>
  html.replace(
    /(<meta charset="utf-8">)/,
    `$1\n<meta http-equiv="content-security-policy" content="${policy}">`,
  );
const dashboard = join(packageFolder('@kindling/dashboard'), 'dist', 'page');
await cp(dashboard, join(outdir, 'dashboard'), { recursive: true });
const frame = join(outdir, 'dashboard', 'index.html');
await writeFile(frame, withPolicy(await readFile(frame, 'utf8'), pagePolicy.dashboard));
const html = await readFile(join(folder, 'src', 'page', 'index.html'), 'utf8');
await writeFile(join(outdir, 'index.html'), withPolicy(html, pagePolicy.page));
await copyFile(join(folder, 'src', 'page', 'icon.svg'), join(outdir, 'icon.svg'));

const dashboardPage = JSON.parse(await readFile(join(dashboard, '..', 'page.json'), 'utf8'));
const texts = await licences([
  [Object.keys(metafile.inputs), folder],
  [dashboardPage.inputs, packageFolder('@kindling/dashboard')],
]);
await writeFile(join(outdir, 'LICENSES.txt'), texts);

// Last: it names all files, and a hash of them.
const files = (await readdir(outdir, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => relative(outdir, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  .sort();
const hash = createHash('sha256');
for (const file of files) hash.update(file).update(await readFile(join(outdir, file)));
await build({
  ...shared,
  entryPoints: { 'service-worker': 'src/service-worker.ts' },
  outdir,
  format: 'iife',
  define: { VERSION: JSON.stringify(hash.digest('hex').slice(0, 16)), FILES: JSON.stringify(files) },
});

// Whose code the page has in it, for those who publish it.
await writeFile(join(folder, 'dist', 'page.json'), JSON.stringify({ inputs: Object.keys(metafile.inputs) }));
