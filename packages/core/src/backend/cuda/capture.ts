import { type DType, dtypes, type TypedArray } from '../../dtype.ts';
import type { Graph } from '../capture.ts';
import { CapturedCalls } from '../captured-calls.ts';
import { eliminateDeadStores } from '../passes/eliminate-dead-stores.ts';
import { lifetimesOf } from '../passes/plan-memory.ts';
import type { CudaBackend } from './backend.ts';
import { CudaGraph } from './graph.ts';
import { type Block, BlockCache } from './memory.ts';

/** Bytes that the graph inputs of a capture share, unless one is larger. */
const INPUTS_BYTES = 2 ** 14;

const ALIGNMENT = 256;

/** GraphInputs side by side on the device, and what the host has written to them since it was copied there. */
export class InputArea {
  readonly block: Block;
  readonly mirror: Uint8Array;
  used = 0;
  isChanged = false;

  constructor(block: Block) {
    this.block = block;
    this.mirror = new Uint8Array(block.capacity);
  }

  /** The part that graph inputs take up. */
  get content(): Uint8Array {
    return this.mirror.subarray(0, this.used);
  }
}

/** A graph input's part of an area. */
interface InputBlock extends Block {
  readonly area: InputArea;
  readonly start: number;
}

/** The calls of one run, on memory of its own. */
export class CudaCapture extends CapturedCalls<Block> {
  readonly #backend: CudaBackend;
  readonly #memory: BlockCache;
  readonly #areas: InputArea[] = [];
  #isRunning = true;

  constructor(backend: CudaBackend, strict: boolean) {
    super(backend, strict);
    this.#backend = backend;
    this.#memory = new BlockCache(backend.memory);
  }

  stop(): void {
    this.#isRunning = false;
    this.#backend.endCapture(this);
  }

  graph(): Graph {
    const calls = eliminateDeadStores(this.calls, (buffer) => this.outlives(buffer));
    const used = [...lifetimesOf(calls).keys()].map(({ handle }) => handle as Block);
    return new CudaGraph(this.#backend, calls, this.pin(used), this.#areas);
  }

  protected reserve(byteLength: number): Block {
    this.#backend.use();
    return this.#memory.allocate(byteLength);
  }

  protected recycle(block: Block): void {
    this.#memory.free(block);
  }

  protected reserveInput(byteLength: number): InputBlock {
    let area = this.#areas.at(-1);
    if (area === undefined || area.used + byteLength > area.block.capacity) {
      area = new InputArea(this.#backend.memory.create(Math.max(byteLength, INPUTS_BYTES)));
      this.#areas.push(area);
    }
    const start = area.used;
    area.used = Math.ceil((start + byteLength) / ALIGNMENT) * ALIGNMENT;
    const { address, sizeClass } = area.block;
    return { address: address + start, capacity: byteLength, sizeClass, pinned: true, area, start };
  }

  protected inputWriter(block: Block, dtype: DType, length: number): (elements: TypedArray) => void {
    const { area, start, address } = block as InputBlock;
    const bytes = area.mirror.subarray(start, start + length * dtypes[dtype].bytes);
    const memory = dtypes[dtype].array(bytes.buffer, bytes.byteOffset, length);
    return (elements) => {
      if (length === 1) memory[0] = elements[0]!;
      else memory.set(elements);
      // While the capture runs the cell is read by what runs next; afterwards by the next replay.
      if (this.#isRunning) this.#backend.upload(address, bytes);
      else area.isChanged = true;
    };
  }

  protected constant(bytes: Uint8Array): Block {
    const block = this.#backend.memory.create(bytes.length);
    this.#backend.upload(block.address, bytes);
    return block;
  }
}
