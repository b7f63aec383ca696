// npm run test:heavy: what is too slow for npm test. The native engine on every instruction set that this processor runs, then
// with many random cases, also as WebAssembly, then under sanitizers (Linux with g++). About ten minutes on two cores.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildNative, instructionSets, sanitizerRuntime } from '../packages/core/native/build.mjs';
import { buildWasm } from '../packages/core/native/build-wasm.mjs';
import { root, run, setup } from './setup.mjs';

const core = join(root, 'packages', 'core');
const failures = [];

/** Runs a part and remembers whether it held. */
function part(title, body) {
  const start = performance.now();
  process.stderr.write(`\n== ${title}\n`);
  const held = body();
  const seconds = Math.round((performance.now() - start) / 1000);
  process.stderr.write(`== ${title}: ${held ? 'passed' : 'FAILED'} (${seconds} s)\n`);
  if (!held) failures.push(title);
}

const leaveOut = (title, reason) => process.stderr.write(`\n== ${title}: left out, ${reason}\n`);

/** Test files of a package; on the CPU the native engine must open. */
function vitest(files, env, project = 'cpu', cwd = core) {
  const limits = ['--testTimeout=900000', '--teardownTimeout=60000'];
  return (
    run('vitest', ['run', `--project=${project}`, ...limits, ...files], {
      cwd,
      env: { KINDLING_BACKEND: 'native', ...env },
    }) === 0
  );
}

const differential = 'test/native/differential.test.ts';
const golden = 'test/golden.test.ts';
const sharedRows = 'test/native/tile-rows.test.ts';
const fuzz = ['test/fuzz/api.test.ts', 'test/fuzz/malformed.test.ts'];

setup();
const { library, missing } = await buildNative();
if (library === undefined) {
  leaveOut('heavy tests of the native engine', missing);
  process.exit(0);
}

const select = createRequire(join(core, 'package.json'))('koffi')
  .load(library)
  .func('int kd_select(const char *name)');
const [best, ...others] = instructionSets().filter((name) => {
  const runs = select(name) !== 0;
  if (!runs) leaveOut(name, 'this processor does not run it');
  return runs;
});

for (const isa of [best, ...others]) {
  part(`golden values, gradients and random calls on ${isa}`, () =>
    vitest([golden, 'test/gradcheck.test.ts', differential, sharedRows], { KINDLING_ISA: isa }),
  );
}

part(`10,000 random calls of each kind on ${best}`, () =>
  vitest([differential], { KINDLING_ISA: best, KINDLING_TEST_CASES: '10000' }),
);
for (const [isa, cases] of [[best, 10_000], ...others.map((isa) => [isa, 3000])]) {
  part(
    `${cases.toLocaleString('en')} random programs of calls that share rows and calls that do not, on ${isa}`,
    () => vitest([sharedRows], { KINDLING_ISA: isa, KINDLING_TEST_CASES: String(cases) }),
  );
}

const { folder: modules, missing: noWasm } = await buildWasm();
if (noWasm !== undefined) {
  leaveOut('the engine as WebAssembly', noWasm);
} else {
  const elsewhere = mkdtempSync(join(tmpdir(), 'kindling-wasm-'));
  await buildWasm({ folder: elsewhere });
  part('WebAssembly built once more elsewhere, the same bytes', () => {
    const names = readdirSync(modules).filter((name) => name.endsWith('.wasm') || name.endsWith('.js'));
    const others = names.filter(
      (name) => !readFileSync(join(modules, name)).equals(readFileSync(join(elsewhere, name))),
    );
    for (const name of others) process.stderr.write(`${name}: other bytes\n`);
    return names.length > 0 && others.length === 0;
  });
  rmSync(elsewhere, { recursive: true });
  for (const isa of ['simd128', 'relaxed']) {
    for (const threads of ['1', '2', '3']) {
      part(`golden values, gradients and random calls on WebAssembly (${isa}), threads: ${threads}`, () =>
        vitest(
          [golden, 'test/gradcheck.test.ts', differential],
          { KINDLING_ISA: isa, KINDLING_NUM_THREADS: threads },
          'wasm',
        ),
      );
    }
  }
  part('3,000 random programs of calls that share rows and calls that do not, on WebAssembly', () =>
    vitest([sharedRows], { KINDLING_BACKEND: 'wasm', KINDLING_TEST_CASES: '3000' }, 'wasm'),
  );
  part('10,000 random calls of each kind, and level memory over 10,000 steps, on WebAssembly', () =>
    vitest(
      [differential, 'test/native/fused', 'test/wasm/memory.test.ts'],
      { KINDLING_BACKEND: 'wasm', KINDLING_TEST_CASES: '10000' },
      'wasm*',
    ),
  );
}

