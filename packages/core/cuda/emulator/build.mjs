// Builds the emulated CUDA driver with the system's C++ compiler, kernels included: node build.mjs [--sanitize] [--test] [--optional]
//
//   --sanitize   with address and undefined-behaviour checks, into build/sanitize (preload the sanitizers' libraries to use it)
//   --test       with the kernels of test/ in place of the real ones, into build/test
//   --optional   is content without a compiler
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { generateHeaders } from '../../codegen/generate.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);

const common = [
  '-std=c++20',
  '-fPIC',
  '-fvisibility=hidden',
  '-fwrapv',
  '-pthread',
  '-Wall',
  '-Wextra',
  '-Wno-psabi',
];

/** Kernels: no contraction, so that results are the same on every processor; this one's instructions, for fma. */
const kernelFlags = [
  '-fno-exceptions',
  '-fno-rtti',
  '-fno-math-errno',
  '-ffp-contract=off',
  // A code without a case is named, although nvcc's code has a default for the last one.
  '-Werror=switch-enum',
  '-Wno-unknown-pragmas',
  '-Wno-unused-function',
  '-Wno-sign-compare',
  '-Wno-unused-variable',
  '-Wno-unused-but-set-variable',
  ...(process.arch === 'x64' ? ['-march=native'] : []),
];

const sanitizers = [
  '-g',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=undefined',
  '-fno-omit-frame-pointer',
];

