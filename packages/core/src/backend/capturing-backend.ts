import type { Backend, BufferHandle } from './backend.ts';
import type { Capture } from './capture.ts';
import type { CapturedBlock, CapturedCalls } from './captured-calls.ts';
import { assertInside } from './check-view.ts';
import type { Feature, KernelCall } from './kernels.ts';

/** A backend on blocks of memory that logs what it does while a capture runs. The engine adds memory, copies and kernels. */
export abstract class CapturingBackend<B extends CapturedBlock> implements Backend {
  abstract readonly name: string;
  abstract readonly device: string;
  /** The capture that runs now. */
  protected captured: CapturedCalls<B> | undefined;

  abstract supports(feature: Feature): boolean;
  protected abstract allocateBlock(byteLength: number): B;
  protected abstract freeBlock(block: B): void;
  protected abstract copyIn(block: B, byteOffset: number, source: Uint8Array): void;
  protected abstract copyOut(block: B, byteOffset: number, target: Uint8Array): void;
  /** Runs a call, and logs it in the capture that runs. */
  abstract execute(call: KernelCall): void;
  /** A capture that begins now. */
  protected abstract log(strict: boolean): CapturedCalls<B>;

  allocate(byteLength: number): BufferHandle {
    return this.captured?.allocate(byteLength) ?? this.allocateBlock(byteLength);
  }

  free(handle: BufferHandle): void {
    const block = handle as B;
    if (block.pinned || this.captured?.free(block)) return;
    this.freeBlock(block);
  }

  write(handle: BufferHandle, byteOffset: number, source: Uint8Array): void {
    const block = handle as B;
    assertInside('write', block, byteOffset, source.length);
    this.copyIn(block, byteOffset, source);
    this.captured?.logWrite(block, byteOffset, source);
  }

  read(handle: BufferHandle, byteOffset: number, target: Uint8Array): void {
    const block = handle as B;
    assertInside('read', block, byteOffset, target.length);
    this.captured?.logRead();
    this.copyOut(block, byteOffset, target);
  }

  capture(strict: boolean): Capture {
    this.captured = this.log(strict);
    return this.captured;
  }

  endCapture(capture: CapturedCalls<B>): void {
    if (this.captured === capture) this.captured = undefined;
  }
}
