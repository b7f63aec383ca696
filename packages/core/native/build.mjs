// Builds the native engine with the system's C++ compiler: node build.mjs [--flag …]
//
//   --force      builds although nothing has changed
//   --sanitize   with address and undefined-behaviour checks, into build/sanitize (preload the sanitizers' libraries to use it)
//   --thread     with checks for data races, into build/thread, for the least instruction set alone
//   --emulate    compiles the AVX-512 code for AVX2, so that it runs, slowly, on machines without AVX-512; into build/emulate
//   --arm64      for Linux on arm64 with aarch64-linux-gnu-g++, from any machine, into build/linux-arm64
//   --programs   also builds bench/ and test/, one program for each instruction set
//   --accuracy   also builds accuracy/, one program for all of them
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);

/** Instruction sets by processor, best first. `baseline` is what every processor of the kind has. */
const targets = {
  x64: [
    {
      name: 'avx512',
      flags: ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma', '-mprefer-vector-width=512'],
    },
    { name: 'avx2', flags: ['-mavx2', '-mfma'] },
    { name: 'baseline', flags: [] },
  ],
  arm64: [{ name: 'neon', flags: [] }],
};

/** The names of the instruction sets that are compiled for this kind of processor, best first. */
export const instructionSets = () => (targets[process.arch] ?? []).map(({ name }) => name);

const emulated = { name: 'avx512', flags: ['-mavx2', '-mfma', '-DKD_VECTOR_BYTES=64'] };

/** Of any compiler, for any processor. */
export const languageFlags = [
  '-std=c++20',
  '-fvisibility=hidden',
  '-fwrapv',
  '-fno-math-errno',
  '-Wall',
  '-Wextra',
  '-Wno-psabi',
];

// Code of Windows is position-independent anyhow.
const common = [...languageFlags, ...(process.platform === 'win32' ? [] : ['-fPIC']), '-pthread'];

/** Kernels: no traps to preserve, so that choices become blends; no contraction, so that a result does not hang on how a loop is cut. */
export const kernelFlags = ['-O3', '-fno-exceptions', '-fno-rtti', '-fno-trapping-math', '-ffp-contract=off'];

const libraryNames = { linux: 'libkindling.so', darwin: 'libkindling.dylib', win32: 'kindling.dll' };

function ask(compiler, option) {
  const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  return execFileSync(compiler, [option], options).split('\n')[0].trim();
}

/**
 * On Windows, Clang with the GNU environment, as MSYS2 (CLANG64, CLANGARM64) and llvm-mingw have it: GCC puts vectors of 32 and 64
 * bytes on a stack that it aligns to 16 (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=54412), and Microsoft's environment lacks what
 * __builtin_cpu_supports reads.
 */
const suits = ({ version, machine }) =>
  process.platform !== 'win32' || (version.includes('clang') && /windows-gnu|mingw32/.test(machine));

function findCompiler(cross) {
  const usual = process.platform === 'win32' ? ['clang++', 'c++'] : ['g++', 'clang++', 'c++'];
  const own = [...new Set([process.env.CXX, ...usual])].filter(Boolean);
  const names = cross ? ['aarch64-linux-gnu-g++'] : own;
  for (const name of names) {
    try {
      const compiler = { name, version: ask(name, '--version'), machine: ask(name, '-dumpmachine') };
      if (suits(compiler)) return compiler;
    } catch {}
  }
  const kind = process.platform === 'win32' ? 'Clang of MSYS2 or llvm-mingw' : 'C++ compiler';
  return { missing: `no ${kind}: looked for ${names.join(', ')}` };
}

/** The libraries to load before Node.js for a library built with --sanitize; undefined where there are none (Linux with g++ has them). */
export function sanitizerRuntime() {
  const { name } = findCompiler(false);
  if (process.platform !== 'linux' || name === undefined) return undefined;
  const paths = ['libasan.so', 'libubsan.so'].map((file) =>
    execFileSync(name, [`-print-file-name=${file}`], { encoding: 'utf8' }).trim(),
  );
  return paths.every(existsSync) ? paths : undefined;
}

export const filesIn = (folder, ending) =>
  readdirSync(join(here, folder))
    .filter((name) => ending.some((end) => name.endsWith(end)))
    .map((name) => join(folder, name));

/** Everything that the result depends on. */
export function fingerprint(parts) {
  const hash = createHash('sha256');
  for (const file of ['src', 'src/isa', 'src/wasm', 'src/generated'].flatMap((folder) =>
    filesIn(folder, ['.cpp', '.h']),
  )) {
    hash.update(file).update(readFileSync(join(here, file)));
  }
  return hash.update(JSON.stringify(parts)).digest('hex');
}

/** Makes the headers in src/generated. npm packages have them, and not what makes them. */
export async function generateHeaders() {
  const script = join(here, '..', 'codegen', 'generate.mjs');
  if (existsSync(script)) await (await import(pathToFileURL(script).href)).generateHeaders();
}

