// Builds the engine as WebAssembly with the Clang of Zig: node build-wasm.mjs [--force]
//
//   --force   builds although nothing has changed
//
// One module for each entry of `modules`, into build/wasm: NAME.wasm, which Node.js reads, and NAME.js, which bundlers put into a chunk of
// its own: the same bytes, gzipped, as text. Without Zig (`npm run python-tools -- wasm`) the text is empty.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { filesIn, fingerprint, generateHeaders, inParallel, kernelFlags, languageFlags } from './build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, 'build', 'wasm');
const tools = join(here, '..', '..', '..', '.python-tools', 'wasm');
const run = promisify(execFile);

/** Instruction sets: what all runtimes with vectors have, and with multiplications and additions that are rounded once. */
const instructionSets = [
  { isa: 'simd128', features: '' },
  { isa: 'relaxed', features: '+relaxed_simd' },
];

/** What is compiled. Those with threads work on shared memory. */
const modules = instructionSets.flatMap((target) => [
  { ...target, name: target.isa, threads: false },
  { ...target, name: `${target.isa}-threads`, threads: true },
]);

/** With what every runtime with vector instructions has, and more. */
const targetFlags = (threads, features = '') => [
  '--target=wasm32-wasi',
  `-mcpu=generic+simd128+bulk_memory+mutable_globals+nontrapping_fptoint+sign_ext${threads ? '+atomics' : ''}${features}`,
];

/**
 * a · b + c of what may be rounded once (`KD_CONTRACT`) becomes one relaxed instruction in loops over vectors. What is left of a loop is
 * single numbers, which have none: they call src/wasm/fma.cpp, so that a result does not hang on how a loop is cut. (LLVM's text.)
 */
