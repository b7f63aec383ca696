import type { DType, TypedArray } from '../../dtype.ts';
import { dtypes } from '../../dtype.ts';
import type { BufferHandle } from '../backend.ts';
import type { Graph } from '../capture.ts';
import { CapturedCalls } from '../captured-calls.ts';
import { lifetimesOf } from '../passes/plan-memory.ts';
import { BlockArray } from './block-array.ts';
import type { ScratchBlock } from './encode-fused.ts';
import { NativeGraph } from './graph.ts';
import { GraphInputBlock, GraphInputs } from './graph-inputs.ts';
import { type Block, Memory } from './memory.ts';
import type { NativeBackend } from './native.ts';
import { optimize } from './optimize.ts';

const isBlock = (handle: BufferHandle): handle is Block => !('scratch' in (handle as Block | ScratchBlock));

/** The calls of one run, on memory of its own. */
export class NativeCapture extends CapturedCalls<Block> {
  readonly #backend: NativeBackend;
  readonly #memory: Memory;
  /** For what calls must not overwrite: memory that no call has had, and none gets later. */
  readonly #fixed: Memory;
  readonly #graphInputs: GraphInputs;

  constructor(backend: NativeBackend, strict: boolean) {
    super(backend, strict);
    this.#backend = backend;
    this.#memory = new Memory(backend.library.heap);
    this.#fixed = new Memory(backend.library.heap);
    this.#graphInputs = new GraphInputs(this.#fixed);
  }

  stop(): void {
    this.#backend.endCapture(this);
  }

  graph(): Graph {
    const { library } = this.#backend;
    const sharing = { chunkOf: library.chunk, lineWidth: library.lineWidth(), tasks: library.threads() };
    const calls = optimize(this.calls, (buffer) => this.outlives(buffer), library.heap, sharing);
    const used = [...lifetimesOf(calls).keys()].map(({ handle }) => handle).filter(isBlock);
    this.pin(used);
    const { regions } = this.#graphInputs;
    const blocks = new Set(used.filter((block) => !(block instanceof GraphInputBlock)));
    for (const { block } of regions) blocks.add(block);
    return new NativeGraph(library, calls, [...blocks], regions);
  }

  protected reserve(byteLength: number): Block {
    return this.#memory.allocate(byteLength);
  }

  protected recycle(block: Block): void {
    this.#memory.free(block);
  }

  protected reserveInput(byteLength: number): Block {
    return this.#graphInputs.allocate(byteLength);
  }

  protected inputWriter(block: Block, dtype: DType, length: number): (elements: TypedArray) => void {
    const input = new BlockArray(block, dtypes[dtype].array, length);
    return (elements) => {
      const memory = input.elements;
      if (length === 1) memory[0] = elements[0]!;
      else memory.set(elements);
    };
  }

  protected constant(source: Uint8Array): Block {
    const block = this.#fixed.allocate(source.length);
    const { bytes, start } = block;
    bytes.set(source, start);
    return block;
  }
}
