import { DeviceError } from '../../errors.ts';
import { sizeClassOf } from '../native/memory.ts';
import { CudaError, results } from './driver.ts';
import { formatBytes } from './properties.ts';

/** A piece of a GPU's memory that kernels work on. One that is dropped without being freed goes back when it has been collected. */
export interface Block {
  /** Of the first byte on the device; a multiple of 256. */
  readonly address: number;
  readonly capacity: number;
  readonly sizeClass: number;
  /** A captured graph works on it for good, so that nobody else may have it. */
  pinned: boolean;
}

/** Memory of a GPU as the driver gives it. */
export interface MemorySource {
  readonly device: string;
  /** Bytes that the GPU has. */
  readonly total: number;
  /** Takes part in the order of the stream, and so does `release`. */
  reserve(byteLength: number): number;
  release(address: number): void;
  /** Waits for the stream and gives what is released back to the system. */
  settle(): void;
}

/** Bytes after which a collection of garbage may pay. */
const FIRST_COLLECTION = 2 ** 28;

/** New blocks after which it pays whatever their size: dropped ones would have come back. */
const MAX_CREATED = 2 ** 14;

/** Runs V8's collector, which does not know of the memory that hangs on blocks. */
const collectGarbage = (): void => {
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  (process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void)();
};

/**
 * All memory taken from the driver. Freed blocks are kept by size for the next request: kernels run in the order of one stream, so a block
 * may be handed out again while the kernels that used it last still run.
 */
export class DeviceMemory {
  readonly #source: MemorySource;
  readonly #cache: BlockCache;
  readonly #dropped: FinalizationRegistry<Omit<Block, 'pinned'>>;
  #reserved = 0;
  #nextCollection = FIRST_COLLECTION;
  /** Blocks taken from the driver since the last collection. */
  #created = 0;
  #isClosed = false;

  constructor(source: MemorySource) {
    this.#source = source;
    this.#cache = new BlockCache(this);
    this.#dropped = new FinalizationRegistry((block) => {
      // A copy: who held the block is gone.
      if (!this.#isClosed) this.#cache.free(this.#adopt({ ...block, pinned: false }));
    });
  }

  /** Bytes taken from the driver. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Bytes of them that wait for the next request. */
  get cached(): number {
    return this.#cache.cached;
  }

  allocate(byteLength: number): Block {
    return this.#cache.allocate(byteLength);
  }

  free(block: Block): void {
    this.#cache.free(block);
  }

  /** Takes a block from the driver. */
  create(byteLength: number): Block {
    const { sizeClass, capacity } = sizeClassOf(byteLength);
    if (this.#reserved + capacity > this.#nextCollection || ++this.#created > MAX_CREATED) {
      this.#created = 0;
      this.#nextCollection = Math.max(FIRST_COLLECTION, 2 * (this.#reserved + capacity));
      collectGarbage();
    }
    const address = this.#reserve(byteLength, capacity);
    this.#reserved += capacity;
    return this.#adopt({ address, capacity, sizeClass, pinned: false });
  }

  /** Gives cached blocks back to the driver. */
  trim(): void {
    for (const block of this.#cache.drain()) {
      this.#dropped.unregister(block);
      this.#reserved -= block.capacity;
      this.#source.release(block.address);
    }
    this.#source.settle();
  }

  /** Gives cached blocks back, and lets those that are dropped later be. */
  close(): void {
    this.trim();
    this.#isClosed = true;
  }

  #adopt(block: Block): Block {
    const { address, capacity, sizeClass } = block;
    this.#dropped.register(block, { address, capacity, sizeClass }, block);
    return block;
  }

  #reserve(byteLength: number, capacity: number): number {
    try {
      return this.#source.reserve(capacity);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
    }
    const { cached } = this;
    this.trim();
    try {
      return this.#source.reserve(capacity);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      const { device, total } = this.#source;
      throw new DeviceError(
        `allocate: expected ${formatBytes(byteLength)} of memory on ${device}, but of its ${formatBytes(total)} this process uses ${formatBytes(this.#reserved)} and had ${formatBytes(cached)} cached, and there is no more (${error.message}); use smaller batches, free tensors with scope or dispose, or end other graphs on this GPU`,
      );
    }
  }
}

const isOutOfMemory = (error: unknown): error is CudaError =>
  error instanceof CudaError && error.code === results.outOfMemory;

/** Hands out blocks, and keeps freed ones for the next request of their size. */
export class BlockCache {
  readonly #memory: DeviceMemory;
  readonly #free: Block[][] = [];
  #cached = 0;

  constructor(memory: DeviceMemory) {
    this.#memory = memory;
  }

  get cached(): number {
    return this.#cached;
  }

  allocate(byteLength: number): Block {
    const block = this.#free[sizeClassOf(byteLength).sizeClass]?.pop();
    if (block === undefined) return this.#memory.create(byteLength);
    this.#cached -= block.capacity;
    return block;
  }

  free(block: Block): void {
    this.#cached += block.capacity;
    const list = this.#free[block.sizeClass];
    if (list === undefined) this.#free[block.sizeClass] = [block];
    else list.push(block);
  }

  /** Takes all cached blocks out. */
  drain(): Block[] {
    const blocks = this.#free.flat();
    this.#free.length = 0;
    this.#cached = 0;
    return blocks;
  }
}
