// Bundles the CLI from the workspace's sources. Commands are loaded when they are used, so each is a chunk of its own.
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { licences } from '../../scripts/licences.mjs';
import { buildChunks } from './build-chunks.mjs';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
const outdir = join(import.meta.dirname, 'dist');

const common = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@kindling/source'],
  // Less to read when a command starts.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
};

const { metafile, files, hash } = await buildChunks({
  ...common,
  // The trial of a binding and the trials of a sweep run in processes of their own.
  entryPoints: {
    main: 'src/main.ts',
    'tfjs-trial': 'src/commands/tfjs/trial.ts',
    'sweep-worker': 'src/commands/sweep/worker.ts',
  },
  outdir,
  splitting: true,
  // What only `sweep --queue` and `worker` need is installed beside.
  external: ['koffi', 'bullmq', 'ioredis'],
  define: { KINDLING_VERSION: JSON.stringify(version) },
  // Models print the names of their classes.
  keepNames: true,
});
// A folder of their own for each build: a command loads all of its chunks from one.
const chunks = join(outdir, 'chunks', hash);
await mkdir(chunks, { recursive: true });
for (const [name, contents] of files) await writeFile(join(chunks, name), contents);

const { metafile: start } = await build({
  ...common,
  entryPoints: ['src/start/main.ts', 'src/start/sweep-worker.ts', 'src/start/tfjs-trial.ts'],
  outdir,
  define: { KINDLING_BUILD: JSON.stringify(hash) },
});

// What kindling board serves.
const dashboard = dirname(fileURLToPath(import.meta.resolve('@kindling/dashboard/package.json')));
const pageInputs = join(dashboard, 'dist', 'page.json');
if (!existsSync(pageInputs)) await import(pathToFileURL(join(dashboard, 'build.mjs')).href);
await cp(join(dashboard, 'dist', 'page'), join(outdir, 'page'), { recursive: true });

// What kindling board --playground serves.
const playground = dirname(fileURLToPath(import.meta.resolve('@kindling/playground/package.json')));
const playgroundInputs = join(playground, 'dist', 'page.json');
if (!existsSync(playgroundInputs)) await import(pathToFileURL(join(playground, 'build.mjs')).href);
// Names of its files have hashes in them.
await rm(join(outdir, 'playground'), { recursive: true, force: true });
await cp(join(playground, 'dist', 'page'), join(outdir, 'playground'), { recursive: true });

const inputsIn = async (path) => JSON.parse(await readFile(path, 'utf8')).inputs;
const texts = await licences([
  [Object.keys({ ...metafile.inputs, ...start.inputs }), import.meta.dirname],
  [await inputsIn(pageInputs), dashboard],
  [await inputsIn(playgroundInputs), playground],
]);
await writeFile(join(outdir, 'LICENSES.txt'), texts);
// Pages of charts have it in them.
const viz = createRequire(import.meta.resolve('@kindling/viz'));
await copyFile(viz.resolve('echarts/dist/echarts.min.js'), join(outdir, 'echarts.min.js'));

/** Removes from a folder what is not of this build. */
async function clean(folder, written) {
  for (const name of await readdir(folder)) {
    if (!written.has(name)) await rm(join(folder, name), { recursive: true });
  }
}

// Afterwards, so that a command that runs meanwhile finds its chunks.
await clean(join(outdir, 'chunks'), new Set([hash]));
await clean(chunks, new Set(files.keys()));
const others = ['LICENSES.txt', 'chunks', 'echarts.min.js', 'page', 'playground'];
await clean(outdir, new Set([...others, ...Object.keys(start.outputs).map((path) => basename(path))]));
