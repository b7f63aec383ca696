import type { Block, Memory } from './memory.ts';

/** Cells up to this size lie side by side. */
const SMALL_BYTES = 256;
const REGION_BYTES = 4096;

/** Cells begin at multiples of this. */
const ALIGNMENT = 16;

/** Memory of cells that lie side by side, so that one copy sets all of them. */
export interface CellRegion {
  readonly block: Block;
  /** Bytes that cells take up, from the start. */
  used: number;
}

/** The memory of a recording's cells. */
export class Cells {
  readonly regions: CellRegion[] = [];
  /** Cells in the order in which they were made. */
  readonly numbers = new Map<Block, number>();
  readonly #memory: Memory;
  #open: CellRegion | undefined;

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
    const { address, bytes, start } = region.block;
    const at = region.used;
    region.used += capacity;
    const cell = { address: address + at, bytes, start: start + at, capacity, sizeClass: 0, pinned: true };
    this.numbers.set(cell, this.numbers.size);
    return cell;
  }
}
