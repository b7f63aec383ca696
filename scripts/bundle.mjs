// node ../../scripts/bundle.mjs [PACKAGE...], in a package's folder, after `tsc` has written its types: bundles src into the files of dist
// that the package's `exports` and `imports` name, and chunks that these share, so that an import opens few files. Of other packages those
// that are named come in, as far as they are used; the others stay imports, and so do the package's own `#…`: what is chosen by condition,
// has an effect when it is loaded, or is a namespace, so that those who bundle it anew leave out what they do not use.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'acorn';
import { build } from 'esbuild';
import { licences } from './licences.mjs';

const folder = process.cwd();
const inside = process.argv.slice(2);
const {
  exports,
  imports = {},
  dependencies = {},
  peerDependencies = {},
} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const outside = Object.keys({ ...imports, ...dependencies, ...peerDependencies });

/** The paths that stand in a field of package.json, below whatever conditions. */
const pathsIn = (field) => (typeof field === 'string' ? [field] : Object.values(field).flatMap(pathsIn));

const doors = [...new Set([exports, imports].flatMap(pathsIn))]
  .map((path) => /^\.\/dist\/(?<name>.+)\.js$/.exec(path)?.groups.name)
  .filter((name) => name !== undefined && existsSync(join(folder, 'src', `${name}.ts`)));

/** A chunk that is imported for its effects, of which it has none: bundlers would say so. */
const effectImport = /\nimport "\.{1,2}\/(?:[^"]*\/)?[A-Z0-9]{8}\.js";(?=\n)/g;

removeOld();
const { outputFiles, metafile } = await build({
  absWorkingDir: folder,
  entryPoints: doors.map((name) => ({ in: `src/${name}.ts`, out: name })),
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[hash]',
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  external: ['node:*', ...outside.filter((name) => !inside.includes(name))],
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  metafile: true,
  write: false,
});
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, path.endsWith('.js') ? droppable(text.replace(effectImport, '\n')) : text);
}

if (inside.length > 0) {
  const texts = await licences([[Object.keys(metafile.inputs), folder]]);
  writeFileSync(join(folder, 'dist', 'LICENSES.txt'), texts);
}

/**
 * A module in which each top-level value that takes a call to make is marked as one that may be left out where nothing uses it, as
 * `sideEffects` says of the sources one by one. No line moves.
 */
function droppable(text) {
  const values = parse(text, { ecmaVersion: 'latest', sourceType: 'module' })
    .body.map((node) => node.declaration ?? node)
    .filter(({ type }) => type === 'VariableDeclaration')
    .flatMap(({ declarations }) => declarations.flatMap(({ init }) => init ?? []))
    .filter(({ type }) => type === 'CallExpression' || type === 'NewExpression');
  let end = text.length;
  const parts = [];
  for (const value of values.reverse()) {
    parts.unshift(
      '/* @__PURE__ */ (() => ',
      text.slice(value.start, value.end),
      ')()',
      text.slice(value.end, end),
    );
    end = value.start;
  }
  return text.slice(0, end) + parts.join('');
}

function removeOld() {
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) return;
  const scripts = readdirSync(dist, { recursive: true }).filter((name) => /\.js(?:\.map)?$/.test(name));
  for (const name of scripts) rmSync(join(dist, name));
}
