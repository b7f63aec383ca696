import { DeviceError } from '../../errors.ts';
import { NativeBackend } from '../native/native.ts';
import { imports, libraryOf } from './library.ts';
import { webAssembly } from './webassembly.ts';

/** Bytes as native/build-wasm.mjs writes them: gzipped, in base64. */
async function unpack(text: string): Promise<Uint8Array> {
  const zipped = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Opens the engine as WebAssembly from text that a bundle includes, or throws {@link DeviceError} with the reason why it cannot. No file is
 * read and no address is asked for, so nothing has to be set up for it in a bundler or a server.
 */
export async function loadWasm(): Promise<NativeBackend> {
  const { default: text } = await import('#wasm/simd128');
  if (text === '') {
    throw new DeviceError(
      'wasm: expected the engine in @kindling/core, which was built without emscripten; `node native/build-wasm.mjs` builds it',
    );
  }
  try {
    const { instance } = await webAssembly().instantiate(await unpack(text), imports);
    return new NativeBackend('wasm', libraryOf(instance, 'simd128'));
  } catch (error) {
    throw new DeviceError(
      `wasm: expected a runtime that takes WebAssembly with SIMD, got ${error instanceof Error ? error.message : error}`,
    );
  }
}