part("level memory over 10,000 steps on TensorFlow.js' WASM engine", () =>
  vitest(['test/tfjs/tfjs.test.ts'], { KINDLING_TEST_CASES: '10000' }, 'tfjs (wasm)'),
);

part("the chapters on TensorFlow.js' engine in JavaScript", () =>
  vitest(['test/chapters'], { KINDLING_TEST_CASES: '1' }, 'tfjs (cpu)', join(root, 'packages', 'train')),
);

part('gradients by central differences on the emulated GPU', () =>
  vitest(['test/gradcheck.test.ts'], { KINDLING_TEST_CASES: '1' }, 'cuda (emulated)'),
);

const preload = sanitizerRuntime();
if (preload === undefined) {
  leaveOut('sanitizers', "they need Linux and g++'s libasan and libubsan");
} else {
  const { library: checked } = await buildNative({ sanitize: true });
  const reports = mkdtempSync(join(tmpdir(), 'kindling-sanitizers-'));
  /** Test files of core under the sanitizers; whatever these report is a failure. */
  const sanitized = (title, files, env) =>
    part(`address and undefined-behaviour sanitizers: ${title}`, () => {
      const passed = vitest(files, {
        LD_PRELOAD: preload.join(' '),
        ASAN_OPTIONS: `detect_leaks=0:log_path=${join(reports, 'address')}`,
        UBSAN_OPTIONS: `print_stacktrace=1:log_path=${join(reports, 'undefined')}`,
        ...env,
      });
      const found = readdirSync(reports);
      for (const name of found) process.stderr.write(readFileSync(join(reports, name), 'utf8'));
      return passed && found.length === 0;
    });
  for (const isa of [best, ...others]) {
    sanitized(isa, [golden, differential, sharedRows], {
      KINDLING_ISA: isa,
      KINDLING_NATIVE_LIBRARY: checked,
    });
  }

  const emulator = join(core, 'cuda', 'emulator');
  run('node', [join(emulator, 'build.mjs'), '--sanitize']);
  const onEmulator = readdirSync(join(core, 'test', 'cuda-kernels'))
    .filter((name) => name.endsWith('.test.ts') && name !== 'ptx.test.ts')
    .map((name) => `test/cuda-kernels/${name}`);
  sanitized('CUDA kernels, emulated', onEmulator, {
    KINDLING_CUDA_LIBRARY: join(emulator, 'build', 'sanitize', 'libcuda-emulator.so'),
  });
  // A process for each quarter: what sanitizers remember of memory grows with every call.
  for (let quarter = 0; quarter < 4; quarter++) {
    sanitized(
      `5,000 random calls of the tensor API, and as many that no op makes, ${quarter + 1} of 4`,
      fuzz,
      {
        KINDLING_NATIVE_LIBRARY: checked,
        KINDLING_CUDA_LIBRARY: join(emulator, 'build', 'sanitize', 'libcuda-emulator.so'),
        KINDLING_TEST_CASES: '5000',
        KINDLING_TEST_SEED: String(quarter * 5000 * 7919),
      },
    );
  }
  rmSync(reports, { recursive: true });

  const { library: raced } = await buildNative({ thread: true, programs: true });
  for (const program of ['threads', 'gemm', 'convolution']) {
    part(`thread sanitizer: ${program}`, () => run(join(dirname(raced), `${program}-baseline`), []) === 0);
  }
}

if (failures.length > 0) {
  process.stderr.write(`\nheavy tests failed: ${failures.join('; ')}\n`);
  process.exit(1);
}
