import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { DeviceReport } from '../../../src/index.ts';

const require = createRequire(import.meta.url);
const root = realpathSync(mkdtempSync(join(tmpdir(), 'kindling-tfjs-')));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;

/** A folder with packages of @tensorflow in it, by name, each with the program it consists of. */
function folderWith(packages: Readonly<Record<string, string>>): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, program] of Object.entries(packages)) {
    const path = join(folder, 'node_modules', '@tensorflow', name);
    mkdirSync(path, { recursive: true });
    writeFileSync(
      join(path, 'package.json'),
      JSON.stringify({ name: `@tensorflow/${name}`, main: 'index.js' }),
    );
    writeFileSync(join(path, 'index.js'), program);
  }
  return folder;
}

/** What the device tfjs is in a process of its own, started in a folder. */
function reportIn(
  folder: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): DeviceReport & { readonly sum?: number; readonly util: string; readonly found: Record<string, string> } {
  const program = fileURLToPath(new URL('reports.ts', import.meta.url));
  const loader = ['--conditions=@kindling/source', `--import=${import.meta.resolve('tsx')}`];
  const { stdout, stderr, status } = spawnSync(process.execPath, [...loader, program, ...args], {
    cwd: folder,
    env: { ...process.env, KINDLING_TFJS_ENGINE: '', LD_LIBRARY_PATH: '', ...env },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  const report = JSON.parse(stdout);
  const checks: DeviceReport['checks'] = report.checks;
  return { ...report, found: Object.fromEntries(checks.map(({ engine, result }) => [engine, result])) };
}

/** A binding on TensorFlow.js' CPU engine, which stands in for libtensorflow's. */
const binding = (engine: { isGPUPackage: boolean; isUsingGpuDevice: boolean }) => `
  const util = require('util');
  const tf = require(${JSON.stringify(require.resolve('@tensorflow/tfjs-core'))});
  const { MathBackendCPU } = require(${JSON.stringify(require.resolve('@tensorflow/tfjs-backend-cpu'))});
  util.isNullOrUndefined(undefined) && util.isArray([]);
  tf.copyRegisteredKernels('cpu', 'tensorflow');
  tf.registerBackend('tensorflow', () => Object.assign(new MathBackendCPU(), ${JSON.stringify(engine)}), 3);
  tf.setBackend('tensorflow');
  module.exports = tf;
`;

/** A binding that fails as the real one does where a library is missing. */
const failing = (message: string, code = '') =>
  `throw Object.assign(new Error(${JSON.stringify(message)}), ${JSON.stringify(code === '' ? {} : { code })});`;

describe('where TensorFlow.js is not there', { timeout: 60_000 }, () => {
  test('the report names what was looked for, and where', () => {
    const folder = folderWith({});
    const { available, found, util } = reportIn(folder, ['no-util']);
    expect(available).toBe(false);
    expect(Object.keys(found)).toEqual(['tfjs-node-gpu', 'tfjs-node', 'tfjs']);
    expect(found['tfjs-node-gpu']).toMatch(/^@tensorflow\/tfjs-node-gpu is not installed \(looked from /);
    expect(found['tfjs-node-gpu']).toContain(`and from ${folder})`);
    expect(found['tfjs-node']).toContain('@tensorflow/tfjs-node is not installed');
    expect(found.tfjs).toContain('no engine is registered');
    // Nothing is repaired for a binding that is not loaded.
    expect(util).toBe('undefined');
  });

  test('a binding that was not brought says how it is', () => {
    const message =
      'The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/tfjs_binding.node. \nPlease run';
    const { available, found } = reportIn(folderWith({ 'tfjs-node': failing(message) }));
    expect(available).toBe(false);
    expect(found['tfjs-node']).toContain('can not be found at path: /x/tfjs_binding.node.');
    expect(found['tfjs-node']).toContain('`npm rebuild @tensorflow/tfjs-node` runs its install script');
  });

  test('a missing libtensorflow is named, with the folders', () => {
    const message = 'libtensorflow.so.2: cannot open shared object file: No such file or directory';
    const folder = folderWith({ 'tfjs-node-gpu': failing(message, 'ERR_DLOPEN_FAILED') });
    const { available, found } = reportIn(folder, [], { LD_LIBRARY_PATH: '/opt/tensorflow/lib' });
    expect(available).toBe(false);
    expect(found['tfjs-node-gpu']).toContain(message);
    expect(found['tfjs-node-gpu']).toContain(
      join(folder, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'deps', 'lib'),
    );
    expect(found['tfjs-node-gpu']).toContain('LD_LIBRARY_PATH (/opt/tensorflow/lib)');
  });

  test.runIf(process.platform === 'linux')(
    'missing libraries of CUDA 11 and cuDNN 8 are named, and no other engine takes their place',
    () => {
      const gpu = binding({ isGPUPackage: true, isUsingGpuDevice: false });
      const libraries = join(root, 'libraries');
      mkdirSync(libraries);
      writeFileSync(join(libraries, 'libcudart.so.11.0'), '');
      const env = { LD_LIBRARY_PATH: libraries };
      for (const args of [[], ['twice']]) {
        const { available, found } = reportIn(folderWith({ 'tfjs-node-gpu': gpu }), args, env);
        expect(available).toBe(false);
        expect(found['tfjs-node-gpu']).toContain('TensorFlow sees no GPU: expected CUDA 11 and cuDNN 8');
        expect(found['tfjs-node-gpu']).toMatch(/found no .*libcudnn\.so\.8.* in /);
        expect(found['tfjs-node-gpu']).not.toContain('libcudart.so.11.0');
        expect(found['tfjs-node-gpu']).toContain(`LD_LIBRARY_PATH (${libraries})`);
        expect(found.tfjs).toContain('no engine is registered');
      }
    },
  );
});

describe('where a binding loads', { timeout: 60_000 }, () => {
  test('it serves the device, the functions that Node 23 removed restored before', () => {
    const gpu = binding({ isGPUPackage: true, isUsingGpuDevice: true });
    const report = reportIn(folderWith({ 'tfjs-node-gpu': gpu }), ['no-util', 'twice']);
    expect(report).toMatchObject({ available: true, engine: 'tfjs-node-gpu', sum: 7.5, util: 'function' });
    expect(report.found['tfjs-node-gpu']).toMatch(
      /^works with TensorFlow.js 4\.\d+\.\d+, engine tensorflow$/,
    );
  });

  test('the one for the CPU is next', () => {
    const packages = {
      'tfjs-node-gpu': failing('libcudart.so.11.0: cannot open shared object file', 'ERR_DLOPEN_FAILED'),
      'tfjs-node': binding({ isGPUPackage: false, isUsingGpuDevice: false }),
    };
    const { available, engine, sum, found } = reportIn(folderWith(packages));
    expect([available, engine, sum]).toEqual([true, 'tfjs-node', 7.5]);
    expect(found['tfjs-node-gpu']).toContain('libcudart.so.11.0');
  });
});

describe('KINDLING_TFJS_ENGINE', { timeout: 60_000 }, () => {
  test('names an engine that is then the only one', () => {
    const folder = folderWith({ 'tfjs-node-gpu': binding({ isGPUPackage: true, isUsingGpuDevice: true }) });
    const { engine, sum, found } = reportIn(folder, [], { KINDLING_TFJS_ENGINE: 'cpu' });
    expect([engine, sum]).toEqual(['tfjs', 7.5]);
    expect(found['tfjs-node-gpu']).toBe('not tried, because KINDLING_TFJS_ENGINE is cpu');
    expect(found.tfjs).toMatch(/engine cpu$/);
  });

  test('is refused where it is no engine, or one that only the program can make ready', () => {
    const folder = folderWith({});
    expect(reportIn(folder, [], { KINDLING_TFJS_ENGINE: 'tpu' }).found.tfjs).toBe(
      'KINDLING_TFJS_ENGINE: expected one of node-gpu, node, wasm, cpu, got tpu',
    );
    expect(reportIn(folder, [], { KINDLING_TFJS_ENGINE: 'wasm' }).available).toBe(false);
  });
});

/** The real packages, which the workspace does not install. */
test.for(['tfjs-node-gpu', 'tfjs-node'])('%s', { timeout: 60_000 }, (name, { skip }) => {
  const { found, engine, sum } = reportIn(process.cwd(), [], {
    KINDLING_TFJS_ENGINE: name.replace('tfjs-', ''),
    LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH ?? '',
  });
  if (engine === undefined) console.warn(`skipped: ${found[name]}`);
  skip(engine === undefined, found[name]);
  expect([engine, sum]).toEqual([name, 7.5]);
});
