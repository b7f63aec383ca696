// Bundles the CLI from the workspace's sources. Commands are loaded when they are used, so each is a chunk of its own.
import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));

await rm(new URL('dist', import.meta.url), { recursive: true, force: true });
await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@kindling/source'],
  external: ['koffi'],
  define: { KINDLING_VERSION: JSON.stringify(version) },
  // CommonJS dependencies ask for require, which an ES module has to be given.
  banner: {
    js: "import { createRequire as kindlingRequire } from 'node:module'; const require = kindlingRequire(import.meta.url);",
  },
  sourcemap: 'linked',
  logLevel: 'warning',
});
