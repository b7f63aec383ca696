// Has the engine as WebAssembly move all memory out again and again, as it does where it runs out of it.
import type { NativeBackend } from '../../src/backend/native/native.ts';
import type { WasmHeap } from '../../src/backend/wasm/heap.ts';
import { tensor } from '../../src/index.ts';

const heap = (tensor([0]).storage.backend as NativeBackend).library.heap as WasmHeap;
// It is set up once for all files that have the same modules.
if (!Object.hasOwn(heap, 'beginCall')) {
  const { beginCall } = heap;
  let calls = 0;
  heap.beginCall = () => {
    beginCall.call(heap);
    if (++calls % 3 === 0) heap.evict();
  };
}
