import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { build } from 'esbuild';

/** The text with each match in the place of which a replacement of the same length comes, so that source maps stay right. */
const replaced = (text, pattern, replacement) =>
  text.replaceAll(pattern, (match, ...groups) => replacement(...groups).padEnd(match.length));

/**
 * Builds chunks of ES modules, and makes CommonJS modules of them that `src/chunks/chunk-loader.ts` loads: only of scripts does V8
 * let a program keep what it compiled. In them, `moduleUrl` is what was `import.meta.url`, and `loaded()` what was
 * `import()`.
 *
 * @returns what esbuild reports of its inputs, the files by their names, and a hash of them.
 */
export async function buildChunks(options) {
  const { metafile, outputFiles } = await build({ ...options, sourcemap: 'linked', write: false });
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const chunks = {
    name: 'chunks',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path, kind }) =>
        kind === 'entry-point' ? { path, namespace: 'chunk' } : { path, external: true },
      );
      onLoad({ filter: /./, namespace: 'chunk' }, ({ path }) => ({ contents: withMap(path, texts) }));
    },
  };
  const names = [...texts.keys()].filter((name) => name.endsWith('.js'));
  const { outputFiles: scripts } = await build({
    ...options,
    entryPoints: names.map((name) => ({ in: name, out: basename(name, '.js') })),
    // Every import is external.
    splitting: false,
    external: [],
    // Scripts have no import() that Node.js does not warn of. This makes of each the same text, which asScript takes up.
    supported: { 'dynamic-import': false },
    keepNames: false,
    format: 'cjs',
    // As ES modules are.
    banner: { js: '"use strict";' },
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.url': 'moduleUrl' },
    plugins: [chunks],
    sourcemap: 'linked',
    write: false,
  });
  const files = new Map(
    scripts.map(({ path, text }) => [basename(path), path.endsWith('.map') ? text : asScript(text)]),
  );
  const hash = createHash('sha256')
    .update(JSON.stringify([...files]))
    .digest('hex')
    .slice(0, 16);
  return { metafile, files, hash };
}

/** A chunk with its source map in it. Calls that give functions the names that they have anyway are left out. */
function withMap(name, texts) {
  const map = Buffer.from(texts.get(`${name}.map`)).toString('base64');
  const text = replaced(texts.get(name), /\b__name\(([\w$]+),"\1"\)/g, (named) => named);
  return text.replace(
    /\/\/# sourceMappingURL=.*\s*$/,
    `//# sourceMappingURL=data:application/json;base64,${map}\n`,
  );
}

/**
 * What a chunk exports is read by other chunks alone, which need no copy of it that says that it was an ES module. What is asked for
 * by `import()` is left to the loader.
 */
function asScript(text) {
  const direct = replaced(text, /module\.exports=__toCommonJS\((\w+)\)/g, (name) => `module.exports=${name}`);
  return replaced(
    direct,
    /(Promise\.resolve\(\)\.then\(\(\)=>)__toESM\(require\(/g,
    (then) => `${then}(loaded(`,
  );
}
