import { ALIGNMENT, type Block, type Heap, type Residency } from './memory.ts';

/**
 * Memory of buffers of JavaScript's, so a block that is dropped without being freed is collected like anything else, in a synchronous loop
 * too, and the collector knows how much memory hangs on it.
 */
export class HostHeap implements Heap {
  /** Less than the 4 GiB of a buffer of Node.js 20, by the lines that alignment takes. */
  readonly maxBytes = 2 ** 32 - 2 ** 12;
  readonly cacheLimit = 2 ** 30;
  /** Where an array's first byte lies. */
  readonly addressOf: (bytes: Uint8Array) => number;

  constructor(addressOf: (bytes: Uint8Array) => number) {
    this.addressOf = addressOf;
  }

  create(capacity: number, sizeClass: number): Block {
    const bytes = Buffer.allocUnsafeSlow(capacity + ALIGNMENT);
    const address = this.addressOf(bytes);
    const start = (ALIGNMENT - (address % ALIGNMENT)) % ALIGNMENT;
    return { address: address + start, bytes, start, capacity, sizeClass, pinned: false, isVolatile: false };
  }

  /** The collector takes it. */
  release(): void {}

  beginCall(): void {}

  onShortage(): void {}

  /** Blocks never move. */
  reside(): Residency {
    let reserved: Block[] | undefined = [];
    return {
      use: () => reserved !== undefined,
      reserve: (byteLength) => {
        const block = this.create(byteLength, 0);
        reserved?.push(block);
        return block.address;
      },
      end: () => {
        reserved = undefined;
      },
    };
  }
}
