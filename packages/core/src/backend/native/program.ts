import { KindlingError } from '../../errors.ts';
import { Encoder, RECORD_WORDS } from './encode.ts';
import { failCall } from './failure.ts';
import { loweredCallsOf, type NativeCall } from './inline-products.ts';
import type { Library } from './library.ts';
import { PinnedArray } from './pinned-array.ts';

/** Bytes that any prepared call fits into (`kCallBytes`). */
const CALL_BYTES = 4096;

/** All records one after another. */
function recordsOf(calls: readonly NativeCall[]): Float64Array {
  const scratch = new Float64Array(RECORD_WORDS);
  const encoder = new Encoder({ words: scratch });
  const words: number[] = [];
  for (const call of calls) {
    const length = encoder.encode(call);
    for (let i = 0; i < length; i++) words.push(scratch[i]!);
  }
  return Float64Array.from(words);
}

/** Calls that the library has made ready. */
export class Program {
  readonly #library: Library;
  readonly #calls: readonly NativeCall[];
  readonly #memory: PinnedArray;

  constructor(library: Library, calls: readonly NativeCall[]) {
    this.#library = library;
    this.#calls = calls;
    const words = recordsOf(calls);
    const records = new PinnedArray(library.heap, words.byteLength);
    records.words.set(words);
    const room = new PinnedArray(library.heap, (calls.length + 1) * CALL_BYTES);
    const used = this.#prepare(records, room);
    room.release();
    this.#memory = new PinnedArray(library.heap, used + CALL_BYTES);
    this.#prepare(records, this.#memory);
    records.release();
  }

  get address(): number {
    return this.#memory.address;
  }

  /** @throws for the code of a replay that did not go through. */
  expectDone(code: number): void {
    if (code === 0) return;
    const call = this.#calls[this.#library.failedCall()];
    if (call === undefined) throw new KindlingError(`replay: the engine failed with status ${code}`);
    failCall(loweredCallsOf(call)[0]!, code, this.#library);
  }

  /** Makes the program of the records. Returns its bytes. */
  #prepare(records: PinnedArray, program: PinnedArray): number {
    const library = this.#library;
    const { address, byteLength } = program;
    const used = library.prepare(records.address, this.#calls.length, address, byteLength);
    if (used < 0) failCall(loweredCallsOf(this.#calls[library.failedCall()]!)[0]!, -used, library);
    return used;
  }
}