function findCompiler() {
  const names = [...new Set([process.env.CXX, 'g++', 'clang++', 'c++'])].filter(Boolean);
  for (const name of names) {
    try {
      const version = execFileSync(name, ['--version'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return { name, version: version.split('\n')[0] };
    } catch {}
  }
  return { missing: `no C++ compiler: looked for ${names.join(', ')}` };
}

const filesIn = (folder, ...endings) =>
  readdirSync(folder)
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .sort()
    .map((name) => join(folder, name));

async function inParallel(jobs) {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  const ends = await Promise.allSettled(Array.from({ length: availableParallelism() }, worker));
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/**
 * Does a job whose result hangs on `inputs` alone; not at all when it was done with the same ones before. The job writes to the path
 * that it is given, which becomes the result when it is complete.
 */
async function unlessDone(result, inputs, job) {
  const stamp = `${result}.stamp`;
  const current = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
  if (existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return;
  const path = `${result}.${process.pid}`;
  await job(path);
  renameSync(path, result);
  writeFileSync(stamp, current);
}

/** Does a job while no other process does one in the same folder. */
async function alone(folder, job) {
  const lock = join(folder, 'lock');
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    try {
      process.kill(Number(readFileSync(lock, 'utf8')) || process.pid, 0);
      await setTimeout(50);
    } catch (error) {
      // Its owner has died, or has just finished.
      if (error.code === 'ESRCH') rmSync(lock, { force: true });
    }
  }
  try {
    return await job();
  } finally {
    rmSync(lock);
  }
}

/** A C++ file with the kernels of a .cu file, as if they were a module of their own, and a registration for each. */
function kernelSource(file, names) {
  const registrations = names.map(
    (name) =>
      `constexpr kd_emulator::Kernel kernel_${name} = kd_emulator::KernelOf<${name}>::named("${name}");\n` +
      `const kd_emulator::Registration registration_${name}(kernel_${name});\n`,
  );
  return `namespace {\n#include "${file}"\nnamespace kd {}\nusing namespace kd;\n${registrations.join('')}}\n`;
}

/**
 * Builds what is out of date.
 *
 * Returns { library } with its path, or { missing } with the reason where there is no compiler or no emulator for this machine. Throws
 * with the compiler's words where the code does not compile.
 */
export async function buildEmulator({ sanitize = false, test = false } = {}) {
  if (process.platform === 'win32' || !['x64', 'arm64'].includes(process.arch)) {
    return { missing: `no CUDA emulator for ${process.platform} on ${process.arch}` };
  }
  const compiler = findCompiler();
  if (compiler.missing !== undefined) return { missing: compiler.missing };

  const folder = join(
    here,
    'build',
    [test ? 'test' : '', sanitize ? 'sanitize' : ''].filter(Boolean).join('-'),
  );
  mkdirSync(folder, { recursive: true });
  await generateHeaders();
  return alone(folder, () => build({ compiler, folder, sanitize, test }));
}

async function build({ compiler, folder, sanitize, test }) {
  const kernelFolder = join(here, test ? 'test' : '..');
  const headers = [
    join(here, 'cuda-on-host.h'),
    ...filesIn(join(here, 'device'), '.h'),
    ...filesIn(join(here, 'driver'), '.h'),
  ].map((file) => readFileSync(file, 'utf8'));
  const kernelHeaders = [kernelFolder, ...(test ? [] : [join(kernelFolder, 'generated')])]
    .flatMap((folder) => filesIn(folder, '.cuh', '.h'))
    .map((file) => readFileSync(file, 'utf8'));
  const extra = sanitize ? sanitizers : [];
  const optimise = sanitize ? '-O1' : '-O3';
  const ours = [compiler.version, common, extra, optimise, headers];

  const kernelObjects = [];
  const driverObjects = {};
  const jobs = [];
  for (const source of filesIn(join(here, 'driver'), '.cpp')) {
    const name = basename(source, '.cpp');
    const object = join(folder, `${name}.o`);
    driverObjects[name] = object;
    const flags = [...common, optimise, ...extra, '-c', source, '-o'];
    jobs.push(() =>
      unlessDone(object, [ours, readFileSync(source, 'utf8')], (path) =>
        run(compiler.name, [...flags, path]),
      ),
    );
  }
  for (const source of filesIn(kernelFolder, '.cu')) {
    const name = basename(source, '.cu');
    const object = join(folder, `kernels-${name}.o`);
    kernelObjects.push(object);
    const language = [
      ...common,
      ...kernelFlags,
      '-I',
      here,
      '-I',
      kernelFolder,
      '-include',
      join(here, 'cuda-on-host.h'),
    ];
    const inputs = [ours, kernelFlags, cpus()[0]?.model, kernelHeaders, readFileSync(source, 'utf8')];
    jobs.push(() =>
      unlessDone(object, inputs, async (path) => {
        const { stdout } = await run(
          compiler.name,
          [...language, '-DKD_KERNEL_MARK=KD_KERNEL_MARK', '-E', '-P', '-x', 'c++', source],
          { maxBuffer: 1 << 28 },
        );
        const declared = stdout.matchAll(/\bKD_KERNEL_MARK\s+(?:\w+\s+)*?void\s+(\w+)\s*\(/g);
        const names = [...new Set([...declared].map(([, found]) => found))];
        const wrapper = `${path}.cpp`;
        writeFileSync(wrapper, kernelSource(source, names));
        try {
          await run(compiler.name, [...language, optimise, ...extra, '-c', wrapper, '-o', path], {
            maxBuffer: 1 << 28,
          });
        } finally {
          rmSync(wrapper);
        }
      }),
    );
  }
  await inParallel(jobs);
  const library = join(folder, 'libcuda-emulator.so');
  const { 'shared-begin': begin, 'shared-end': end, ...others } = driverObjects;
  const objects = [begin, ...kernelObjects, end, ...Object.values(others)];
  const stamps = objects.map((object) => [object, readFileSync(`${object}.stamp`, 'utf8')]);
  await unlessDone(library, [compiler.version, extra, stamps], (path) =>
    run(compiler.name, ['-shared', '-pthread', ...extra, ...objects, '-o', path]),
  );
  return { library };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const known = ['sanitize', 'test', 'optional'];
  const flags = process.argv.slice(2).map((argument) => argument.replace(/^--/, ''));
  const unknown = flags.find((flag) => !known.includes(flag));
  if (unknown !== undefined) {
    console.error(`build: expected ${known.map((flag) => `--${flag}`).join(', ')}, got --${unknown}`);
    process.exit(2);
  }
  const start = performance.now();
  try {
    const { library, missing } = await buildEmulator(Object.fromEntries(flags.map((flag) => [flag, true])));
    if (missing === undefined) {
      console.error(`${library} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } else {
      console.error(`CUDA emulator not built: ${missing}`);
      if (!flags.includes('optional')) process.exitCode = 3;
    }
  } catch (error) {
    console.error(error.stderr ?? error.message);
    process.exit(1);
  }
}