const fuseNumbers = [/@llvm\.fmuladd\.f32\(/g, '@kd_fma('];

/** Clang takes relaxed minima and maxima for choices, too, and they do what the runtime likes with NaN. (The assembler's text.) */
const keepNaN = [/\.relaxed_(min|max)\b/g, '.p$1'];

/** The instructions that no others than products and sums may be: a · b + c and −a · b + c, which round alike by the specification. */
const isRelaxed = /\.relaxed_(?!n?madd\b)\w+/;

/** Of kernels whose vectors are written out: the compiler makes no others, and inlines less. */
const writtenOut = ['-fno-vectorize', '-mllvm', '-inline-threshold=30'];

/** What is downloaded is kept small, where that costs a training step little: loops are unrolled where most of its time goes. */
const sizeFlags = {
  attention: ['-fno-unroll-loops', ...writtenOut],
  'attention-backward': ['-fno-unroll-loops', ...writtenOut],
  bias: ['-fno-unroll-loops', '-Os'],
  convolution: writtenOut,
  'convolution-weight': ['-fno-unroll-loops', ...writtenOut],
  gemm: ['-fno-unroll-loops', ...writtenOut],
  losses: ['-fno-unroll-loops', '-Os'],
  'max-pool': ['-fno-unroll-loops', ...writtenOut],
  pointwise: ['-fno-unroll-loops', '-fno-vectorize'],
  recurrence: ['-fno-unroll-loops', ...writtenOut],
  'recurrence-backward': ['-fno-unroll-loops', ...writtenOut],
  reduce: ['-fno-unroll-loops', '-Os'],
  softmax: [],
  steps: [],
};

const kernelFlagsOf = (source) => [
  ...kernelFlags,
  ...(sizeFlags[basename(source, '.cpp')] ?? ['-fno-unroll-loops']),
];

/** What prepares calls runs once for many steps. `-Oz` itself is Zig's word for `-Os`. */
const preparationFlags = ['-Os', '-Xclang', '-Oz'];

/** Nothing throws: what fails gives a status. */
const common = [...languageFlags, '-g0', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics'];

/** Of Clang, about what the native build's compiler takes without a word. */
const quiet = ['-Wno-bitwise-conditional-parentheses', '-Wno-pass-failed', '-Wno-unused-local-typedef'];

const exported = [
  'kd_chunk',
  'kd_version',
  'kd_codes',
  'kd_selected',
  'kd_set_threads',
  'kd_threads',
  'kd_execute',
  'kd_prepare',
  'kd_replay',
  'kd_repeat',
  'kd_failed_call',
  'kd_failed_value',
  'kd_failed_index',
  'kd_allocate',
  'kd_free',
  'kd_refused_bytes',
];

/** With threads: where the stack and the thread-local memory of a worker are, what it runs, how many came up, and which ended. */
const exportedWithThreads = [
  '__stack_pointer',
  '__wasm_init_tls',
  'kd_serve',
  'kd_lose_worker',
  'kd_lost_worker',
  'kd_workers',
];

const kibibyte = 1024;

const linkFlags = (threads) => [
  '-O2',
  '-mexec-model=reactor',
  '-Wl,--strip-all',
  // The host makes the memory: MEMORY_PAGES of src/backend/wasm/library.ts.
  '-Wl,--import-memory',
  `-Wl,--initial-memory=${4 * kibibyte ** 2}`,
  // One page less than 4 GiB, so that every address and the end of memory are numbers of 32 bits.
  `-Wl,--max-memory=${4 * kibibyte ** 3 - 64 * kibibyte}`,
  // Zig puts it below everything else, so that a stack that is too deep leaves the memory.
  `-Wl,-z,stack-size=${kibibyte ** 2}`,
  ...(threads ? ['-Wl,--shared-memory'] : []),
  ...[...exported, ...(threads ? exportedWithThreads : [])].map((name) => `-Wl,--export=${name}`),
];

/** Zig as `npm run python-tools -- wasm` installs it, or undefined. */
function findZig() {
  const lib = join(tools, 'lib');
  const [python] = existsSync(lib) ? readdirSync(lib).filter((name) => name.startsWith('python')) : [];
  const packages = python === undefined ? join(tools, 'Lib') : join(lib, python);
  const path = join(packages, 'site-packages', 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig');
  return existsSync(path) ? path : undefined;
}

/** The module that bundlers take, with its type. */
function writeText(folder, name, bytes) {
  writeFileSync(join(folder, `${name}.js`), `export default '${bytes.toString('base64')}';\n`);
  writeFileSync(join(folder, `${name}.d.ts`), 'declare const text: string;\nexport default text;\n');
}

async function build(zig, folder, { name, isa, threads, features }) {
  const objectFolder = join(folder, 'objects', name);
  rmSync(objectFolder, { recursive: true, force: true });
  mkdirSync(objectFolder, { recursive: true });
  const objects = [];
  const compile = (source, flags) => async () => {
    const object = join(objectFolder, `${source.replaceAll(/[\\/.]/g, '-')}.o`);
    await zig(['c++', ...common, ...quiet, ...flags, '-c', join(here, source), '-o', object]);
    objects.push(object);
  };
  const compileRelaxed = (source, flags) => async () => {
    const code = join(objectFolder, `${basename(source, '.cpp')}.ll`);
    await zig(['c++', ...common, ...quiet, ...flags, '-S', '-emit-llvm', join(here, source), '-o', code]);
    writeFileSync(code, readFileSync(code, 'utf8').replaceAll(...fuseNumbers));
    const assembly = code.replace('.ll', '.s');
    await zig(['c++', ...target, '-O3', '-Xclang', '-disable-llvm-passes', '-S', code, '-o', assembly]);
    const text = readFileSync(assembly, 'utf8').replaceAll(...keepNaN);
    const other = isRelaxed.exec(text);
    if (other !== null)
      throw new Error(`${source}: expected no relaxed instruction but madd and nmadd, got ${other[0]}`);
    writeFileSync(assembly, text);
    const object = code.replace('.ll', '.o');
    await zig(['c++', ...target, '-c', assembly, '-o', object]);
    objects.push(object);
  };
  const target = targetFlags(threads, features);
  const compileKernels = isa === 'relaxed' ? compileRelaxed : compile;
  await inParallel([
    ...filesIn('src/isa', ['.cpp']).map((source) =>
      compileKernels(source, [...target, ...kernelFlagsOf(source), `-DKD_TARGET=${isa}`]),
    ),
    ...['src', 'src/wasm'].flatMap((part) =>
      filesIn(part, ['.cpp']).map((source) =>
        compile(source, [...target, ...preparationFlags, `-DKD_TARGETS=X(${isa})`]),
      ),
    ),
  ]);
  const path = join(folder, `${name}.wasm`);
  // In one order, so that the same sources give the same bytes. The driver for C leaves the C++ library out: src/wasm has what is used.
  await zig(['cc', ...targetFlags(threads), ...objects.sort(), ...linkFlags(threads), '-o', path]);
  writeText(folder, name, gzipSync(readFileSync(path), { level: 9 }));
}

/**
 * Builds what is out of date, into a folder. Returns { folder }, or { missing } with the reason where there is no compiler. Throws with
 * the compiler's words where the code does not compile.
 */
export async function buildWasm({ force = false, folder = built } = {}) {
  const paths = modules.flatMap(({ name }) => [join(folder, `${name}.wasm`), join(folder, `${name}.js`)]);
  const path = findZig();
  mkdirSync(folder, { recursive: true });
  if (path === undefined) {
    for (const { name } of modules) {
      if (!existsSync(join(folder, `${name}.js`))) writeText(folder, name, Buffer.alloc(0));
    }
    return { missing: 'no Zig: npm run python-tools -- wasm' };
  }
  await generateHeaders();
  const stamp = join(folder, 'stamp');
  const version = execFileSync(path, ['version'], { encoding: 'utf8' }).trim();
  const self = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const current = fingerprint([version, modules, languageFlags, kernelFlags, self]);
  const fresh = [...paths, stamp].every(existsSync) && readFileSync(stamp, 'utf8') === current;
  if (fresh && !force) return { folder };
  // Zig compiles its C library once for each target, and keeps it.
  const cache = join(tools, 'cache');
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };
  for (const module of modules) await build((args) => run(path, args, { env }), folder, module);
  writeFileSync(stamp, current);
  return { folder };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const unknown = process.argv.slice(2).find((argument) => argument !== '--force');
  if (unknown !== undefined) {
    console.error(`build: expected --force, got ${unknown}`);
    process.exit(2);
  }
  const start = performance.now();
  try {
    const { folder, missing } = await buildWasm({ force: process.argv.includes('--force') });
    if (missing === undefined)
      console.error(`${folder} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    else console.error(`WebAssembly engine not built: ${missing}`);
  } catch (error) {
    console.error(error.stderr || error.message);
    process.exit(1);
  }
}
