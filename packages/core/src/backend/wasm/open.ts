import { DeviceError } from '../../errors.ts';
import { environment } from '../../host.ts';
import { NativeBackend } from '../native/native.ts';
import { bundleRemedy, packageFolder } from '../package-folder.ts';
import { instantiate } from './library.ts';
import { type WasmModule, webAssembly } from './webassembly.ts';

/** What is compiled: a build for each instruction set (native/build-wasm.mjs). */
const BUILD = 'simd128';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The engine on a compiled module. Throws {@link DeviceError} with the reason why it does not run. */
export function openModule(module: WasmModule, path: string): NativeBackend {
  try {
    const library = instantiate(module, path);
    const isa = environment('KINDLING_ISA') ?? '';
    if (library.select(isa) !== 0) return new NativeBackend('wasm', library);
    throw new Error(`KINDLING_ISA: expected ${library.selected()}, got ${isa}`);
  } catch (error) {
    throw new DeviceError(`wasm: expected ${path} to be this package's engine, got ${reasonOf(error)}`);
  }
}

/**
 * Opens the engine as WebAssembly from the package's folder, or throws {@link DeviceError} with the reason why it cannot.
 *
 * `KINDLING_ISA` (`simd128`) forces a build.
 */
export function openWasm(): NativeBackend {
  const folder = packageFolder('wasm');
  if (folder === undefined) {
    throw new DeviceError(
      `wasm: expected the engine in the folder of @kindling/core, which this bundle does not include; ${bundleRemedy}`,
    );
  }
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const path = join(folder, 'native', 'build', 'wasm', `${BUILD}.wasm`);
  let module: WasmModule;
  try {
    module = new (webAssembly().Module)(readFileSync(path));
  } catch (error) {
    throw new DeviceError(
      `wasm: expected the engine as ${path}, got ${reasonOf(error)}; npm packages have it, and \`node native/build-wasm.mjs\` in @kindling/core builds it with emscripten`,
    );
  }
  return openModule(module, path);
}
