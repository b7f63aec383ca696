import { DeviceError } from '../../errors.ts';
import type { Block, Heap } from '../native/memory.ts';
import type { WasmMemory } from './webassembly.ts';

const MIB = 2 ** 20;

/** Bytes of blocks after which some have to go, at first: it doubles where all are in use. */
const FIRST_LIMIT = 128 * MIB;

/** What addresses of 32 bits reach. */
const MAX_MEMORY = 2 ** 32;

/** Bytes from which on the collector's word is waited for: a copy of a block that was dropped takes longer. */
const LARGE = 64 * 1024;

/** What a module gives to manage its memory. */
export interface MemoryFunctions {
  readonly memory: WasmMemory;
  /** Address of so many bytes, a multiple of 64; 0 where there are none. */
  readonly allocate: (byteLength: number) => number;
  readonly free: (address: number) => void;
}

/** Where the content of a block is. The heap knows those that lie in its memory, and nothing but the block knows the others. */
interface Home {
  readonly capacity: number;
  /** In the module's memory, a multiple of 64; 0 where it is not there. */
  address: number;
  /** The content, where it is not in the module's memory. */
  spilled: Uint8Array | undefined;
  /** Position of the last use among all uses of blocks. */
  used: number;
  pinned: boolean;
}

/**
 * The memory of a WebAssembly module. It never shrinks, and the collector does not know of it: blocks that are dropped in a synchronous
 * loop, which reaches no finalizer, would fill it. So where it gets large, the blocks that were not used for the longest time move
 * into arrays of JavaScript's, which the collector takes with their blocks; one that is used again comes back. Where nothing is dropped,
 * the limit grows instead.
 */
export class WasmHeap implements Heap {
  /** Sizes and positions are signed numbers of 32 bits in the module. */
  readonly maxBytes = 2 ** 31 - 2 ** 12;
  readonly cacheLimit = FIRST_LIMIT;
  readonly #functions: MemoryFunctions;
  #bytes: Uint8Array;
  #limit = FIRST_LIMIT;
  #reserved = 0;
  /** Bytes that came back since the last time that room was made. */
  #restored = 0;
  #uses = 0;
  /** Uses before the call that runs, whose blocks stay where they are. */
  #beforeCall = 0;
  /** Uses up to the last time that room was made. */
  #earlier = 0;
  /** Of all blocks in the memory, the oldest first. */
  readonly #homes = new Set<Home>();
  readonly #dropped = new FinalizationRegistry<Home>((home) => this.#remove(home));
  readonly #drains: (() => void)[] = [];

  constructor(functions: MemoryFunctions) {
    this.#functions = functions;
    this.#bytes = new Uint8Array(functions.memory.buffer);
  }

  /** The whole memory, until it grows. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#functions.memory.buffer);
    return this.#bytes;
  }

  /** Bytes of all blocks in the memory. */
  get reserved(): number {
    return this.#reserved;
  }

  create(capacity: number, sizeClass: number): Block {
    const home: Home = { capacity, address: 0, spilled: undefined, used: this.#beforeCall, pinned: false };
    const block = new WasmBlock(this, home, sizeClass);
    this.#place(block, home);
    return block;
  }

  release(block: Block): void {
    const { home } = block as WasmBlock;
    home.spilled = undefined;
    if (home.address !== 0) this.#remove(home);
  }

  beginCall(): void {
    this.#beforeCall = this.#uses;
  }

  onShortage(drain: () => void): void {
    this.#drains.push(drain);
  }

  /** The block stays where it is from now on, until it is released or collected. */
  pin(block: WasmBlock, home: Home): void {
    this.addressOf(block, home);
    if (home.capacity < LARGE && !home.pinned) this.#dropped.register(block, home, home);
    home.pinned = true;
  }

  /** The address of a block that is used now. */
  addressOf(block: WasmBlock, home: Home): number {
    home.used = ++this.#uses;
    if (home.address === 0) {
      const { spilled } = home;
      this.#place(block, home);
      this.#restored += home.capacity;
      if (spilled !== undefined) this.bytes.set(spilled, home.address);
      home.spilled = undefined;
    }
    return home.address;
  }

  #place(block: WasmBlock, home: Home): void {
    const { capacity } = home;
    // Addresses are numbers without a sign.
    home.address = this.#reserve(capacity) >>> 0;
    // Threads may have grown a shared memory.
    const end = home.address + capacity;
    if (this.bytes.length < end) this.#bytes = new Uint8Array(this.#functions.memory.buffer);
    this.#homes.add(home);
    if (capacity >= LARGE) this.#dropped.register(block, home, home);
  }

  #reserve(capacity: number): number {
    if (this.#reserved + capacity > this.#limit) this.#makeRoom(capacity);
    const { allocate } = this.#functions;
    let address = allocate(capacity);
    if (address === 0) {
      for (const drain of this.#drains) drain();
      this.#spill(0);
      address = allocate(capacity);
    }
    if (address === 0) {
      const used = Math.ceil(this.#reserved / MIB);
      throw new DeviceError(
        `allocate: expected ${capacity} bytes of memory for the wasm engine, which has ${used} MiB in use of the 4 GiB that WebAssembly can address; use smaller batches, or free tensors with scope or dispose`,
      );
    }
    this.#reserved += capacity;
    return address;
  }

  #makeRoom(capacity: number): void {
    for (const drain of this.#drains) drain();
    if (this.#restored > this.#limit / 4) this.#raise();
    this.#restored = 0;
    // What was drained may have been little.
    if (this.#isTight(capacity)) this.#spill(Math.max(this.#limit / 2 - capacity, this.#reserved / 2));
    while (this.#isTight(capacity) && this.#limit < MAX_MEMORY) this.#raise();
  }

  #isTight(capacity: number): boolean {
    return this.#reserved + capacity > 0.75 * this.#limit;
  }

  #raise(): void {
    this.#limit = Math.min(2 * this.#limit, MAX_MEMORY);
  }

  /** Moves blocks out until no more than so many bytes are left, or none that may move. */
  #spill(target: number): void {
    this.#spillUsedUpTo(Math.min(this.#earlier, this.#beforeCall), target);
    this.#spillUsedUpTo(this.#beforeCall, target);
    this.#earlier = this.#uses;
  }

  #spillUsedUpTo(last: number, target: number): void {
    for (const home of this.#homes) {
      if (this.#reserved <= target) return;
      if (home.pinned || home.used > last) continue;
      home.spilled = this.bytes.slice(home.address, home.address + home.capacity);
      this.#remove(home);
    }
  }

  #remove(home: Home): void {
    if (home.capacity >= LARGE || home.pinned) this.#dropped.unregister(home);
    this.#homes.delete(home);
    this.#functions.free(home.address);
    this.#reserved -= home.capacity;
    home.address = 0;
  }
}

class WasmBlock implements Block {
  readonly home: Home;
  readonly sizeClass: number;
  readonly #heap: WasmHeap;

  constructor(heap: WasmHeap, home: Home, sizeClass: number) {
    this.#heap = heap;
    this.home = home;
    this.sizeClass = sizeClass;
  }

  get capacity(): number {
    return this.home.capacity;
  }

  get address(): number {
    return this.#heap.addressOf(this, this.home);
  }

  get start(): number {
    return this.#heap.addressOf(this, this.home);
  }

  get bytes(): Uint8Array {
    // It comes back first, which may make the memory grow.
    this.#heap.addressOf(this, this.home);
    return this.#heap.bytes;
  }

  get pinned(): boolean {
    return this.home.pinned;
  }

  set pinned(pinned: boolean) {
    if (pinned) this.#heap.pin(this, this.home);
  }
}
