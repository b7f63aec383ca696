import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { hashOf } from '../../../src/backend/tfjs/setup-record.ts';
import type { DeviceReport } from '../../../src/index.ts';
import type { Opened } from './reports.ts';

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
      JSON.stringify({ name: `@tensorflow/${name}`, version: '4.22.0', main: 'index.js' }),
    );
    writeFileSync(join(path, 'index.js'), program);
  }
  return folder;
}

interface Told extends Opened {
  readonly report: DeviceReport;
  readonly after: DeviceReport;
  readonly util: string;
  /** What each engine answered when the device was opened, where none serves it. */
  readonly found: Readonly<Record<string, string>>;
  readonly stderr: string;
}

/** What the device tfjs is in a process of its own, started in a folder. */
function reportIn(folder: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Told {
  const program = fileURLToPath(new URL('reports.ts', import.meta.url));
  const loader = ['--conditions=@kindling/source', `--import=${import.meta.resolve('tsx')}`];
  const { stdout, stderr, status } = spawnSync(process.execPath, [...loader, program, ...args], {
    cwd: folder,
    env: { ...process.env, KINDLING_TFJS_ENGINE: '', LD_LIBRARY_PATH: '', ...env },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  const told = JSON.parse(stdout);
  const answers = String(told.error ?? '').split(/(?:; |but )(?=tfjs(?:-node(?:-gpu)?)?: )/);
  const found = answers.slice(1).map((answer) => {
    const [, engine = '', text = ''] = /^([\w-]+): (.*)$/s.exec(answer) ?? [];
    return [engine, text];
  });
  return { ...told, found: Object.fromEntries(found), stderr };
}

/** What a report tells of an engine. */
const resultOf = ({ checks }: DeviceReport, engine: string): string | undefined =>
  checks.find((check) => check.engine === engine)?.result;

/** A binding on TensorFlow.js' CPU engine, which stands in for libtensorflow's. */
const binding = (engine: { isGPUPackage: boolean; isUsingGpuDevice: boolean; binding?: object }) => `
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

const packageIn = (folder: string, name: string): string => join(folder, 'node_modules', '@tensorflow', name);

/** Puts a binding into a package, whose bytes nothing loads, and a record of the TensorFlow that it is of. */
function recorded(folder: string, name: string, version: string, change: object = {}): string {
  const place = join(packageIn(folder, name), 'lib', 'napi-v8');
  mkdirSync(place, { recursive: true });
  const file = join(place, 'tfjs_binding.node');
  writeFileSync(file, 'a binding');
  const tensorflow = join(folder, 'site-packages', 'tensorflow');
  mkdirSync(tensorflow, { recursive: true });
  const library = join(tensorflow, 'libtensorflow_cc.so.2');
  writeFileSync(library, '');
  const record = {
    made: '2026-11-28T12:00:00.000Z',
    kindling: '0.1.0',
    package: { name: `@tensorflow/${name}`, version: '4.22.0' },
    tensorflow: { version, folder: tensorflow, libraries: [library] },
    compiler: 'g++: g++ 12',
    headers: '/usr/include/node',
    sha256: hashOf(file),
    ...change,
  };
  writeFileSync(join(place, 'kindling-setup.json'), JSON.stringify(record));
  return tensorflow;
}

describe('where TensorFlow.js is not there', { timeout: 60_000 }, () => {
  test('the answers name what was looked for, and where', () => {
    const folder = folderWith({});
    const { found, util, report } = reportIn(folder, ['no-util']);
    expect(Object.keys(found)).toEqual(['tfjs-node-gpu', 'tfjs-node', 'tfjs']);
    expect(found['tfjs-node-gpu']).toMatch(/^@tensorflow\/tfjs-node-gpu is not installed \(searched from /);
    expect(found['tfjs-node-gpu']).toContain(`and from ${folder})`);
    expect(found['tfjs-node']).toContain('@tensorflow/tfjs-node is not installed');
    expect(found.tfjs).toContain('no engine is registered');
    expect(report).toMatchObject({ device: 'tfjs', available: false });
    expect(resultOf(report, 'tfjs-node')).toBe(found['tfjs-node']);
    expect(resultOf(report, 'tfjs')).toMatch(/^no engine is registered in TensorFlow.js 4\./);
    // Nothing is repaired for a binding that is not loaded.
    expect(util).toBe('undefined');
  });

  test('a binding that was not brought says how it is', () => {
    const message =
      'The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/tfjs_binding.node. \nPlease run';
    const { found, report } = reportIn(folderWith({ 'tfjs-node': failing(message) }));
    expect(found['tfjs-node']).toContain('can not be found at path: /x/tfjs_binding.node.');
    expect(found['tfjs-node']).toContain('`kindling tfjs setup` compiles the binding');
    expect(found['tfjs-node']).toContain('`npm rebuild @tensorflow/tfjs-node` downloads both');
    expect(resultOf(report, 'tfjs-node')).toMatch(
      /^@tensorflow\/tfjs-node 4\.22\.0 in .* has no compiled binding; `kindling tfjs setup` compiles it/,
    );
  });

  test('a missing libtensorflow is named, with the folders', () => {
    const message = 'libtensorflow.so.2: cannot open shared object file: No such file or directory';
    const folder = folderWith({ 'tfjs-node-gpu': failing(message, 'ERR_DLOPEN_FAILED') });
    const { found } = reportIn(folder, [], { LD_LIBRARY_PATH: '/opt/tensorflow/lib' });
    expect(found['tfjs-node-gpu']).toContain(message);
    expect(found['tfjs-node-gpu']).toContain(join(packageIn(folder, 'tfjs-node-gpu'), 'deps', 'lib'));
    expect(found['tfjs-node-gpu']).toContain('LD_LIBRARY_PATH (/opt/tensorflow/lib)');
  });

  test('a library that the loader refuses is told from a module that is missing', () => {
    const { found } = reportIn(
      folderWith({
        'tfjs-node-gpu': failing('/x/tfjs_binding.node: invalid ELF header', 'ERR_DLOPEN_FAILED'),
        'tfjs-node': failing("Cannot find module 'adm-zip'", 'MODULE_NOT_FOUND'),
      }),
    );
    expect(found['tfjs-node-gpu']).toContain('invalid ELF header; searched for libraries in ');
    expect(found['tfjs-node']).toContain("Cannot find module 'adm-zip'; `kindling tfjs setup` compiles");
  });

  describe.runIf(process.platform === 'linux')('a GPU that TensorFlow does not see', () => {
    const libraries = join(root, 'libraries');
    mkdirSync(libraries);
    for (const file of ['libcudart.so.11.0', 'libcudart.so.12']) writeFileSync(join(libraries, file), '');
    const env = { LD_LIBRARY_PATH: libraries };

    test('names the libraries of CUDA 11 and cuDNN 8, and no other engine takes its place', () => {
      const gpu = binding({ isGPUPackage: true, isUsingGpuDevice: false });
      for (const args of [[], ['twice']]) {
        const { found } = reportIn(folderWith({ 'tfjs-node-gpu': gpu }), args, env);
        expect(found['tfjs-node-gpu']).toContain('TensorFlow sees no GPU: expected CUDA 11 and cuDNN 8');
        expect(found['tfjs-node-gpu']).toMatch(/found no .*libcudnn\.so\.8.* in /);
        expect(found['tfjs-node-gpu']).not.toContain('libcudart.so.11.0');
        expect(found['tfjs-node-gpu']).toContain(`LD_LIBRARY_PATH (${libraries})`);
        expect(found.tfjs).toContain('no engine is registered');
      }
    });

    test('names those of CUDA 12 where the TensorFlow is a newer one', () => {
      for (const [version, cudnn] of [
        ['2.15.1', 8],
        ['2.21.0', 9],
      ] as const) {
        const gpu = binding({
          isGPUPackage: true,
          isUsingGpuDevice: false,
          binding: { TF_Version: version },
        });
        const folder = folderWith({ 'tfjs-node-gpu': gpu });
        const tensorflow = recorded(folder, 'tfjs-node-gpu', version);
        const pip = join(tensorflow, '..', 'nvidia', 'cublas', 'lib');
        mkdirSync(pip, { recursive: true });
        writeFileSync(join(pip, 'libcublas.so.12'), '');
        const { found, report } = reportIn(folder, [], env);
        for (const told of [found['tfjs-node-gpu'], resultOf(report, 'tfjs-node-gpu')]) {
          expect(told).toContain(
            `expected CUDA 12 and cuDNN ${cudnn} (pip install 'tensorflow[and-cuda]' brings both), found no libcublasLt.so.12, `,
          );
          expect(told).toContain(`libcudnn.so.${cudnn} in ${tensorflow}`);
          expect(told).not.toContain('CUDA 11');
        }
      }
    });
  });
});

describe('a report reads packages, and runs none', { timeout: 60_000 }, () => {
  test('that are installed in the working directory', () => {
    const marker = join(root, 'was-run');
    const folder = folderWith({
      'tfjs-node-gpu': failing('not here'),
      'tfjs-node': `require('fs').writeFileSync(${JSON.stringify(marker)}, '');`,
      'tfjs-core': `require('fs').writeFileSync(${JSON.stringify(marker)}, '');`,
    });
    const tensorflow = recorded(folder, 'tfjs-node', '2.21.0');
    const { report } = reportIn(folder, ['report']);
    expect(report).toMatchObject({ available: true, engine: 'tfjs-node' });
    expect(resultOf(report, 'tfjs-node')).toContain(
      `@tensorflow/tfjs-node 4.22.0 in ${packageIn(folder, 'tfjs-node')} with TensorFlow 2.21.0 from ${tensorflow}, set up 2026-11-28`,
    );
    expect(existsSync(marker)).toBe(false);
    // It is the one that the device would load.
    reportIn(folder);
    expect(existsSync(marker)).toBe(true);
  });

  test('and the device itself runs none there unless it is asked for by name', () => {
    const marker = join(root, 'was-run-unnamed');
    const folder = folderWith({
      'tfjs-node': `require('fs').writeFileSync(${JSON.stringify(marker)}, '');`,
    });
    const { found } = reportIn(folder, ['unnamed']);
    expect(found['tfjs-node']).toMatch(
      /is installed in the working directory .*the device is named: with --device tfjs on the command line, KINDLING_TFJS_ENGINE/,
    );
    expect(existsSync(marker)).toBe(false);
    reportIn(folder, ['unnamed'], { KINDLING_TFJS_ENGINE: 'node' });
    expect(existsSync(marker)).toBe(true);
  });

  test.for([
    ['of another binding', { sha256: '0' }, true, /a TensorFlow without a setup record; not loaded to see$/],
    [
      'with a missing field',
      { compiler: undefined },
      false,
      /expected a string at compiler, got undefined; `kindling tfjs setup`/,
    ],
    ['with a field of another kind', { tensorflow: 3 }, false, /expected an object at tensorflow, got 3/],
    [
      'with a list of something else',
      { tensorflow: { version: '2.21.0', folder: '/x', libraries: [1] } },
      false,
      /an array of strings at tensorflow\.libraries/,
    ],
    [
      'of a TensorFlow that is gone',
      { tensorflow: { version: '2.21.0', folder: '/gone', libraries: ['/gone/lib.so'] } },
      false,
      /set up with TensorFlow 2\.21\.0, whose \/gone\/lib\.so no longer exists/,
    ],
  ] as const)('a record %s', ([, change, available, message]) => {
    const folder = folderWith({ 'tfjs-node': failing('run') });
    recorded(folder, 'tfjs-node', '2.21.0', change);
    const { report } = reportIn(folder, ['report']);
    expect([report.available, resultOf(report, 'tfjs-node')]).toEqual([
      available,
      expect.stringMatching(message),
    ]);
  });
});

describe('where a binding loads', { timeout: 60_000 }, () => {
  const cpu = { isGPUPackage: false, isUsingGpuDevice: false, binding: { TF_Version: '2.21.0' } };

  test('it serves the device, the functions that Node 23 removed restored before', () => {
    const gpu = binding({ isGPUPackage: true, isUsingGpuDevice: true });
    const told = reportIn(folderWith({ 'tfjs-node-gpu': gpu }), ['no-util', 'twice']);
    expect(told).toMatchObject({ engine: 'tfjs-node-gpu', sum: 7.5, util: 'function' });
    expect(told.description).toMatch(/^works with TensorFlow.js 4\.\d+\.\d+, engine tensorflow$/);
    expect(told.after).toMatchObject({ available: true, engine: 'tfjs-node-gpu' });
  });

  test('the one for the CPU is next, and tells its TensorFlow', () => {
    const packages = {
      'tfjs-node-gpu': failing('libcudart.so.11.0: cannot open shared object file', 'ERR_DLOPEN_FAILED'),
      'tfjs-node': binding(cpu),
    };
    const { engine, sum, description, after } = reportIn(folderWith(packages));
    expect([engine, sum]).toEqual(['tfjs-node', 7.5]);
    expect(description).toMatch(
      /^works with TensorFlow.js 4\.\d+\.\d+ on TensorFlow 2\.21\.0, engine tensorflow$/,
    );
    expect(after).toMatchObject({ available: true, engine: 'tfjs-node' });
    expect(resultOf(after, 'tfjs-node-gpu')).toBe('not tried, because the device uses tfjs-node');
  });

  test('what it writes to stderr while it starts stays there only where TF_CPP_MIN_LOG_LEVEL is set', () => {
    const noisy = `
      const { writeSync } = require('fs');
      console.warn('Platform node has already been set. Overwriting the platform with node.');
      console.warn('level ' + process.env.TF_CPP_MIN_LOG_LEVEL);
      writeSync(2, 'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\\n');
      ${binding(cpu)}
    `;
    const quiet = reportIn(folderWith({ 'tfjs-node': noisy }));
    expect(quiet.engine).toBe('tfjs-node');
    const loud = reportIn(folderWith({ 'tfjs-node': noisy }), [], { TF_CPP_MIN_LOG_LEVEL: '0' });
    expect(loud.engine).toBe('tfjs-node');
    for (const line of ['Platform node', 'level 0', 'absl::InitializeLog'])
      expect(loud.stderr).toContain(line);
  });
});

describe('KINDLING_TFJS_ENGINE', { timeout: 60_000 }, () => {
  test('names an engine that is then the only one', () => {
    const folder = folderWith({ 'tfjs-node-gpu': binding({ isGPUPackage: true, isUsingGpuDevice: true }) });
    const { engine, sum, description, report } = reportIn(folder, [], { KINDLING_TFJS_ENGINE: 'cpu' });
    expect([engine, sum]).toEqual(['tfjs', 7.5]);
    expect(resultOf(report, 'tfjs-node-gpu')).toBe('not tried, because KINDLING_TFJS_ENGINE is cpu');
    expect(resultOf(report, 'tfjs')).toMatch(/engine cpu in .*; not loaded to see$/);
    expect(description).toMatch(/engine cpu$/);
  });

  test('is refused where it is no engine, or one that only the program can make ready', () => {
    const folder = folderWith({});
    expect(reportIn(folder, [], { KINDLING_TFJS_ENGINE: 'tpu' }).found.tfjs).toBe(
      'KINDLING_TFJS_ENGINE: expected one of node-gpu, node, wasm, cpu, got tpu',
    );
    const wasm = reportIn(folder, [], { KINDLING_TFJS_ENGINE: 'wasm' });
    expect(wasm.engine).toBeUndefined();
    expect(resultOf(wasm.report, 'tfjs')).toContain("await tf.setBackend('wasm')");
  });
});
