import { type Block, type Heap, sizeClassOf } from './memory.ts';

/** Memory of the host's side that a library reads or writes, which stays where it is. */
export class PinnedArray {
  readonly address: number;
  readonly #heap: Heap;
  readonly #block: Block;
  #bytes: Uint8Array;
  #words: Float64Array;

  constructor(heap: Heap, byteLength: number) {
    const { capacity, sizeClass } = sizeClassOf(byteLength);
    this.#heap = heap;
    this.#block = heap.create(capacity, sizeClass);
    this.#block.pinned = true;
    this.address = this.#block.address;
    [this.#bytes, this.#words] = this.#views();
  }

  get byteLength(): number {
    return this.#block.capacity;
  }

  /** The memory as bytes, until a block is made. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) [this.#bytes, this.#words] = this.#views();
    return this.#bytes;
  }

  /** The memory as doubles, until a block is made. */
  get words(): Float64Array {
    if (this.#words.length === 0) [this.#bytes, this.#words] = this.#views();
    return this.#words;
  }

  release(): void {
    this.#heap.release(this.#block);
  }

  /** Where memory has grown, the views that there were are empty. */
  #views(): [Uint8Array, Float64Array] {
    const { bytes, start, capacity } = this.#block;
    const first = bytes.byteOffset + start;
    return [
      new Uint8Array(bytes.buffer, first, capacity),
      new Float64Array(bytes.buffer, first, capacity / 8),
    ];
  }
}
