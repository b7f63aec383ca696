import { beforeEach } from 'vitest';
import type { NativeBackend } from '../../src/backend/native/native.ts';
import { WasmHeap } from '../../src/backend/wasm/heap.ts';
import { tensor } from '../../src/index.ts';

/** Calls of a test after which memory suffices: loops of a million are about other things. */
const MAX_CALLS = 100_000;

// The engine as WebAssembly moves all memory out at every third call, as it does where it runs out of it.
const heap = (tensor([0]).storage.backend as NativeBackend).library.heap as WasmHeap;
let calls = 0;
beforeEach(() => {
  calls = 0;
});
heap.beginCall = () => {
  WasmHeap.prototype.beginCall.call(heap);
  if (++calls % 3 !== 0 || calls > MAX_CALLS) return;
  heap.evict();
  // What comes back does so elsewhere.
  heap.create(64 * (1 + (calls % 5)), 0);
};
