import { DeviceError } from '../../errors.ts';
import { NativeBackend } from '../native/native.ts';
import { bundleRemedy, packageFolder } from '../package-folder.ts';
import { chooseBuild } from './build.ts';
import { libraryOf, prepare } from './library.ts';
import { webAssembly } from './webassembly.ts';

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
 * `KINDLING_ISA` (`simd128`; `relaxed`, with fused multiplications and additions) forces an instruction set; left out, the best that runs
 * here. `KINDLING_NUM_THREADS` sets the number of threads; left out, one for each physical core.
 */
export function openWasm(): NativeBackend {
  const build = chooseBuild();
  const path = pathOf(build.name);
  try {
    const { Module, Instance } = webAssembly();
    const bytes = process.getBuiltinModule('node:fs').readFileSync(path);
    const prepared = prepare(new Module(bytes), build);
    const instance = new Instance(prepared.module, prepared.imports);
    return new NativeBackend('wasm', libraryOf(instance, prepared, path));
  } catch (error) {
    if (error instanceof DeviceError) throw error;
    throw new DeviceError(
      `wasm: expected a module that loads, got ${path}: ${error instanceof Error ? error.message : error}; \`node native/build-wasm.mjs\` in @kindling/core builds one`,
    );
  }
}
