import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** Bytes, gzipped: zod's parsers are nearly all of it. */
const MAX_GZIPPED = 36_000;

test('the door for readers bundles for a browser, small and without anything of Node.js or of core', async () => {
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/events.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@kindling/source'],
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  const inputs = Object.keys(metafile.inputs);
  const foreign = inputs.filter((path) => !path.includes('/src/events') && !path.startsWith('src/events'));
  expect(foreign.filter((path) => !/node_modules\/zod\//.test(path))).toEqual([]);
  const [{ text, contents }] = outputFiles as [(typeof outputFiles)[0]];
  expect(text).not.toMatch(/node:|require\(/);
  expect(gzipSync(contents).length).toBeLessThan(MAX_GZIPPED);
});
