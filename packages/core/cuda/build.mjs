// Compiles the kernels to PTX with nvcc, into ptx/, and tells what ptxas makes of them: node build.mjs [--check]
//
//   --check   writes nothing; tells whether the files in ptx/ are what the sources give: exit 0, or 1; 3 where this cannot be decided
//
// The PTX is kept with the sources, so that using it does not need nvcc. What nvcc writes is brought into a form that hangs on nothing but
// the sources and the compiler: no comments, local names numbered, the lowest version that the instructions allow.
import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generateHeaders } from '../codegen/generate.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);

/** Where the results are kept. */
const ptxFolder = join(here, 'ptx');

/** Modules that need more than compute capability 7.5. */
const capabilities = { 'matmul-tf32': 80 };
const LEAST_CAPABILITY = 75;

/** Of PTX: it has everything up to compute capability 8.0, and drivers from CUDA 11.0 on read it. */
const PTX_VERSION = '7.0';

/** What the kernels are assembled for, to see that it works and what it takes. */
const assembledFor = [75, 80, 90, 100];

const compilerFlags = ['-ptx', '-O3', '--std=c++17', '-Werror', 'all-warnings'];

/** nvcc as `npm run python-tools -- cuda` installs it. */
function installedCompilers() {
  const packages = join(here, '..', '..', '..', '.python-tools', 'cuda', 'lib');
  if (!existsSync(packages)) return [];
  return readdirSync(packages).map((python) =>
    join(packages, python, 'site-packages', 'nvidia', 'cu13', 'bin', 'nvcc'),
  );
}

/**
 * nvcc's path: from NVCC, from the workspace's Python tools, from PATH, or from where CUDA is usually installed; undefined where there is
 * none.
 */
function findCompiler() {
  const usual = existsSync('/usr/local')
    ? readdirSync('/usr/local')
        .filter((name) => name.startsWith('cuda'))
        .map((name) => join('/usr/local', name, 'bin', 'nvcc'))
    : [];
  for (const name of [process.env.NVCC, ...installedCompilers(), 'nvcc', ...usual].filter(Boolean)) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name;
    } catch {}
  }
  return undefined;
}

/** The release that a compiler or an assembler says it is. */
const releaseOf = (program) =>
  /release ([\d.]+, V[\d.]+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1] ??
  'unknown';

/** Modules are the .cu files of this folder. */
const modules = readdirSync(here)
  .filter((name) => name.endsWith('.cu'))
  .map((name) => name.slice(0, -3))
  .sort();

function normalized(ptx) {
  const names = new Map();
  const short = (name) => {
    if (!names.has(name)) names.set(name, `local${names.size}`);
    return names.get(name);
  };
  return (
    ptx
      .replaceAll(/\/\/.*$/gm, '')
      .replace(/^\.version .*$/m, `.version ${PTX_VERSION}`)
      .replaceAll(/\b_Z\w+/g, short)
      .split('\n')
      .map((line) => line.trim().replaceAll(/[ \t]+/g, ' '))
      // A hint to the assembler that older ones do not know.
      .filter((line) => line !== '' && !line.startsWith('.pragma "used_bytes_mask'))
      .map((line) => `${line}\n`)
      .join('')
  );
}

/** The PTX of a module. */
async function compile(compiler, name) {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-ptx-'));
  try {
    const capability = capabilities[name] ?? LEAST_CAPABILITY;
    const out = join(folder, 'out.ptx');
    await run(compiler, [...compilerFlags, `-arch=compute_${capability}`, `${name}.cu`, '-o', out], {
      cwd: here,
    });
    return normalized(readFileSync(out, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What ptxas tells of each kernel of a module: `{ kernel: { registers, shared, stack, spills } }`, the last three in bytes. */
async function assemble(assembler, path, capability) {
  const { stderr } = await run(assembler, ['-v', `-arch=sm_${capability}`, path, '-o', '/dev/null']);
  const kernels = {};
  for (const part of stderr.split(/Compiling entry function '/).slice(1)) {
    const number = (pattern) => Number(pattern.exec(part)?.[1] ?? 0);
    kernels[part.slice(0, part.indexOf("'"))] = {
      registers: number(/Used (\d+) registers/),
      shared: number(/(\d+) bytes smem/),
      stack: number(/(\d+) bytes stack frame/),
      spills: number(/(\d+) bytes spill stores/) + number(/(\d+) bytes spill loads/),
    };
  }
  return kernels;
}

/** A table of registers, shared memory, stack and spills of every kernel on every architecture: one line a kernel. */
async function resources(compiler) {
  const assembler = join(dirname(compiler), 'ptxas');
  const program = existsSync(assembler) ? assembler : 'ptxas';
  const lines = [];
  for (const name of modules) {
    const path = join(ptxFolder, `${name}.ptx`);
    const least = capabilities[name] ?? LEAST_CAPABILITY;
    const wanted = assembledFor.filter((capability) => capability >= least);
    const tables = await inParallel(wanted.map((capability) => () => assemble(program, path, capability)));
    for (const kernel of Object.keys(tables[0]).sort()) {
      const columns = Object.fromEntries(
        wanted.map((capability, i) => [`sm_${capability}`, tables[i][kernel]]),
      );
      lines.push(`${JSON.stringify(`${name}/${kernel}`)}: ${JSON.stringify(columns)}`);
    }
  }
  return `{\n"nvcc": ${JSON.stringify(releaseOf(compiler))},\n${lines.join(',\n')}\n}\n`;
}

async function inParallel(jobs) {
  const results = [];
  const waiting = jobs.map((job, i) => async () => {
    results[i] = await job();
  });
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

/** Why the files cannot be compared with what the compiler gives. */
function obstacle(compiler) {
  if (compiler === undefined)
    return 'expected nvcc in NVCC, by npm run python-tools -- cuda, on the PATH or in /usr/local/cuda*/bin, found none';
  const { nvcc } = JSON.parse(readFileSync(join(ptxFolder, 'resources.json'), 'utf8'));
  const release = releaseOf(compiler);
  return nvcc === release ? undefined : `the files come from nvcc ${nvcc}, this one is ${release}`;
}

async function check(compiler) {
  const reason = obstacle(compiler);
  if (reason !== undefined) {
    process.stderr.write(`PTX not built again: ${reason}\n`);
    return 3;
  }
  const texts = await inParallel(modules.map((name) => () => compile(compiler, name)));
  const others = modules.filter(
    (name, i) => readFileSync(join(ptxFolder, `${name}.ptx`), 'utf8') !== texts[i],
  );
  for (const name of others)
    process.stderr.write(`${name}.ptx: expected what ${name}.cu gives, got another text\n`);
  return others.length === 0 ? 0 : 1;
}

async function build(compiler) {
  if (compiler === undefined) {
    process.stderr.write(`${obstacle(compiler)}\n`);
    return 3;
  }
  mkdirSync(ptxFolder, { recursive: true });
  const texts = await inParallel(modules.map((name) => () => compile(compiler, name)));
  modules.forEach((name, i) => {
    writeFileSync(join(ptxFolder, `${name}.ptx`), texts[i]);
  });
  writeFileSync(join(ptxFolder, 'resources.json'), await resources(compiler));
  const size = texts.reduce((total, text) => total + text.length, 0);
  process.stdout.write(`${modules.length} modules, ${Math.round(size / 1024)} KiB of PTX\n`);
  return 0;
}

await generateHeaders();
const job = process.argv.includes('--check') ? check : build;
process.exitCode = await job(findCompiler());
