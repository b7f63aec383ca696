import { type DType, dtypes, type TypedArray } from '../../dtype.ts';
import { CallLog } from '../call-log.ts';
import { eliminateDeadStores } from '../passes/eliminate-dead-stores.ts';
import { lifetimesOf } from '../passes/plan-memory.ts';
import type { Program } from '../recording.ts';
import type { CudaBackend } from './backend.ts';
import { type Block, BlockCache } from './memory.ts';
import { CudaProgram } from './program.ts';

/** Bytes that the cells of a recording share, unless one is larger. */
const CELLS_BYTES = 2 ** 14;

const ALIGNMENT = 256;

/** Cells side by side on the device, and what the host has written to them since it was copied there. */
export class CellArea {
  readonly block: Block;
  readonly mirror: Uint8Array;
  used = 0;
  isChanged = false;

  constructor(block: Block) {
    this.block = block;
    this.mirror = new Uint8Array(block.capacity);
  }

  /** The part that cells take up. */
  get content(): Uint8Array {
    return this.mirror.subarray(0, this.used);
  }
}

/** A cell's part of an area. */
interface CellBlock extends Block {
  readonly area: CellArea;
  readonly start: number;
}

/** The calls of one run, on memory of its own. */
export class CudaRecording extends CallLog<Block> {
  readonly #backend: CudaBackend;
  readonly #memory: BlockCache;
  readonly #areas: CellArea[] = [];
  #isRunning = true;

  constructor(backend: CudaBackend, strict: boolean) {
    super(backend, strict);
    this.#backend = backend;
    this.#memory = new BlockCache(backend.memory);
  }

  stop(): void {
    this.#isRunning = false;
    this.#backend.endRecording(this);
  }

  program(): Program {
    const calls = eliminateDeadStores(this.calls, (buffer) => this.outlives(buffer));
    const used = [...lifetimesOf(calls).keys()].map(({ handle }) => handle as Block);
    return new CudaProgram(this.#backend, calls, this.pin(used), this.#areas);
  }

  protected reserve(byteLength: number): Block {
    this.#backend.use();
    return this.#memory.allocate(byteLength);
  }

  protected recycle(block: Block): void {
    this.#memory.free(block);
  }

  protected reserveCell(byteLength: number): CellBlock {
    let area = this.#areas.at(-1);
    if (area === undefined || area.used + byteLength > area.block.capacity) {
      area = new CellArea(this.#backend.memory.create(Math.max(byteLength, CELLS_BYTES)));
      this.#areas.push(area);
    }
    const start = area.used;
    area.used = Math.ceil((start + byteLength) / ALIGNMENT) * ALIGNMENT;
    const { address, sizeClass } = area.block;
    return { address: address + start, capacity: byteLength, sizeClass, pinned: true, area, start };
  }

  protected cellWriter(block: Block, dtype: DType, length: number): (elements: TypedArray) => void {
    const { area, start, address } = block as CellBlock;
    const bytes = area.mirror.subarray(start, start + length * dtypes[dtype].bytes);
    const memory = dtypes[dtype].array(bytes.buffer, bytes.byteOffset, length);
    return (elements) => {
      if (length === 1) memory[0] = elements[0]!;
      else memory.set(elements);
      // While the recording runs the cell is read by what runs next; afterwards by the next replay.
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
