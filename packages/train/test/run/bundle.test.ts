import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('the door for the folders of runs bundles without an engine: of core it takes error classes alone', async () => {
  const { metafile, warnings } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/runs.ts', import.meta.url))],
    absWorkingDir: fileURLToPath(new URL('../../../..', import.meta.url)),
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@kindling/source'],
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((path) => path.startsWith('packages/core/')).sort()).toEqual([
    'packages/core/src/errors.ts',
    'packages/core/src/internal-errors.ts',
    'packages/core/src/nearest-name.ts',
  ]);
  const others = inputs.filter((path) => !/^packages\/(core|data|train)\/|node_modules\/zod\//.test(path));
  expect(others).toEqual([]);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  expect(imports).not.toContain('koffi');
});
