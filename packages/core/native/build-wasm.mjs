// Builds the engine as WebAssembly with emscripten: node build-wasm.mjs [--force]
//
//   --force   builds although nothing has changed
//
// One module for each entry of `modules`, into build/wasm: NAME.wasm, which Node.js reads, and NAME.js, which bundlers put into a chunk of
// its own: the same bytes, gzipped, as text. Without em++ (Debian: apt install emscripten) the text is empty.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { filesIn, fingerprint, generateHeaders, inParallel, kernelFlags, languageFlags } from './build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, 'build', 'wasm');
const run = promisify(execFile);

/** What is compiled, by the name of the instruction set. */
const modules = [{ name: 'simd128', flags: ['-msimd128', '-DKD_ONE_THREAD'] }];

/** Nothing throws: what fails gives a status. */
const common = [...languageFlags, '-fno-exceptions', '-fno-rtti'];

/** Of Clang, about what the native build's compiler takes without a word. */
const quiet = ['-Wno-bitwise-conditional-parentheses', '-Wno-pass-failed', '-Wno-unused-local-typedef'];

const exported = [
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
  'aligned_alloc',
  'free',
];

/** A module without JavaScript of emscripten's: src/backend/wasm gives it the little that it asks for. */
const linkFlags = [
  '-O2',
  '--no-entry',
  '-sSTANDALONE_WASM',
  '-sALLOW_MEMORY_GROWTH',
  // One page less than 4 GiB, so that every address and the end of memory are numbers of 32 bits.
  '-sMAXIMUM_MEMORY=4294901760',
  `-sEXPORTED_FUNCTIONS=${exported.map((name) => `_${name}`).join(',')}`,
];

function findCompiler() {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync('em++', ['--version'], options).split('\n')[0].trim();
  } catch {
    return undefined;
  }
}

/** The module that bundlers take, with its type. */
function writeText(name, bytes) {
  writeFileSync(join(folder, `${name}.js`), `export default '${bytes.toString('base64')}';\n`);
  writeFileSync(join(folder, `${name}.d.ts`), 'declare const text: string;\nexport default text;\n');
}

async function build({ name, flags }) {
  const objectFolder = join(folder, 'objects', name);
  mkdirSync(objectFolder, { recursive: true });
  const objects = [];
  const compile = (source, prefix, extra) => async () => {
    const object = join(objectFolder, `${prefix}${basename(source, '.cpp')}.o`);
    await run('em++', [...common, ...quiet, ...flags, ...extra, '-c', join(here, source), '-o', object]);
    objects.push(object);
  };
  await inParallel([
    ...filesIn('src/isa', ['.cpp']).map((source) =>
      compile(source, 'isa-', [...kernelFlags, `-DKD_TARGET=${name}`]),
    ),
    ...filesIn('src', ['.cpp']).map((source) => compile(source, '', ['-O2', `-DKD_TARGETS=X(${name})`])),
  ]);
  const path = join(folder, `${name}.wasm`);
  // In one order, so that the same sources give the same bytes.
  await run('em++', [...flags, ...objects.sort(), ...linkFlags, '-o', path]);
  writeText(name, gzipSync(readFileSync(path), { level: 9 }));
}

/**
 * Builds what is out of date. Returns { folder }, or { missing } with the reason where there is no compiler. Throws with the compiler's
 * words where the code does not compile.
 */
export async function buildWasm({ force = false } = {}) {
  const paths = modules.flatMap(({ name }) => [join(folder, `${name}.wasm`), join(folder, `${name}.js`)]);
  const version = findCompiler();
  if (version === undefined) {
    mkdirSync(folder, { recursive: true });
    for (const { name } of modules) {
      if (!existsSync(join(folder, `${name}.js`))) writeText(name, Buffer.alloc(0));
    }
    return { missing: 'no emscripten: looked for em++' };
  }
  await generateHeaders();
  const stamp = join(folder, 'stamp');
  const self = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const current = fingerprint([version, modules, languageFlags, kernelFlags, self]);
  const fresh = [...paths, stamp].every(existsSync) && readFileSync(stamp, 'utf8') === current;
  if (fresh && !force) return { folder };
  for (const module of modules) await build(module);
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
    const { folder: built, missing } = await buildWasm({ force: process.argv.includes('--force') });
    if (missing === undefined)
      console.error(`${built} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    else console.error(`WebAssembly engine not built: ${missing}`);
  } catch (error) {
    console.error(error.stderr ?? error.message);
    process.exit(1);
  }
}
