import { DeviceError } from '../../errors.ts';
import type { Block, Heap, Residency } from '../native/memory.ts';
import type { WasmMemory } from './webassembly.ts';

const MIB = 2 ** 20;

/** Bytes of blocks after which some have to go, at first: it doubles where all are in use. */
const FIRST_LIMIT = 128 * MIB;

/** Bytes from which on the collector's word is waited for: a copy of a block that was dropped takes longer. */
const LARGE = 64 * 1024;

/** What a module gives to manage its memory. */
export interface MemoryFunctions {
  readonly memory: WasmMemory;
  /** Bytes that the memory can grow to. */
  readonly maxMemory: number;
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
  isVolatile: boolean;
  /** Position of the last use among all uses. */
  used: number;
  /** Residencies that keep it where it is. */
  residencies: number;
}

/**
 * The memory of a WebAssembly module. It never shrinks, and the collector does not know of it: blocks that are dropped in a synchronous
 * loop, which reaches no finalizer, would fill it. So where it gets large, the blocks that were not used for the longest time move
 * into arrays of JavaScript's, which the collector takes with their blocks; one that is used again comes back. Those of a captured graph
 * do so together, as its residency ends. Where nothing is dropped, the limit grows instead.
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
  /** All that have not ended, the oldest first. */
  readonly #residencies = new Set<WasmResidency>();
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

  /** Bytes of all blocks in the memory, and of what residencies have. */
  get reserved(): number {
    return this.#reserved;
  }

  create(capacity: number, sizeClass: number): Block {
    const home: Home = {
      capacity,
      address: 0,
      spilled: undefined,
      isVolatile: false,
      used: this.#beforeCall,
      residencies: 0,
    };
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

  reside(blocks: Iterable<Block>): Residency {
    const residency = new WasmResidency(this);
    this.#residencies.add(residency);
    for (const block of blocks) {
      const { home } = block as WasmBlock;
      this.addressOf(block as WasmBlock, home);
      home.residencies++;
      residency.homes.push(home);
    }
    return residency;
  }

  /** Its blocks may move from now on. */
  endResidency(residency: WasmResidency): void {
    if (!this.#residencies.delete(residency)) return;
    residency.hasEnded = true;
    for (const home of residency.homes) home.residencies--;
    for (const { address, capacity } of residency.reserved) this.#free(address, capacity);
  }

  /** Counts a use. Returns its position among all. */
  countUse(): number {
    return ++this.#uses;
  }

  /** The address of a block that is used now. */
  addressOf(block: WasmBlock, home: Home): number {
    home.used = this.countUse();
    if (home.address === 0) {
      const { spilled } = home;
      this.#place(block, home);
      this.#restored += home.capacity;
      if (spilled !== undefined) this.bytes.set(spilled, home.address);
      home.spilled = undefined;
    }
    return home.address;
  }

  /** The address of so many bytes, which make room for themselves. */
  reserve(capacity: number): number {
    if (this.#reserved + capacity > this.#limit) this.#makeRoom(capacity);
    const { allocate } = this.#functions;
    let address = allocate(capacity);
    if (address === 0) {
      this.evict();
      address = allocate(capacity);
    }
    if (address === 0) {
      const used = Math.ceil(this.#reserved / MIB);
      const most = Number((this.#functions.maxMemory / 2 ** 30).toPrecision(3));
      throw new DeviceError(
        `allocate: expected ${capacity} bytes of memory for the wasm engine, which has ${used} MiB in use of the ${most} GiB that its memory can grow to; use smaller batches, or free tensors with scope or dispose`,
      );
    }
    this.#reserved += capacity;
    // Addresses are numbers without a sign.
    return address >>> 0;
  }

  /** Moves all out but for what the call that runs has used. */
  evict(): void {
    for (const drain of this.#drains) drain();
    this.#endResidencies(this.#beforeCall, 0);
    this.#spill(this.#beforeCall, 0);
    this.#earlier = this.#uses;
  }

  #place(block: WasmBlock, home: Home): void {
    const { capacity } = home;
    home.address = this.reserve(capacity);
    // Threads may have grown a shared memory.
    const end = home.address + capacity;
    if (this.bytes.length < end) this.#bytes = new Uint8Array(this.#functions.memory.buffer);
    this.#homes.add(home);
    if (capacity >= LARGE) this.#dropped.register(block, home, home);
  }

  #makeRoom(capacity: number): void {
    for (const drain of this.#drains) drain();
    if (this.#restored > this.#limit / 4) this.#raise();
    this.#restored = 0;
    // What was drained may have been little.
    if (this.#isTight(capacity)) {
      const target = Math.max(this.#limit / 2 - capacity, this.#reserved / 2);
      const unused = Math.min(this.#earlier, this.#beforeCall);
      this.#spill(unused, target);
      this.#endResidencies(unused, target);
      this.#spill(this.#beforeCall, target);
      this.#earlier = this.#uses;
    }
    while (this.#isTight(capacity) && this.#limit < this.#functions.maxMemory) this.#raise();
  }

  #isTight(capacity: number): boolean {
    return this.#reserved + capacity > 0.75 * this.#limit;
  }

  #raise(): void {
    this.#limit = Math.min(2 * this.#limit, this.#functions.maxMemory);
  }

  /** Ends residencies that were last used up to then, and moves their blocks out, until no more than so many bytes are left. */
  #endResidencies(last: number, target: number): void {
    for (const residency of this.#residencies) {
      if (this.#reserved <= target) return;
      if (residency.used > last) continue;
      this.endResidency(residency);
      for (const home of residency.homes) if (home.address !== 0) this.#spillUnused(home, last);
    }
  }

  /** Moves blocks out that were last used up to then, until no more than so many bytes are left. */
  #spill(last: number, target: number): void {
    for (const home of this.#homes) {
      if (this.#reserved <= target) return;
      this.#spillUnused(home, last);
    }
  }

  #spillUnused(home: Home, last: number): void {
    if (home.residencies > 0 || home.used > last) return;
    const { address, capacity } = home;
    if (!home.isVolatile) home.spilled = this.bytes.slice(address, address + capacity);
    this.#remove(home);
  }

  #remove(home: Home): void {
    if (home.capacity >= LARGE) this.#dropped.unregister(home);
    this.#homes.delete(home);
    this.#free(home.address, home.capacity);
    home.address = 0;
  }

  #free(address: number, capacity: number): void {
    this.#functions.free(address);
    this.#reserved -= capacity;
  }
}

class WasmBlock implements Block {
  readonly home: Home;
  readonly sizeClass: number;
  pinned = false;
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

  get isVolatile(): boolean {
    return this.home.isVolatile;
  }

  set isVolatile(isVolatile: boolean) {
    this.home.isVolatile = isVolatile;
  }
}

class WasmResidency implements Residency {
  readonly homes: Home[] = [];
  readonly reserved: { readonly address: number; readonly capacity: number }[] = [];
  hasEnded = false;
  /** Position of the last use among all uses. */
  used: number;
  readonly #heap: WasmHeap;

  constructor(heap: WasmHeap) {
    this.#heap = heap;
    this.used = heap.countUse();
  }

  use(): boolean {
    this.used = this.#heap.countUse();
    return !this.hasEnded;
  }

  reserve(byteLength: number): number {
    const address = this.#heap.reserve(byteLength);
    this.reserved.push({ address, capacity: byteLength });
    return address;
  }

  end(): void {
    this.#heap.endResidency(this);
  }
}
