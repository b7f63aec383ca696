import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('the extension bundles without an engine: of core it takes error classes alone', async () => {
  const { metafile, warnings } = await build({
    entryPoints: [fileURLToPath(new URL('../src/extension.ts', import.meta.url))],
    absWorkingDir: fileURLToPath(new URL('../../..', import.meta.url)),
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    conditions: ['@kindling/source'],
    external: ['vscode'],
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((path) => path.startsWith('packages/core/')).sort()).toEqual([
    'packages/core/src/errors.ts',
    'packages/core/src/internal-errors.ts',
    'packages/core/src/nearest-name.ts',
  ]);
  const ours = /^(packages\/(core|data|train|dashboard)|apps\/vscode-extension)\/|node_modules\/zod\//;
  expect(inputs.filter((path) => !ours.test(path))).toEqual([]);
});
