// Bundles the bench, its workers, and the page that runs in a browser. The workspace's packages stay outside, as they are for those who install them; TensorFlow.js
// goes in, since Node cannot import the modules that register its gradients.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const outdir = join(import.meta.dirname, 'dist');
await rm(outdir, { recursive: true, force: true });

await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: {
    main: 'src/main.ts',
    worker: 'src/process/worker.ts',
    several: 'src/process/several.ts',
    scaling: 'src/scaling/worker.ts',
    'scaling-report': 'src/scaling/main.ts',
    driver: 'src/page/driver.ts',
  },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['@kindling/*', '@jax-js/jax', 'playwright-core', 'zod'],
  // CommonJS dependencies ask for these, which an ES module has to be given.
  banner: {
    js: "import { createRequire as benchRequire } from 'node:module'; const require = benchRequire(import.meta.url); const __dirname = import.meta.dirname; const __filename = import.meta.filename;",
  },
  sourcemap: 'linked',
  logLevel: 'warning',
});

// As a page of a user has it: all packages in, minified, a script for each library.
await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: { page: 'src/page/page.ts', worker: 'src/page/worker.ts' },
  outdir: join(outdir, 'page'),
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  target: 'es2023',
  logLevel: 'warning',
});
