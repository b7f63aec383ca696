import { DeviceError, KindlingError, ShapeError } from '../../errors.ts';
import type { Backend, BufferHandle } from '../backend.ts';
import type { KernelCall } from '../kernels.ts';
import { physicalCores } from './cores.ts';
import { Encoder, MAX_DIMS, RECORD_WORDS } from './encode.ts';
import { type Library, openLibrary } from './library.ts';
import { type Block, Memory } from './memory.ts';

/** What the library answers, as in native/src/call.h. */
const status = { done: 0, index: 1, rank: 2 } as const;

/** Throws what a call's status stands for. */
function fail(call: KernelCall, code: number, library: Library): never {
  if (code === status.index && 'name' in call.attributes) {
    const { name, length } = call.attributes;
    throw new ShapeError(`${name}: expected indices in [0, ${length - 1}], got ${library.failedIndex()}`);
  }
  if (code === status.rank) {
    const rank = call.outputs[0]!.shape.length;
    throw new ShapeError(
      `${call.kind}: expected a layout that the native engine can walk (12 axes after merging), got ${rank} axes`,
    );
  }
  const dtypes = [...call.outputs, ...call.inputs].map((x) => (typeof x === 'number' ? 'number' : x.dtype));
  throw new KindlingError(`${call.kind}: the native engine has no kernel for ${dtypes.join(', ')}`);
}

/**
 * The C++ engine (native/): vector code for the processor at hand, chosen at run time, and a pool of threads. Results do not depend on
 * the number of threads.
 */
export class NativeBackend implements Backend {
  readonly name = 'native';
  readonly device = 'cpu';
  readonly library: Library;
  readonly #memory: Memory;
  readonly #record = new Float64Array(RECORD_WORDS);
  readonly #recordAddress: number;
  readonly #encoder = new Encoder(this.#record);
  readonly #execute: (record: number) => number;
  /** Keeps the operands of the running call from being collected. */
  running: KernelCall | undefined;

  constructor(library: Library) {
    this.library = library;
    this.#memory = new Memory(library.addressOf);
    this.#recordAddress = library.addressOf(this.#record);
    this.#execute = library.execute;
  }

  allocate(byteLength: number): BufferHandle {
    return this.#memory.allocate(byteLength);
  }

  free(handle: BufferHandle): void {
    this.#memory.free(handle as Block);
  }

  write(handle: BufferHandle, byteOffset: number, source: Uint8Array): void {
    const { bytes, start } = handle as Block;
    bytes.set(source, start + byteOffset);
  }

  read(handle: BufferHandle, byteOffset: number, target: Uint8Array): void {
    const { bytes, start } = handle as Block;
    const first = start + byteOffset;
    target.set(bytes.subarray(first, first + target.length));
  }

  execute(call: KernelCall): void {
    if (call.outputs[0]!.shape.length > MAX_DIMS) fail(call, status.rank, this.library);
    this.running = call;
    this.#encoder.encode(call);
    const code = this.#execute(this.#recordAddress);
    this.running = undefined;
    if (code !== status.done) fail(call, code, this.library);
  }

  supports(): boolean {
    return true;
  }
}

/** A count from the environment, or undefined where it is not set. */
function countFrom(variable: string): number | undefined {
  const text = process.env[variable];
  if (text === undefined || text === '') return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new DeviceError(`${variable}: expected a whole number of 1 or more, got ${text}`);
  }
  return count;
}

/**
 * Opens the native engine, or throws {@link DeviceError} with the reason why it cannot.
 *
 * `KINDLING_ISA` (`baseline`, `avx2`, `avx512`) forces an instruction set; left out, the best that runs here. `KINDLING_NUM_THREADS`
 * sets the number of threads; left out, one for each physical core.
 */
export function openNative(): NativeBackend {
  const library = openLibrary();
  const isa = process.env.KINDLING_ISA ?? '';
  if (library.select(isa) === 0) {
    throw new DeviceError(
      `KINDLING_ISA: expected an instruction set that the library has and this processor runs, got ${isa}`,
    );
  }
  library.setThreads(countFrom('KINDLING_NUM_THREADS') ?? physicalCores());
  return new NativeBackend(library);
}
