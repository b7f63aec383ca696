/** Blocks begin at multiples of this, the length of a cache line. */
const ALIGNMENT = 64;

/**
 * Most bytes of a block: less than the 4 GiB of a buffer of Node.js 20, by the lines that alignment takes.
 */
export const MAX_BYTES = 2 ** 32 - 2 ** 12;

/** Most bytes that freed blocks may hold back for later ones. */
const CACHE_LIMIT = 2 ** 30;

/**
 * A piece of memory that kernels work on. It lies in a buffer of JavaScript's, so a block that is dropped without being freed is
 * collected like anything else, in a synchronous loop too, and the collector knows how much memory hangs on it.
 */
export interface Block {
  /** Of the first byte; a multiple of 64. */
  readonly address: number;
  /** Holds the block from `start` on. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly capacity: number;
  readonly sizeClass: number;
  /** A captured graph works on it for good, so that nobody else may have it. */
  pinned: boolean;
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
  readonly #addressOf: (bytes: Uint8Array) => number;
  readonly #free: Block[][] = [];
  #cached = 0;

  constructor(addressOf: (bytes: Uint8Array) => number) {
    this.#addressOf = addressOf;
  }

  /** Bytes held back for later requests. */
  get cached(): number {
    return this.#cached;
  }

  allocate(byteLength: number): Block {
    const { sizeClass, capacity } = sizeClassOf(byteLength);
    const block = this.#free[sizeClass]?.pop();
    if (block === undefined) return this.#create(sizeClass, Math.min(capacity, MAX_BYTES));
    this.#cached -= capacity;
    return block;
  }

  free(block: Block): void {
    if (this.#cached + block.capacity > CACHE_LIMIT) return;
    this.#cached += block.capacity;
    const list = this.#free[block.sizeClass];
    if (list === undefined) this.#free[block.sizeClass] = [block];
    else list.push(block);
  }

  #create(sizeClass: number, capacity: number): Block {
    const bytes = Buffer.allocUnsafeSlow(capacity + ALIGNMENT);
    const address = this.#addressOf(bytes);
    const start = (ALIGNMENT - (address % ALIGNMENT)) % ALIGNMENT;
    return { address: address + start, bytes, start, capacity, sizeClass, pinned: false };
  }
}