export async function inParallel(jobs) {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/**
 * Builds what is out of date.
 *
 * Returns { library } with its path, or { missing } with the reason where there is no compiler or none for this machine. Throws with
 * the compiler's words where the code does not compile.
 */
export async function buildNative({
  force = false,
  sanitize = false,
  thread = false,
  emulate = false,
  arm64 = false,
  programs = false,
  accuracy = false,
} = {}) {
  const { platform, arch } = arm64 ? { platform: 'linux', arch: 'arm64' } : process;
  const isas = targets[arch]
    ?.slice(thread ? -1 : 0)
    .map((target) => (emulate && target.name === 'avx512' ? emulated : target));
  const libraryName = libraryNames[platform];
  if (isas === undefined || libraryName === undefined) {
    return { missing: `no native engine for ${platform} on ${arch}` };
  }
  const compiler = findCompiler(arm64);
  if (compiler.missing !== undefined) return { missing: compiler.missing };
  await generateHeaders();

  const checks = sanitize ? 'address,undefined' : thread ? 'thread' : undefined;
  const variant = sanitize ? 'sanitize' : thread ? 'thread' : emulate ? 'emulate' : `${platform}-${arch}`;
  const folder = join(here, 'build', variant);
  const library = join(folder, libraryName);
  const stamp = join(folder, 'stamp');
  const extra =
    checks === undefined
      ? []
      : [
          '-g',
          '-O1',
          `-fsanitize=${checks}`,
          ...(sanitize ? ['-fno-sanitize-recover=undefined'] : []),
          '-fno-omit-frame-pointer',
        ];
  const current = fingerprint([
    compiler.version,
    common,
    kernelFlags,
    extra,
    isas,
    readFileSync(fileURLToPath(import.meta.url), 'utf8'),
  ]);
  const fresh = existsSync(library) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current;
  if (fresh && !force && !programs && !accuracy) return { library };

  mkdirSync(folder, { recursive: true });
  const compile = async (source, object, flags) => {
    const path = join(folder, object);
    await run(compiler.name, [...common, ...flags, ...extra, '-c', join(here, source), '-o', path]);
    return path;
  };
  const objects = { shared: [] };
  const jobs = [];
  for (const { name, flags } of isas) {
    objects[name] = [];
    for (const source of filesIn('src/isa', ['.cpp'])) {
      const object = `${name}-${basename(source, '.cpp')}.o`;
      jobs.push(async () =>
        objects[name].push(await compile(source, object, [...kernelFlags, ...flags, `-DKD_TARGET=${name}`])),
      );
    }
  }
  const list = isas.map(({ name }) => `X(${name})`).join(' ');
  for (const source of filesIn('src', ['.cpp'])) {
    const object = `${basename(source, '.cpp')}.o`;
    jobs.push(async () =>
      objects.shared.push(
        await compile(source, object, ['-O2', `-DKD_TARGETS=${list}`, ...(emulate ? ['-DKD_EMULATED'] : [])]),
      ),
    );
  }
  await inParallel(jobs);
  const all = Object.values(objects).flat();
  // Nothing but the C library is asked of the machine that runs it, and no names are kept but those that are exported.
  const standalone = {
    // nodelete: threads.cpp tells why.
    linux: [
      '-static-libstdc++',
      '-static-libgcc',
      '-Wl,--exclude-libs,ALL',
      '-Wl,-z,nodelete',
      // A kind of kernel without a `prepare` is named.
      '-Wl,-z,defs',
      '-s',
    ],
    darwin: ['-Wl,-S', '-Wl,-x'],
    win32: ['-static', '-s'],
  };
  await run(compiler.name, [
    '-shared',
    '-pthread',
    ...extra,
    ...all,
    '-o',
    library,
    ...(checks === undefined ? standalone[platform] : []),
  ]);
  writeFileSync(stamp, current);
  const link = async (source, program, flags) => {
    const object = await compile(source, `${program}.o`, [...kernelFlags, ...flags]);
    await run(compiler.name, ['-pthread', ...extra, object, ...all, '-o', join(folder, program)]);
  };
  const perTarget = programs ? [...filesIn('bench', ['.cpp']), ...filesIn('test', ['.cpp'])] : [];
  await inParallel([
    ...isas.flatMap(({ name, flags }) =>
      perTarget.map(
        (source) => () =>
          link(source, `${basename(source, '.cpp')}-${name}`, [...flags, `-DKD_TARGET=${name}`]),
      ),
    ),
    ...(accuracy ? [() => link('accuracy/accuracy.cpp', 'accuracy', [])] : []),
  ]);
  return { library };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const known = ['force', 'sanitize', 'thread', 'emulate', 'arm64', 'programs', 'accuracy'];
  const flags = process.argv.slice(2).map((argument) => argument.replace(/^--/, ''));
  const unknown = flags.find((flag) => !known.includes(flag));
  if (unknown !== undefined) {
    console.error(`build: expected ${known.map((flag) => `--${flag}`).join(', ')}, got --${unknown}`);
    process.exit(2);
  }
  const start = performance.now();
  try {
    const { library, missing } = await buildNative(Object.fromEntries(flags.map((flag) => [flag, true])));
    if (missing === undefined)
      console.error(`${library} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    else console.error(`native engine not built: ${missing}`);
  } catch (error) {
    console.error(error.stderr ?? error.message);
    process.exit(1);
  }
}
