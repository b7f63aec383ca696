import type { TypedArray } from '../../dtype.ts';
import { type Block, type Heap, sizeClassOf } from './memory.ts';

type ArrayMaker<A> = (buffer: ArrayBufferLike, byteOffset: number, length: number) => A;

/** The memory of a block as an array of the host's, from its first byte on. */
export class BlockArray<A extends TypedArray> {
  readonly block: Block;
  readonly length: number;
  readonly #arrayOf: ArrayMaker<A>;
  #elements: A | undefined;
  #address = 0;

  constructor(block: Block, arrayOf: ArrayMaker<A>, length: number) {
    this.block = block;
    this.length = length;
    this.#arrayOf = arrayOf;
  }

  /** The array, until a block is made or used: where this one has moved, or memory has grown, it is another one. */
  get elements(): A {
    const { address } = this.block;
    if (this.#elements === undefined || this.#elements.length === 0 || this.#address !== address) {
      const { bytes, start } = this.block;
      this.#elements = this.#arrayOf(bytes.buffer, bytes.byteOffset + start, this.length);
      this.#address = address;
    }
    return this.#elements;
  }
}

function newBlock(heap: Heap, byteLength: number): Block {
  const { capacity, sizeClass } = sizeClassOf(byteLength);
  return heap.create(capacity, sizeClass);
}

/** So many doubles in a block of their own. */
export const newDoubles = (heap: Heap, length: number): BlockArray<Float64Array> =>
  new BlockArray(
    newBlock(heap, 8 * length),
    (buffer, first, count) => new Float64Array(buffer, first, count),
    length,
  );

/** So many words of four bytes in a block of their own. */
export const newWords = (heap: Heap, length: number): BlockArray<Int32Array> =>
  wordsOf(newBlock(heap, 4 * length), length);

/** Words of four bytes, which copies are fast by, from the start of a block on. */
export const wordsOf = (block: Block, length: number): BlockArray<Int32Array> =>
  new BlockArray(block, (buffer, first, count) => new Int32Array(buffer, first, count), length);
