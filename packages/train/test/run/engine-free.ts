import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect } from 'vitest';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Bundles a door for Node.js from the sources, and expects that no engine comes with it: of core the error classes alone, and beside the
 * given folders of the repository nothing but zod.
 *
 * @param external What stays outside, as the editor's own module.
 */
export async function expectEngineFree(
  door: URL,
  folders: readonly string[],
  external: readonly string[] = [],
): Promise<void> {
  const { metafile, warnings } = await build({
    entryPoints: [fileURLToPath(door)],
    absWorkingDir: repository,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@kindling/source'],
    external: [...external],
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  const inputs = Object.keys(metafile.inputs);
  const isInCore = (path: string): boolean => path.startsWith('packages/core/');
  expect(inputs.filter(isInCore).sort()).toEqual([
    'packages/core/src/errors.ts',
    'packages/core/src/internal-errors.ts',
    'packages/core/src/nearest-name.ts',
  ]);
  const isKnown = (path: string): boolean =>
    isInCore(path) ||
    path.includes('node_modules/zod/') ||
    folders.some((folder) => path.startsWith(`${folder}/`));
  expect(inputs.filter((path) => !isKnown(path))).toEqual([]);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  expect(imports).not.toContain('koffi');
}
