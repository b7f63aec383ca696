import { type DType, dtypes } from '../../dtype.ts';
import { formatShape, KindlingError } from '../../errors.ts';
import { contiguousStrides, numel, type Shape } from '../../shape.ts';
import { type BufferHandle, Storage, type View } from '../backend.ts';
import { type Buffer, isPlace } from '../improve/memory-use.ts';
import { lifetimesOf } from '../improve/plan-buffers.ts';
import type { KernelCall } from '../kernels.ts';
import type { Place, PlacedCall } from '../placed-call.ts';
import type { Cell, Program, Recording } from '../recording.ts';
import { Cells } from './cells.ts';
import type { ChainBlock } from './encode-chain.ts';
import { improve } from './improve.ts';
import { type Block, Memory } from './memory.ts';
import type { NativeBackend } from './native.ts';
import { NativeProgram } from './program.ts';

const isBlock = (handle: BufferHandle): handle is Block => !('scratch' in (handle as Block | ChainBlock));

const blockOf = (place: Place): Block => place.storage.handle as Block;

/** Bytes of a buffer as an operand. */
const bytesAt = (storage: Buffer, offset: number, length: number): Place => ({
  storage,
  dtype: 'uint8',
  shape: [length],
  strides: [1],
  offset,
});

function describe({ kind, attributes, inputs }: PlacedCall): string {
  const op = 'op' in attributes ? attributes.op : kind;
  const operands = inputs.map((x) => (isPlace(x) ? `${x.dtype} ${formatShape(x.shape)}` : String(x)));
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

/** The calls of one run, on the blocks that they worked on. */
export class NativeRecording implements Recording {
  readonly calls: PlacedCall[] = [];
  readonly written = new Set<Storage>();
  /** Storages that were there before, with the memory that they had. */
  readonly outside = new Map<Storage, BufferHandle>();
  obstacle: string | undefined;
  readonly #backend: NativeBackend;
  readonly #strict: boolean;
  readonly #memory: Memory;
  /** For what calls must not overwrite: memory that no call has had, and none gets later. */
  readonly #fixed: Memory;
  readonly #own = new Set<Block>();
  /** What stands for each block's present use: a block that is handed out again is another buffer. */
  readonly #buffers = new Map<Block, Buffer>();
  /** Buffers of the recording's own that were given back before its end. */
  readonly #temporary = new Set<Buffer>();
  readonly #outsideBlocks = new Set<Block>();
  readonly #constants = new Map<Block, Uint8Array>();
  readonly #cells: Cells;
  #makesCell = false;
  /** Blocks from outside that were freed meanwhile; a program may need them. */
  readonly #retired: Block[] = [];

  constructor(backend: NativeBackend, strict: boolean) {
    this.#backend = backend;
    this.#strict = strict;
    this.#memory = new Memory(backend.library.addressOf);
    this.#fixed = new Memory(backend.library.addressOf);
    this.#cells = new Cells(this.#fixed);
  }

  allocate(byteLength: number): Block {
    const block = (this.#makesCell ? this.#cells : this.#memory).allocate(byteLength);
    this.#own.add(block);
    this.#buffers.delete(block);
    return block;
  }

  /** Takes a freed block back, for the calls to come. Returns whether it did: one that no call has used is the backend's. */
  free(block: Block): boolean {
    if (this.#cells.numbers.has(block)) return true;
    if (this.#own.has(block)) {
      this.#temporary.add(this.#bufferOf(block));
      this.#memory.free(block);
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
    this.calls.push({ ...call, outputs, inputs } as PlacedCall);
  }

  /** A host write is a copy of the same bytes at every replay. */
  logWrite(block: Block, byteOffset: number, source: Uint8Array): void {
    if (source.length === 0) return;
    const constant = this.#fixed.allocate(source.length);
    const copy = source.slice();
    this.#constants.set(constant, copy);
    constant.bytes.set(copy, constant.start);
    this.calls.push({
      kind: 'copy',
      outputs: [bytesAt(this.#bufferOf(block), byteOffset, source.length)],
      inputs: [bytesAt(this.#bufferOf(constant), 0, source.length)],
      attributes: {},
    });
  }

  logRead(): void {
    const message =
      'values are read on the host (item, data, toArray) inside of the function; return the tensor and read it outside';
    if (this.#strict) throw new KindlingError(`compile: ${message}`);
    this.obstacle ??= message;
  }

  owns(storage: Storage): boolean {
    return this.#own.has(storage.handle as Block);
  }

  cell(dtype: DType, shape: Shape): Cell {
    const length = numel(shape);
    this.#makesCell = true;
    const storage = new Storage(this.#backend, length * dtypes[dtype].bytes);
    this.#makesCell = false;
    const block = storage.handle as Block;
    const memory = dtypes[dtype].array(block.bytes.buffer, block.bytes.byteOffset + block.start, length);
    return {
      view: { storage, dtype, shape, strides: contiguousStrides(shape), offset: 0 },
      write: (elements) => {
        if (length === 1) memory[0] = elements[0]!;
        else memory.set(elements);
      },
    };
  }

  stop(): void {
    this.#backend.endRecording(this);
  }

  difference(other: Recording): string | undefined {
    if (!(other instanceof NativeRecording)) return 'it ran on another engine';
    const numbers = new Map<Block, number>();
    const otherNumbers = new Map<Block, number>();
    const identify = (block: Block, from: NativeRecording, known: Map<Block, number>): unknown => {
      const cell = from.#cells.numbers.get(block);
      if (cell !== undefined) return `cell ${cell}`;
      if (!from.#own.has(block) && !from.#constants.has(block)) return block;
      const number = known.get(block) ?? known.size;
      known.set(block, number);
      return number;
    };
    const samePlace = (a: Place, b: Place): boolean => {
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
    const same = (a: Place | number, b: Place | number | undefined): boolean =>
      isPlace(a) ? typeof b === 'object' && samePlace(a, b) : Object.is(a, b);
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
          ? `operation ${i} (${is}) works on other memory or other host data than before`
          : `operation ${i} is ${is}, and was ${was} before`;
      }
    }
    const rest = other.calls[this.calls.length];
    return rest === undefined ? undefined : `operation ${this.calls.length} (${describe(rest)}) is missing`;
  }

  program(): Program {
    const outlives = (buffer: Buffer): boolean => !this.#temporary.has(buffer);
    const calls = improve(this.calls, outlives, this.#backend.library.addressOf);
    const blocks = new Set<Block>([...this.#cells.numbers.keys(), ...this.#retired]);
    for (const { handle } of lifetimesOf(calls).keys()) if (isBlock(handle)) blocks.add(handle);
    for (const block of blocks) block.pinned = true;
    return new NativeProgram(this.#backend.library, calls, [...blocks], this.#cells.regions);
  }

  #bufferOf(block: Block): Buffer {
    let buffer = this.#buffers.get(block);
    if (buffer === undefined) {
      buffer = { handle: block };
      this.#buffers.set(block, buffer);
    }
    return buffer;
  }

  /** A view without its storage, which may be freed before the log is used. */
  #placed({ storage, dtype, shape, strides, offset }: View): Place {
    return { storage: this.#bufferOf(storage.handle as Block), dtype, shape, strides, offset };
  }

  #note(storage: Storage): void {
    if (this.owns(storage)) return;
    const block = storage.handle as Block;
    this.outside.set(storage, block);
    this.#outsideBlocks.add(block);
  }
}
