/** Blocks begin at multiples of this, the length of a cache line. */
export const ALIGNMENT = 64;

/** A piece of memory that kernels work on, which comes back to its {@link Heap} when it is dropped. */
export interface Block {
  /** Of the first byte; a multiple of 64. It may change where the block is not resident, but not from its use in a call on to the next call. */
  readonly address: number;
  /** Holds the block from `start` on, until a block is made. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly capacity: number;
  readonly sizeClass: number;
  /** A captured graph works on it for good, so that it is not handed out again. */
  pinned: boolean;
  /** Its content is not needed between calls, so that it may be lost where the block moves. */
  isVolatile: boolean;
}

/**
 * Blocks that stay where they are, for calls that hold their addresses, until memory runs short. A heap holds none of them: those of a graph
 * that is gone are collected.
 */
export interface Residency {
  /** Counts as a use of all blocks. Whether they are where they were; where not, that is final, and takes another residency. */
  use(): boolean;
  /** The address of so many bytes that come and go with the residency. */
  reserve(byteLength: number): number;
  end(): void;
}

/** The memory that a library's functions reach, as blocks. */
export interface Heap {
  /** Most bytes of a block. */
  readonly maxBytes: number;
  /** Most bytes that freed blocks may hold back for later ones. */
  readonly cacheLimit: number;
  create(capacity: number, sizeClass: number): Block;
  /** Takes the memory of a block that is not used any more. */
  release(block: Block): void;
  /** A call begins: blocks that were used before it may move, and residencies that were used before it may end. */
  beginCall(): void;
  /** Keeps the blocks where they are from now on. */
  reside(blocks: Iterable<Block>): Residency;
  /** Calls `drain`, which releases blocks that wait for later use, when memory runs short. */
  onShortage(drain: () => void): void;
}

/**
 * Units of 64 bytes that a request is rounded up to, and the number of that size: every size up to 16 units, then eight for
 * each doubling, so that at most an eighth is wasted.
 */
export function sizeClassOf(byteLength: number): { readonly sizeClass: number; readonly capacity: number } {
  const units = Math.max(1, Math.ceil(byteLength / ALIGNMENT));
  if (units <= 16) return { sizeClass: units, capacity: units * ALIGNMENT };
  const exponent = Math.floor(Math.log2(units - 1));
  const step = 2 ** (exponent - 3);
  const steps = Math.ceil(units / step);
  return { sizeClass: 8 * (exponent - 2) + (steps - 8), capacity: steps * step * ALIGNMENT };
}

/** Hands out blocks, and keeps freed ones for the next request of their size. */
export class Memory {
  readonly heap: Heap;
  readonly #free: Block[][] = [];
  #cached = 0;

  constructor(heap: Heap) {
    this.heap = heap;
  }

  /** Bytes held back for later requests. */
  get cached(): number {
    return this.#cached;
  }

  allocate(byteLength: number): Block {
    const { sizeClass, capacity } = sizeClassOf(byteLength);
    const block = this.#free[sizeClass]?.pop();
    if (block === undefined) return this.heap.create(Math.min(capacity, this.heap.maxBytes), sizeClass);
    this.#cached -= block.capacity;
    return block;
  }

  free(block: Block): void {
    if (this.#cached + block.capacity > this.heap.cacheLimit) {
      this.heap.release(block);
      return;
    }
    this.#cached += block.capacity;
    const list = this.#free[block.sizeClass];
    if (list === undefined) this.#free[block.sizeClass] = [block];
    else list.push(block);
  }

  /** Releases all blocks held back. */
  drain(): void {
    for (const block of this.#free.flat()) this.heap.release(block);
    this.#free.length = 0;
    this.#cached = 0;
  }
}
