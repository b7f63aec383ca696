import type { DType, TypedArray } from '../../dtype.ts';
import { dtypes } from '../../dtype.ts';
import type { BufferHandle } from '../backend.ts';
import { CallLog } from '../call-log.ts';
import { lifetimesOf } from '../passes/plan-memory.ts';
import type { Program } from '../recording.ts';
import { Cells } from './cells.ts';
import type { ScratchBlock } from './encode-fused.ts';
import { type Block, Memory } from './memory.ts';
import type { NativeBackend } from './native.ts';
import { optimize } from './optimize.ts';
import { NativeProgram } from './program.ts';

const isBlock = (handle: BufferHandle): handle is Block => !('scratch' in (handle as Block | ScratchBlock));

/** The calls of one run, on memory of its own. */
export class NativeRecording extends CallLog<Block> {
  readonly #backend: NativeBackend;
  readonly #memory: Memory;
  /** For what calls must not overwrite: memory that no call has had, and none gets later. */
  readonly #fixed: Memory;
  readonly #cells: Cells;

  constructor(backend: NativeBackend, strict: boolean) {
    super(backend, strict);
    this.#backend = backend;
    this.#memory = new Memory(backend.library.addressOf);
    this.#fixed = new Memory(backend.library.addressOf);
    this.#cells = new Cells(this.#fixed);
  }

  stop(): void {
    this.#backend.endRecording(this);
  }

  program(): Program {
    const { library } = this.#backend;
    const calls = optimize(this.calls, (buffer) => this.outlives(buffer), library.addressOf);
    const used = [...lifetimesOf(calls).keys()].map(({ handle }) => handle).filter(isBlock);
    return new NativeProgram(library, calls, this.pin(used), this.#cells.regions);
  }

  protected reserve(byteLength: number): Block {
    return this.#memory.allocate(byteLength);
  }

  protected recycle(block: Block): void {
    this.#memory.free(block);
  }

  protected reserveCell(byteLength: number): Block {
    return this.#cells.allocate(byteLength);
  }

  protected cellWriter(
    { bytes, start }: Block,
    dtype: DType,
    length: number,
  ): (elements: TypedArray) => void {
    const memory = dtypes[dtype].array(bytes.buffer, bytes.byteOffset + start, length);
    return (elements) => {
      if (length === 1) memory[0] = elements[0]!;
      else memory.set(elements);
    };
  }

  protected constant(source: Uint8Array): Block {
    const block = this.#fixed.allocate(source.length);
    block.bytes.set(source, block.start);
    return block;
  }
}
