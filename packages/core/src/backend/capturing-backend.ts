import type { Backend, BufferHandle } from './backend.ts';
import type { CallLog, LoggedBlock } from './call-log.ts';
import { assertInside } from './check-view.ts';
import type { Feature, KernelCall } from './kernels.ts';
import type { Recording } from './recording.ts';

/** A backend on blocks of memory that logs what it does while a recording runs. The engine adds memory, copies and kernels. */
export abstract class CapturingBackend<B extends LoggedBlock> implements Backend {
  abstract readonly name: string;
  abstract readonly device: string;
  #recording: CallLog<B> | undefined;

  abstract supports(feature: Feature): boolean;
  protected abstract allocateBlock(byteLength: number): B;
  protected abstract freeBlock(block: B): void;
  protected abstract copyIn(block: B, byteOffset: number, source: Uint8Array): void;
  protected abstract copyOut(block: B, byteOffset: number, target: Uint8Array): void;
  protected abstract run(call: KernelCall): void;
  /** A recording that begins now. */
  protected abstract log(strict: boolean): CallLog<B>;

  allocate(byteLength: number): BufferHandle {
    return this.#recording?.allocate(byteLength) ?? this.allocateBlock(byteLength);
  }

  free(handle: BufferHandle): void {
    const block = handle as B;
    if (block.pinned || this.#recording?.free(block)) return;
    this.freeBlock(block);
  }

  write(handle: BufferHandle, byteOffset: number, source: Uint8Array): void {
    const block = handle as B;
    assertInside('write', block, byteOffset, source.length);
    this.copyIn(block, byteOffset, source);
    this.#recording?.logWrite(block, byteOffset, source);
  }

  read(handle: BufferHandle, byteOffset: number, target: Uint8Array): void {
    const block = handle as B;
    assertInside('read', block, byteOffset, target.length);
    this.#recording?.logRead();
    this.copyOut(block, byteOffset, target);
  }

  execute(call: KernelCall): void {
    this.run(call);
    this.#recording?.log(call);
  }

  record(strict: boolean): Recording {
    this.#recording = this.log(strict);
    return this.#recording;
  }

  endRecording(recording: CallLog<B>): void {
    if (this.#recording === recording) this.#recording = undefined;
  }
}
