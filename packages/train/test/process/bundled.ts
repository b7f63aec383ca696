import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';

/** Where what a bundle finds by its own place, such as the native engine, is the workspace's. */
const beside = fileURLToPath(new URL('../../node_modules', import.meta.url));

/**
 * Bundles a program for tests that start it many times, which costs less than to transform its sources at every start. The bundle is
 * removed after the tests of the file.
 */
export async function bundled(program: URL): Promise<string> {
  const folder = mkdtempSync(join(beside, '.kindling-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'program.mjs');
  await build({
    entryPoints: [fileURLToPath(program)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@kindling/source'],
    external: ['koffi'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}
