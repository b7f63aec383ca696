import { type DType, dtypes, type TypedArray } from '../dtype.ts';
import { formatShape, KindlingError } from '../errors.ts';
import { contiguousStrides, numel, type Shape } from '../shape.ts';
import { type Backend, type BufferHandle, Storage, type View } from './backend.ts';
import type { Capture, Graph, GraphInput } from './capture.ts';
import type { KernelCall } from './kernels.ts';
import type { BufferView, LoweredCall } from './lowered-call.ts';
import { type Buffer, isBufferView } from './passes/memory-use.ts';

/** A piece of an engine's memory, as far as a log looks at it. */
export interface CapturedBlock {
  /** Bytes. */
  readonly capacity: number;
  /** A captured graph works on it for good, so that nobody else may have it. */
  pinned: boolean;
}

/** Bytes of a buffer as an operand. */
const bytesAt = (storage: Buffer, offset: number, length: number): BufferView => ({
  storage,
  dtype: 'uint8',
  shape: [length],
  strides: [1],
  offset,
});

function describe({ kind, attributes, inputs }: LoweredCall): string {
  const op = 'op' in attributes ? attributes.op : kind;
  const operands = inputs.map((x) => (isBufferView(x) ? `${x.dtype} ${formatShape(x.shape)}` : String(x)));
  return `${op} of ${operands.join(' and ')}`;
}

const sameList = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => Object.is(x, b[i]));

function sameAttributes(a: object, b: object): boolean {
  const entries = Object.entries(a);
  if (entries.length !== Object.keys(b).length) return false;
  return entries.every(([key, value]) => {
    const other: unknown = Reflect.get(b, key);
    return Array.isArray(value) && Array.isArray(other) ? sameList(value, other) : Object.is(value, other);
  });
}

/**
 * The calls of one run, on the blocks that they worked on: what a capture is on every engine whose memory is made of blocks. The engine
 * adds where blocks come from, how the host writes to them, and what replays the calls.
 */
export abstract class CapturedCalls<B extends CapturedBlock> implements Capture {
  readonly calls: LoweredCall[] = [];
  readonly written = new Set<Storage>();
  /** Storages that were there before, with the memory that they had. */
  readonly outside = new Map<Storage, BufferHandle>();
  unsupportedReason: string | undefined;
  readonly #backend: Backend;
  readonly #strict: boolean;
  readonly #own = new Set<B>();
  /** What stands for each block's present use: a block that is handed out again is another buffer. */
  readonly #buffers = new Map<B, Buffer>();
  /** Buffers of the capture's own that were given back before its end. */
  readonly #temporary = new Set<Buffer>();
  readonly #outsideBlocks = new Set<B>();
  readonly #constants = new Map<B, Uint8Array>();
  readonly #graphInputs = new Map<B, number>();
  #makesInput = false;
  /** Blocks from outside that were freed meanwhile; a graph may need them. */
  readonly #retired: B[] = [];

  constructor(backend: Backend, strict: boolean) {
    this.#backend = backend;
    this.#strict = strict;
  }

  /** A block that nobody outside of the capture has had or gets. */
  protected abstract reserve(byteLength: number): B;
  /** Takes a block of {@link reserve} back, for the calls to come. */
  protected abstract recycle(block: B): void;
  /** A block that no call of the capture has had, and none gets later. */
  protected abstract reserveInput(byteLength: number): B;
  /** What sets the elements of a block of {@link reserveInput}. */
  protected abstract inputWriter(block: B, dtype: DType, length: number): (elements: TypedArray) => void;
  /** Such a block that holds bytes of the host from now on. */
  protected abstract constant(bytes: Uint8Array): B;

  abstract stop(): void;
  abstract graph(): Graph;

