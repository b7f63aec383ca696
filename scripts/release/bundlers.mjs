// What bundlers make of the packages: programs that run where they were made, with the engine, and elsewhere, without.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { output } from './command.mjs';

export const bundlerPackages = [
  'esbuild@0.28.2',
  'rollup@4.68.8',
  '@rollup/plugin-node-resolve@16.0.3',
  'webpack@5.113.0',
];

/** Bundles consumer/bundled.mjs in every way; the bundles lie in a folder `bundles`. */
export async function makeBundles(folder) {
  const require = createRequire(join(folder, 'package.json'));
  const load = async (name) => import(pathToFileURL(require.resolve(name)).href);
  const entry = join(folder, 'bundled.mjs');
  const bundles = join(folder, 'bundles');

  const esbuild = await load('esbuild');
  for (const [format, ending] of [
    ['esm', 'mjs'],
    ['cjs', 'cjs'],
  ]) {
    const { warnings } = await esbuild.build({
      entryPoints: [entry],
      outfile: join(bundles, `esbuild.${ending}`),
      bundle: true,
      platform: 'node',
      format,
      logLevel: 'silent',
    });
    assert.deepEqual(warnings, [], format);
  }

  const { rollup } = await load('rollup');
  const { nodeResolve } = await load('@rollup/plugin-node-resolve');
  const made = await rollup({
    input: entry,
    plugins: [nodeResolve({ exportConditions: ['node'] })],
    external: [/^node:/],
    onwarn: ({ message }) => assert.fail(message),
  });
  await made.write({ file: join(bundles, 'rollup.mjs'), format: 'es', inlineDynamicImports: true });
  await made.write({ file: join(bundles, 'rollup.cjs'), format: 'cjs', inlineDynamicImports: true });
  await made.close();

  const { default: webpack } = await load('webpack');
  const configurations = [
    { target: 'node', output: { filename: 'webpack.cjs' } },
    {
      target: 'node',
      output: { filename: 'webpack.mjs', module: true },
      experiments: { outputModule: true },
    },
    // Of the browser's condition: that it trains in a browser, test-browser.mjs shows.
    { target: 'web', output: { filename: 'webpack.js' } },
  ];
  for (const { target, output, ...options } of configurations) {
    const stats = await promisify(webpack)({
      mode: 'production',
      context: folder,
      entry,
      target,
      output: { path: bundles, ...output },
      performance: { hints: false },
      ...options,
    });
    const { errors, warnings } = stats.toJson({ errors: true, warnings: true });
    assert.deepEqual(
      [...errors, ...warnings].map(({ message }) => message),
      [],
      output.filename,
    );
  }
}

/** Beside them lie pieces that they load, such as the threads of a DataLoader. */
const runnable = (folder) => readdirSync(folder).filter((name) => /^[a-z]+\.[cm]js$/.test(name));
const losses = '0.7434073 0.0012345';

/** The bundles run where the packages are installed, with their engine. */
export function checkBundlesInPlace(folder) {
  const bundles = join(folder, 'bundles');
  for (const name of runnable(bundles)) {
    assert.deepEqual(
      output(process.execPath, [join(bundles, name)], { cwd: folder }),
      { stdout: `native ${losses}\n`, stderr: '' },
      name,
    );
  }
}

/** Copies of the bundles run where no package is; to be called when none is left where they were made. They say once what is missing. */
export function checkBundlesElsewhere(folder) {
  const base = mkdtempSync(join(tmpdir(), 'kindling-moved-'));
  const elsewhere = join(base, 'app', 'server');
  mkdirSync(elsewhere, { recursive: true });
  try {
    for (const name of runnable(join(folder, 'bundles'))) {
      copyFileSync(join(folder, 'bundles', name), join(elsewhere, name));
      const { stdout, stderr } = output(process.execPath, [join(elsewhere, name)], { cwd: base });
      assert.equal(stdout, `reference ${losses}\n`, name);
      assert.match(
        stderr,
        /^kindling: cpu uses the reference engine .* this bundle does not include; [^\n]*\n$/,
        name,
      );
      const chosen = { cwd: base, env: { KINDLING_BACKEND: 'reference' } };
      assert.equal(output(process.execPath, [join(elsewhere, name)], chosen).stderr, '', name);
    }
  } finally {
    rmSync(base, { recursive: true });
  }
}
