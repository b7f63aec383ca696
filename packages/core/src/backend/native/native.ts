import { KindlingError } from '../../errors.ts';
import type { ForeignReduction } from '../backend.ts';
import { CapturingBackend } from '../capturing-backend.ts';
import { checkCall } from '../check-call.ts';
import type { Feature, KernelCall } from '../kernels.ts';
import { type BlockArray, newDoubles } from './block-array.ts';
import { NativeCapture } from './capture.ts';
import { codes } from './codes.ts';
import { Encoder, MAX_DIMS, RECORD_WORDS } from './encode.ts';
import { failCall, status } from './failure.ts';
import type { Library } from './library.ts';
import { type Block, type Heap, Memory } from './memory.ts';

/**
 * The C++ engine (native/), as machine code or as WebAssembly: vector code for the processor at hand, chosen at run time, and a pool of
 * threads. Results do not depend on the number of threads.
 */
export class NativeBackend extends CapturingBackend<Block> {
  readonly name: string;
  readonly device = 'cpu';
  readonly maxBytes: number;
  readonly library: Library;
  readonly #heap: Heap;
  readonly #memory: Memory;
  readonly #record: BlockArray<Float64Array>;
  readonly #encoder: Encoder;
  readonly #execute: (record: number) => number;
  /** Keeps the operands of the running call from being collected. */
  running: KernelCall | undefined;

  constructor(name: 'native' | 'wasm', library: Library) {
    super();
    this.name = name;
    this.library = library;
    this.#heap = library.heap;
    this.maxBytes = this.#heap.maxBytes;
    this.#memory = new Memory(this.#heap);
    this.#heap.onShortage(() => this.#memory.drain());
    this.#record = newDoubles(this.#heap, RECORD_WORDS);
    this.#encoder = new Encoder(this.#record);
    this.#execute = library.execute;
  }

  get description(): string {
    if (this.name === 'native') return 'works';
    const { threads } = this;
    return `WebAssembly (${this.library.selected()}), ${threads} thread${threads === 1 ? '' : 's'}`;
  }

  get threads(): number {
    return this.library.threads();
  }

  set threads(count: number) {
    this.library.setThreads(count);
  }

  supports(feature: Feature): boolean {
    if (feature === 'allReduce') return this.library.registerReduction !== undefined;
    return feature === 'linear' || Object.hasOwn(codes.kind, feature);
  }

  registerReduction(reduction: ForeignReduction): number {
    const { dtype, address, inPlace, datatype, op, communicator, waits } = reduction;
    const register = this.library.registerReduction;
    const number = register?.(codes.dtype[dtype], address, inPlace, datatype, op, communicator, waits) ?? -1;
    if (number < 0)
      throw new KindlingError(`allReduce: expected room for a reduction of ${dtype}, got no place for it`);
    return number;
  }

  protected allocateBlock(byteLength: number): Block {
    return this.#memory.allocate(byteLength);
  }

  protected freeBlock(block: Block): void {
    this.#memory.free(block);
  }

  protected copyIn(block: Block, byteOffset: number, source: Uint8Array): void {
    this.#heap.beginCall();
    const { bytes, start } = block;
    bytes.set(source, start + byteOffset);
  }

  protected copyOut(block: Block, byteOffset: number, target: Uint8Array): void {
    this.#heap.beginCall();
    const { bytes, start } = block;
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
    this.#heap.beginCall();
    try {
      this.#encoder.encode(call);
    } catch (error) {
      // The rules say what is wrong with what cannot even be written down.
      checkCall(call);
      throw error;
    }
    const code = this.#execute(this.#record.block.address);
    this.running = undefined;
    if (code !== status.done) failCall(call, code, this.library);
    this.captured?.log(call);
  }
}
