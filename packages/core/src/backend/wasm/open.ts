import { DeviceError } from '../../errors.ts';
import { environment } from '../../host.ts';
import { NativeBackend } from '../native/native.ts';
import { bundleRemedy, packageFolder } from '../package-folder.ts';
import { imports, libraryOf } from './library.ts';
import { webAssembly } from './webassembly.ts';

/** What is compiled: a module for each instruction set (native/build-wasm.mjs). */
const BUILD = 'simd128';

function pathOf(build: string): string {
  const folder = packageFolder('wasm');
  if (folder === undefined) {
    throw new DeviceError(
      `wasm: expected the engine in the folder of @kindling/core, which this bundle does not include; ${bundleRemedy}`,
    );
  }
  return process.getBuiltinModule('node:path').join(folder, 'native', 'build', 'wasm', `${build}.wasm`);
}

/**
 * Opens the engine as WebAssembly from the package's folder, or throws {@link DeviceError} with the reason why it cannot.
 *
 * `KINDLING_ISA` (`simd128`) forces an instruction set.
 */
export function openWasm(): NativeBackend {
  const path = pathOf(BUILD);
  const isa = environment('KINDLING_ISA') ?? '';
  try {
    const { Module, Instance } = webAssembly();
    const bytes = process.getBuiltinModule('node:fs').readFileSync(path);
    const library = libraryOf(new Instance(new Module(bytes), imports), path);
    if (library.select(isa) === 0)
      throw new Error(`expected KINDLING_ISA to be ${library.selected()}, got ${isa}`);
    return new NativeBackend('wasm', library);
  } catch (error) {
    throw new DeviceError(
      `wasm: expected a module that loads, got ${path}: ${error instanceof Error ? error.message : error}; \`node native/build-wasm.mjs\` in @kindling/core builds one with emscripten`,
    );
  }
}
