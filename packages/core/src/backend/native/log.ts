import { CallLog } from '../call-log.ts';
import type { Program } from '../recording.ts';
import { type Block, Memory } from './memory.ts';
import type { NativeBackend } from './native.ts';
import { NativeProgram } from './program.ts';

/** The calls of one run, on memory of its own. */
export class NativeRecording extends CallLog<Block> {
  readonly #backend: NativeBackend;
  readonly #memory: Memory;
  /** For what calls must not overwrite: memory that no call has had, and none gets later. */
  readonly #fixed: Memory;

  constructor(backend: NativeBackend, strict: boolean) {
    super(backend, strict);
    this.#backend = backend;
    this.#memory = new Memory(backend.library.addressOf);
    this.#fixed = new Memory(backend.library.addressOf);
  }

  stop(): void {
    this.#backend.endRecording(this);
  }

  program(): Program {
    return new NativeProgram(this.#backend.library, this.calls, this.pin());
  }

  protected reserve(byteLength: number): Block {
    return this.#memory.allocate(byteLength);
  }

  protected recycle(block: Block): void {
    this.#memory.free(block);
  }

  protected reserveCell(byteLength: number): Block {
    return this.#fixed.allocate(byteLength);
  }

  protected writeCell({ bytes, start }: Block, source: Uint8Array): void {
    bytes.set(source, start);
  }

  protected constant(source: Uint8Array): Block {
    const block = this.#fixed.allocate(source.length);
    this.writeCell(block, source);
    return block;
  }
}
