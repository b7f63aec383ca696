import { assertVersion, type Library } from '../native/library.ts';
import { WasmHeap } from './heap.ts';
import type { WasmInstance, WasmMemory } from './webassembly.ts';

/** What a module exports: the functions of native/src/engine.cpp, and those of its memory. Addresses are numbers of 32 bits. */
interface Exports {
  readonly memory: WasmMemory;
  readonly _initialize: () => void;
  readonly aligned_alloc: (alignment: number, byteLength: number) => number;
  readonly free: (address: number) => void;
  readonly kd_version: () => number;
  readonly kd_codes: () => number;
  readonly kd_selected: () => number;
  readonly kd_set_threads: Library['setThreads'];
  readonly kd_threads: Library['threads'];
  readonly kd_execute: Library['execute'];
  readonly kd_prepare: Library['prepare'];
  readonly kd_replay: Library['replay'];
  readonly kd_repeat: Library['repeat'];
  readonly kd_failed_call: Library['failedCall'];
  readonly kd_failed_value: Library['failedValue'];
  readonly kd_failed_index: Library['failedIndex'];
}

/** What a module asks for: nothing that it needs to compute. */
export const imports = {
  env: { emscripten_notify_memory_growth: () => undefined },
  wasi_snapshot_preview1: {
    proc_exit: (code: number): never => {
      throw new Error(`the wasm engine ended with code ${code}`);
    },
  },
};

/** The engine in an instance of a module. `path` says where that came from. Throws an error where it is of another version. */
export function libraryOf(instance: WasmInstance, path: string): Library {
  const exports = instance.exports as Exports;
  exports._initialize();
  const heap = new WasmHeap({
    memory: exports.memory,
    allocate: exports.aligned_alloc,
    free: exports.free,
  });
  const text = (address: number): string => {
    const { bytes } = heap;
    return String.fromCharCode(...bytes.subarray(address, bytes.indexOf(0, address)));
  };
  assertVersion(exports.kd_version(), () => text(exports.kd_codes()));
  const selected = (): string => text(exports.kd_selected());
  return {
    path,
    heap,
    execute: exports.kd_execute,
    prepare: exports.kd_prepare,
    replay: exports.kd_replay,
    repeat: exports.kd_repeat,
    failedCall: exports.kd_failed_call,
    failedValue: exports.kd_failed_value,
    failedIndex: exports.kd_failed_index,
    select: (name) => Number(name === '' || name === selected()),
    selected,
    setThreads: exports.kd_set_threads,
    threads: exports.kd_threads,
  };
}
