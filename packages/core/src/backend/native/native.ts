import { DeviceError } from '../../errors.ts';
import { environment } from '../../host.ts';
import { CapturingBackend } from '../capturing-backend.ts';
import { checkCall } from '../check-call.ts';
import type { Feature, KernelCall } from '../kernels.ts';
import { NativeCapture } from './capture.ts';
import { codes } from './codes.ts';
import { physicalCores } from './cores.ts';
import { Encoder, MAX_DIMS, RECORD_WORDS } from './encode.ts';
import { failCall, status } from './failure.ts';
import { type Library, openLibrary } from './library.ts';
import { type Block, MAX_BYTES, Memory } from './memory.ts';

/**
 * The C++ engine (native/): vector code for the processor at hand, chosen at run time, and a pool of threads. Results do not depend on
 * the number of threads.
 */
export class NativeBackend extends CapturingBackend<Block> {
  readonly name = 'native';
  readonly device = 'cpu';
  readonly maxBytes = MAX_BYTES;
  readonly library: Library;
  readonly #memory: Memory;
  readonly #record = new Float64Array(RECORD_WORDS);
  readonly #recordAddress: number;
  readonly #encoder = new Encoder(this.#record);
  readonly #execute: (record: number) => number;
  /** Keeps the operands of the running call from being collected. */
  running: KernelCall | undefined;

  constructor(library: Library) {
    super();
    this.library = library;
    this.#memory = new Memory(library.addressOf);
    this.#recordAddress = library.addressOf(this.#record);
    this.#execute = library.execute;
  }

  get threads(): number {
    return this.library.threads();
  }

  set threads(count: number) {
    this.library.setThreads(count);
  }

  supports(feature: Feature): boolean {
    return feature === 'linear' || Object.hasOwn(codes.kind, feature);
  }

  protected allocateBlock(byteLength: number): Block {
    return this.#memory.allocate(byteLength);
  }

  protected freeBlock(block: Block): void {
    this.#memory.free(block);
  }

  protected copyIn({ bytes, start }: Block, byteOffset: number, source: Uint8Array): void {
    bytes.set(source, start + byteOffset);
  }

  protected copyOut({ bytes, start }: Block, byteOffset: number, target: Uint8Array): void {
    const first = start + byteOffset;
    target.set(bytes.subarray(first, first + target.length));
  }

  protected log(strict: boolean): NativeCapture {
    return new NativeCapture(this, strict);
  }

  execute(call: KernelCall): void {
    for (let i = 0; i < call.outputs.length; i++) {
      if (call.outputs[i]!.shape.length > MAX_DIMS) failCall(call, status.rank, this.library);
    }
    this.running = call;
    try {
      this.#encoder.encode(call);
    } catch (error) {
      // The rules say what is wrong with what cannot even be written down.
      checkCall(call);
      throw error;
    }
    const code = this.#execute(this.#recordAddress);
    this.running = undefined;
    if (code !== status.done) failCall(call, code, this.library);
    this.captured?.log(call);
  }
}

/** A count from the environment, or undefined where it is not set. */
function countFrom(variable: string): number | undefined {
  const text = environment(variable);
  if (text === undefined || text === '') return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new DeviceError(`${variable}: expected an integer of at least 1, got ${text}`);
  }
  return count;
}

/**
 * Opens the native engine, or throws {@link DeviceError} with the reason why it cannot.
 *
 * `KINDLING_ISA` (`baseline`, `avx2`, `avx512`; on arm64 `neon`) forces an instruction set; left out, the best that runs here.
 * `KINDLING_NUM_THREADS` sets the number of threads; left out, one for each physical core.
 */
export function openNative(): NativeBackend {
  const library = openLibrary();
  const isa = environment('KINDLING_ISA') ?? '';
  if (library.select(isa) === 0) {
    throw new DeviceError(
      `KINDLING_ISA: expected an instruction set that the library and this processor support, got ${isa}`,
    );
  }
  library.setThreads(Math.min(countFrom('KINDLING_NUM_THREADS') ?? physicalCores(), 1024));
  return new NativeBackend(library);
}
