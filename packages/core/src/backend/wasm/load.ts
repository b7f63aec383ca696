import { DeviceError } from '../../errors.ts';
import { NativeBackend } from '../native/native.ts';
import { type Build, chooseBuild } from './build.ts';
import { libraryOf, prepare } from './library.ts';
import { webAssembly } from './webassembly.ts';

/** Bytes as native/build-wasm.mjs writes them: gzipped, in base64. */
async function unpack(text: string): Promise<Uint8Array> {
  const zipped = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Chunks of their own, of which one is loaded. */
const texts: { readonly [N in Build['name']]: () => Promise<{ readonly default: string }> } = {
  simd128: () => import('#wasm/simd128'),
  'simd128-threads': () => import('#wasm/simd128-threads'),
  relaxed: () => import('#wasm/relaxed'),
  'relaxed-threads': () => import('#wasm/relaxed-threads'),
};

/**
 * Opens the engine as WebAssembly from text that a bundle includes, or throws {@link DeviceError} with the reason why it cannot. No file is
 * read and no address is asked for, so nothing has to be set up for it in a bundler or a server.
 */
export async function loadWasm(): Promise<NativeBackend> {
  const build = chooseBuild();
  const { default: text } = await texts[build.name]();
  if (text === '') {
    throw new DeviceError(
      'wasm: expected the engine in @kindling/core, which was built without it; `node native/build-wasm.mjs` builds it',
    );
  }
  try {
    const prepared = prepare(await webAssembly().compile(await unpack(text)), build);
    const instance = await webAssembly().instantiate(prepared.module, prepared.imports);
    return new NativeBackend('wasm', libraryOf(instance, prepared, build.name));
  } catch (error) {
    throw new DeviceError(
      `wasm: expected a runtime that takes WebAssembly with SIMD, got ${error instanceof Error ? error.message : error}`,
    );
  }
}
