import type { Block, Memory } from './memory.ts';

/** GraphInputs up to this size lie side by side. */
const SMALL_BYTES = 256;
const REGION_BYTES = 4096;

/** GraphInputs begin at multiples of this. */
const ALIGNMENT = 16;

/** Memory of graph inputs that lie side by side, so that one copy sets all of them. */
export interface InputRegion {
  readonly block: Block;
  /** Bytes that graph inputs take up, from the start. */
  used: number;
}

/** The memory of a capture's graph inputs. */
export class GraphInputs {
  readonly regions: InputRegion[] = [];
  readonly #memory: Memory;
  #open: InputRegion | undefined;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  allocate(byteLength: number): Block {
    const capacity = Math.max(1, Math.ceil(byteLength / ALIGNMENT)) * ALIGNMENT;
    const isSmall = capacity <= SMALL_BYTES;
    let region = isSmall ? this.#open : undefined;
    if (region === undefined || region.used + capacity > region.block.capacity) {
      region = { block: this.#memory.allocate(isSmall ? REGION_BYTES : capacity), used: 0 };
      this.regions.push(region);
      if (isSmall) this.#open = region;
    }
    const at = region.used;
    region.used += capacity;
    return new GraphInputBlock(region.block, at, capacity);
  }
}

/** A part of a region. */
export class GraphInputBlock implements Block {
  readonly capacity: number;
  readonly sizeClass = 0;
  readonly pinned = true;
  readonly isVolatile = false;
  readonly #region: Block;
  readonly #at: number;

  constructor(region: Block, at: number, capacity: number) {
    this.#region = region;
    this.#at = at;
    this.capacity = capacity;
  }

  get address(): number {
    return this.#region.address + this.#at;
  }

  get bytes(): Uint8Array {
    return this.#region.bytes;
  }

  get start(): number {
    return this.#region.start + this.#at;
  }
}
