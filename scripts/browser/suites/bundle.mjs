// Test files and what they import, bundled for a page, from the sources: each at its path in the workspace, as a script.
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../setup.mjs';

const here = import.meta.dirname;

/** Doors that a bundler takes from the built packages by the condition `browser`, and what tests need beyond them. */
const doors = {
  'packages/core/src/engines.ts': "export * from './engines.browser.ts';",
  'packages/data/src/host.ts': "export * from './host.browser.ts';",
  'packages/data/src/index.ts': "export * from './browser.ts'; export const readFileBytes = undefined;",
  'packages/train/src/index.ts':
    "export * from './browser.ts'; export { loadExperiment } from './experiment/load-experiment.ts';",
};

/** Vitest's own parts, by the way that it finds them itself. */
const vitest = realpathSync(join(root, 'node_modules', 'vitest'));

const inPage = {
  name: 'in a page',
  setup(building) {
    const { onResolve, onLoad } = building;
    onResolve({ filter: /^vitest$/ }, () => ({ path: join(here, 'vitest.mjs') }));
    onResolve({ filter: /^node:(?:fs|os|path|url)$/ }, () => ({ path: join(here, 'node.mjs') }));
    onResolve({ filter: /^(?:@vitest\/(?:expect|runner)|expect-type)$/ }, ({ path, kind, pluginData }) =>
      pluginData === vitest
        ? undefined
        : building.resolve(path, { kind, resolveDir: vitest, pluginData: vitest }),
    );
    onResolve({ filter: /^chai$/ }, async ({ path, kind, importer, pluginData }) => {
      if (dirname(importer) !== here || pluginData === vitest) return undefined;
      const expect = await building.resolve('@vitest/expect', {
        kind,
        resolveDir: vitest,
        pluginData: vitest,
      });
      return building.resolve(path, { kind, resolveDir: dirname(expect.path), pluginData: vitest });
    });
    onLoad({ filter: /\/(?:engines|host|index)\.ts$/ }, ({ path }) => {
      const contents = doors[relative(root, path)];
      return contents && { contents, loader: 'ts', resolveDir: dirname(path) };
    });
    // Fixtures lie beside the tests, and their bundles elsewhere.
    onLoad({ filter: /\/test\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        `new URL('/${relative(root, path)}', location.href)`,
      ),
      loader: 'ts',
    }));
  },
};

/** The page's path of a test file's script. */
export const scriptOf = (file) => `/${file.replace(/\.ts$/, '.js')}`;

export const runner = '/scripts/browser/suites/run.js';
export const memoryTraining = '/scripts/browser/suites/memory.js';

/** Scripts by their path. `dataDir` is where tests look for data files, undefined for nowhere. */
export async function bundleSuites(files, dataDir) {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'run.mjs'), join(here, 'memory.mjs'), ...files.map((file) => join(root, file))],
    outbase: root,
    outdir: '/',
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    keepNames: true,
    target: 'es2023',
    // Not `browser`, whose condition would take the built packages.
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['@kindling/source'],
    plugins: [inPage],
    define: {
      'process.env': JSON.stringify({ KINDLING_DATA_DIR: dataDir }),
      // A page has no current folder: the empty text.
      'process.cwd': 'String',
    },
    logLevel: 'warning',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}
