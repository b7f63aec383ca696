// node ../../scripts/bundle.mjs, in a package's folder, after `tsc` has written its types: bundles src into the files of dist that the
// package's `exports` and `imports` name, and chunks that these share, so that an import opens few files. Other packages stay imports, and
// so do the package's own `#…`: what is chosen by condition, has an effect when it is loaded, or is a namespace, so that those who bundle
// it anew leave out what they do not use.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const folder = process.cwd();
const { exports, imports = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The paths that stand in a field of package.json, below whatever conditions. */
const pathsIn = (field) => (typeof field === 'string' ? [field] : Object.values(field).flatMap(pathsIn));

const doors = [...new Set([exports, imports].flatMap(pathsIn))]
  .map((path) => /^\.\/dist\/(?<name>.+)\.js$/.exec(path)?.groups.name)
  .filter((name) => name !== undefined && existsSync(join(folder, 'src', `${name}.ts`)));

/** A chunk that is imported for its effects, of which it has none: bundlers would say so. */
const effectImport = /\nimport "\.{1,2}\/(?:[^"]*\/)?[A-Z0-9]{8}\.js";(?=\n)/g;

removeOld();
const { outputFiles } = await build({
  absWorkingDir: folder,
  entryPoints: doors.map((name) => ({ in: `src/${name}.ts`, out: name })),
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[hash]',
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  packages: 'external',
  external: Object.keys(imports),
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  write: false,
});
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text.replace(effectImport, '\n'));
}

function removeOld() {
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) return;
  const scripts = readdirSync(dist, { recursive: true }).filter((name) => /\.js(?:\.map)?$/.test(name));
  for (const name of scripts) rmSync(join(dist, name));
}