  allocate(byteLength: number): B {
    const block = this.#makesInput ? this.reserveInput(byteLength) : this.reserve(byteLength);
    if (this.#makesInput) this.#graphInputs.set(block, this.#graphInputs.size);
    this.#own.add(block);
    this.#buffers.delete(block);
    return block;
  }

  /** Takes a freed block back, for the calls to come. Returns whether it did: one that no call has used is the backend's. */
  free(block: B): boolean {
    if (this.#graphInputs.has(block)) return true;
    if (this.#own.has(block)) {
      this.#temporary.add(this.#bufferOf(block));
      this.recycle(block);
      return true;
    }
    if (!this.#outsideBlocks.has(block)) return false;
    this.#retired.push(block);
    return true;
  }

  log(call: KernelCall): void {
    for (const view of call.outputs) {
      this.#note(view.storage);
      if (!this.owns(view.storage)) this.written.add(view.storage);
    }
    for (const input of call.inputs) if (typeof input === 'object') this.#note(input.storage);
    const inputs = call.inputs.map((input) => (typeof input === 'object' ? this.#placed(input) : input));
    const outputs = call.outputs.map((output) => this.#placed(output));
    this.calls.push({ ...call, outputs, inputs } as LoweredCall);
  }

  /** A host write is a copy of the same bytes at every replay. */
  logWrite(block: B, byteOffset: number, source: Uint8Array): void {
    if (source.length === 0) return;
    const copy = source.slice();
    const constant = this.constant(copy);
    this.#constants.set(constant, copy);
    this.calls.push({
      kind: 'copy',
      outputs: [bytesAt(this.#bufferOf(block), byteOffset, source.length)],
      inputs: [bytesAt(this.#bufferOf(constant), 0, source.length)],
      attributes: {},
    });
  }

  logRead(): void {
    const message =
      'values are read on the host (item, data, toArray) inside the function; return the tensor and read it outside';
    if (this.#strict) throw new KindlingError(`compile: ${message}`);
    this.unsupportedReason ??= message;
  }

  owns(storage: Storage): boolean {
    return this.#own.has(storage.handle as B);
  }

  input(dtype: DType, shape: Shape): GraphInput {
    const length = numel(shape);
    this.#makesInput = true;
    const storage = new Storage(this.#backend, length * dtypes[dtype].bytes);
    this.#makesInput = false;
    const block = storage.handle as B;
    return {
      view: { storage, dtype, shape, strides: contiguousStrides(shape), offset: 0 },
      write: this.inputWriter(block, dtype, length),
    };
  }

  difference(other: Capture): string | undefined {
    if (!(other instanceof CapturedCalls) || other.#backend !== this.#backend)
      return 'it ran on another engine';
    const numbers = new Map<B, number>();
    const otherNumbers = new Map<B, number>();
    const identify = (block: B, from: CapturedCalls<B>, known: Map<B, number>): unknown => {
      const input = from.#graphInputs.get(block);
      if (input !== undefined) return `input ${input}`;
      if (!from.#own.has(block) && !from.#constants.has(block)) return block;
      const number = known.get(block) ?? known.size;
      known.set(block, number);
      return number;
    };
    const blockOf = (place: BufferView): B => place.storage.handle as B;
    const sameView = (a: BufferView, b: BufferView): boolean => {
      const constant = this.#constants.get(blockOf(a));
      const otherConstant = other.#constants.get(blockOf(b));
      return (
        a.dtype === b.dtype &&
        a.offset === b.offset &&
        sameList(a.shape, b.shape) &&
        sameList(a.strides, b.strides) &&
        identify(blockOf(a), this, numbers) === identify(blockOf(b), other, otherNumbers) &&
        (constant === undefined ||
          (otherConstant !== undefined && constant.every((byte, i) => byte === otherConstant[i])))
      );
    };
    const same = (a: BufferView | number, b: BufferView | number | undefined): boolean =>
      isBufferView(a) ? typeof b === 'object' && sameView(a, b) : Object.is(a, b);
    for (const [i, call] of this.calls.entries()) {
      const before = other.calls[i];
      if (before === undefined) return `operation ${i} (${describe(call)}) is new`;
      const equal =
        call.kind === before.kind &&
        sameAttributes(call.attributes, before.attributes) &&
        call.inputs.length === before.inputs.length &&
        call.inputs.every((input, n) => same(input, before.inputs[n])) &&
        call.outputs.every((output, n) => same(output, before.outputs[n]));
      if (!equal) {
        const [is, was] = [describe(call), describe(before)];
        return is === was
          ? `operation ${i} (${is}) uses other memory or other host data than before`
          : `operation ${i} is ${is}, and was ${was} before`;
      }
    }
    const rest = other.calls[this.calls.length];
    return rest === undefined ? undefined : `operation ${this.calls.length} (${describe(rest)}) is missing`;
  }

  /** Whether a buffer's content is wanted after the last call. */
  protected outlives(buffer: Buffer): boolean {
    return !this.#temporary.has(buffer);
  }

  /** Gives the blocks that a graph uses, with what else it needs, to it for good. */
  protected pin(used: Iterable<B>): B[] {
    const blocks = new Set<B>([...this.#graphInputs.keys(), ...this.#retired, ...used]);
    for (const block of blocks) block.pinned = true;
    return [...blocks];
  }

  #bufferOf(block: B): Buffer {
    let buffer = this.#buffers.get(block);
    if (buffer === undefined) {
      buffer = { handle: block };
      this.#buffers.set(block, buffer);
    }
    return buffer;
  }

  /** A view without its storage, which may be freed before the log is used. */
  #placed({ storage, dtype, shape, strides, offset }: View): BufferView {
    return { storage: this.#bufferOf(storage.handle as B), dtype, shape, strides, offset };
  }

  #note(storage: Storage): void {
    if (this.owns(storage)) return;
    const block = storage.handle as B;
    this.outside.set(storage, block);
    this.#outsideBlocks.add(block);
  }
}
