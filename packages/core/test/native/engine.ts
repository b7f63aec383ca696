import type { HostHeap } from '../../src/backend/native/host-heap.ts';
import { NativeBackend } from '../../src/backend/native/native.ts';
import { openNative } from '../../src/backend/native/open.ts';
import { openWasm } from '../../src/backend/wasm/open.ts';
import { KindlingError } from '../../src/errors.ts';

/** The native engine on blocks without a byte to spare, so that an address sanitizer sees every step beyond them. */
class ExactMemory extends NativeBackend {
  override allocate(byteLength: number) {
    const bytes = Buffer.allocUnsafeSlow(byteLength);
    return {
      address: (this.library.heap as HostHeap).addressOf(bytes),
      bytes,
      start: 0,
      capacity: byteLength,
      sizeClass: 0,
      pinned: false,
      isVolatile: false,
    };
  }

  override free(): void {}
}

const isWasm = process.env.KINDLING_BACKEND === 'wasm';

function open(): NativeBackend | undefined {
  try {
    return isWasm ? openWasm() : openNative();
  } catch (error) {
    if (!(error instanceof KindlingError)) throw error;
    console.warn(`tests of the native engine skipped: ${error.message}`);
    return undefined;
  }
}

/** The native engine, or its WebAssembly where that is asked for; undefined (with the reason printed) where it does not open. */
export const native: NativeBackend | undefined = open();

export const nativeWithExactMemory: NativeBackend | undefined =
  native && !isWasm ? new ExactMemory('native', native.library) : native;
