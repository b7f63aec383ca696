import { codes } from '../native/codes.ts';
import { assertVersion, type Library } from '../native/library.ts';
import { initialThreads } from '../native/thread-count.ts';
import type { Build } from './build.ts';
import { WasmHeap } from './heap.ts';
import { trapGuard } from './trap-guard.ts';
import {
  type WasmImports,
  type WasmInstance,
  type WasmMemory,
  type WasmModule,
  webAssembly,
} from './webassembly.ts';
import { Workers } from './workers.ts';

/** What a module exports: the functions of native/src/engine.cpp, and those of its memory. Addresses are numbers of 32 bits. */
interface Exports {
  readonly _initialize: () => void;
  readonly kd_allocate: (byteLength: number) => number;
  readonly kd_free: (address: number) => void;
  readonly kd_version: () => number;
  readonly kd_codes: () => number;
  readonly kd_selected: () => number;
  readonly kd_set_threads: Library['setThreads'];
  readonly kd_threads: Library['threads'];
  readonly kd_workers?: () => number;
  readonly kd_lost_worker?: () => number;
  readonly kd_refused_bytes: () => number;
  readonly kd_execute: Library['execute'];
  readonly kd_chunk: Library['chunk'];
  readonly kd_prepare: Library['prepare'];
  readonly kd_replay: Library['replay'];
  readonly kd_repeat: Library['repeat'];
  readonly kd_failed_call: Library['failedCall'];
  readonly kd_failed_value: Library['failedValue'];
  readonly kd_failed_index: Library['failedIndex'];
}

/** Pages of 64 KiB that a module asks for at first (`--initial-memory` in native/build-wasm.mjs). */
const INITIAL_PAGES = 64;

/** One page less than 4 GiB, so that every address and the end of memory are numbers of 32 bits. */
const MAX_PAGES = 2 ** 16 - 1;

/** Bytes of a page. */
const PAGE = 2 ** 16;

type NewMemory = Pick<Prepared, 'memory' | 'maxMemory'>;

function newMemory(maximum: number, shared: boolean): NewMemory {
  const { Memory } = webAssembly();
  return { memory: new Memory({ initial: INITIAL_PAGES, maximum, shared }), maxMemory: PAGE * maximum };
}

/** Shared memory is reserved as a whole; where less than 4 GiB can be had, so much. */
function sharedMemory(): NewMemory {
  for (let maximum = MAX_PAGES; ; maximum = Math.floor(maximum / 2)) {
    try {
      return newMemory(maximum, true);
    } catch (error) {
      if (maximum < 2 * INITIAL_PAGES) throw error;
    }
  }
}

/** A module before there is an instance of it. */
export interface Prepared {
  readonly module: WasmModule;
  readonly build: Build;
  readonly memory: WasmMemory;
  /** Bytes that the memory can grow to. */
  readonly maxMemory: number;
  readonly imports: WasmImports;
  readonly workers?: Workers;
}

/** Makes the memory of a module, and what starts workers where it has threads. */
export function prepare(module: WasmModule, build: Build): Prepared {
  if (!build.threads) {
    const made = newMemory(MAX_PAGES, false);
    return { module, build, ...made, imports: { env: { memory: made.memory } } };
  }
  const { memory, maxMemory } = sharedMemory();
  const workers = new Workers(module, memory);
  const startWorker = (index: number, locals: number, stack: number): number =>
    Number(workers.start(index, locals, stack));
  const kindling = { start_worker: startWorker, worker_ended: () => Number(workers.ended() !== undefined) };
  return { module, build, memory, maxMemory, imports: { env: { memory }, kindling }, workers };
}

/** The engine's functions, and how many of its workers have come up, which takes a moment: there is nothing to wait for. */
export interface WasmLibrary extends Library {
  readonly workers: () => number;
}

/**
 * The engine in an instance of a module, with the threads to begin with. `path` says where the module came from. Throws an error where it
 * is of another version.
 */
export function libraryOf(
  instance: WasmInstance,
  { build, memory, maxMemory, workers }: Prepared,
  path: string,
): WasmLibrary {
  const exports = instance.exports as Exports;
  exports._initialize();
  const heap = new WasmHeap({ memory, maxMemory, allocate: exports.kd_allocate, free: exports.kd_free });
  const text = (address: number): string => {
    const { bytes } = heap;
    return String.fromCharCode(...bytes.subarray(address, bytes.indexOf(0, address)));
  };
  assertVersion(exports.kd_version(), () => text(exports.kd_codes()));
  if (build.threads) exports.kd_set_threads(initialThreads());
  const lostWorker = (): string | undefined => {
    const address = exports.kd_lost_worker?.() ?? 0;
    if (address !== 0) return text(address);
    const ended = workers?.ended();
    return ended === undefined ? undefined : `thread ${ended + 2} has ended`;
  };
  const guard = trapGuard(() => ({
    lostWorker: lostWorker(),
    refusedBytes: exports.kd_refused_bytes() >>> 0,
  }));
  /** The kind of the record at an address: its second word. */
  const kindOf = (record: number): string => {
    const [code] = new Float64Array(heap.bytes.slice(record + 8, record + 16).buffer);
    return Object.entries(codes.kind).find((entry) => entry[1] === code)?.[0] ?? 'a call';
  };
  const selected = (): string => text(exports.kd_selected());
  return {
    path,
    heap,
    execute: guard(exports.kd_execute, kindOf),
    chunk: exports.kd_chunk,
    lineWidth: () => 0,
    prepare: guard(exports.kd_prepare, () => 'a graph to replay'),
    replay: guard(exports.kd_replay, () => 'a replay'),
    repeat: guard(exports.kd_repeat, () => 'replays'),
    failedCall: exports.kd_failed_call,
    failedValue: exports.kd_failed_value,
    failedIndex: exports.kd_failed_index,
    select: (name) => Number(name === '' || name === selected()),
    selected,
    setThreads: build.threads ? exports.kd_set_threads : () => undefined,
    threads: exports.kd_threads,
    workers: exports.kd_workers ?? (() => 0),
  };
}
