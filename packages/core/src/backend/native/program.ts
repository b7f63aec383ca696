import { KindlingError } from '../../errors.ts';
import { Encoder, RECORD_WORDS, type RecordedCall } from './encode.ts';
import { failCall } from './failure.ts';
import { type NativeCall, plainCallsOf } from './inline-products.ts';
import type { Library } from './library.ts';
import { PinnedArray } from './pinned-array.ts';

/** Bytes that any prepared call fits into (`kCallBytes`). */
const CALL_BYTES = 4096;

/** Calls as there are records of them: those of tasks follow what shares them. */
const recordedCalls = (calls: readonly NativeCall[]): readonly RecordedCall[] =>
  calls.flatMap((call): readonly RecordedCall[] =>
    call.kind === 'sharedTasks' ? [call, ...call.tasks.flat()] : [call],
  );

/** All records one after another, and their number. */
function recordsOf(calls: readonly NativeCall[]): { readonly words: Float64Array; readonly count: number } {
  const scratch = new Float64Array(RECORD_WORDS);
  const encoder = new Encoder({ words: scratch });
  const words: number[] = [];
  const recorded = recordedCalls(calls);
  for (const call of recorded) {
    const length = encoder.encode(call);
    for (let i = 0; i < length; i++) words.push(scratch[i]!);
  }
  return { words: Float64Array.from(words), count: recorded.length };
}

/** Calls that the library has made ready. */
export class Program {
  readonly #library: Library;
  readonly #calls: readonly NativeCall[];
  readonly #memory: PinnedArray;

  constructor(library: Library, calls: readonly NativeCall[]) {
    this.#library = library;
    this.#calls = calls;
    const { words, count } = recordsOf(calls);
    const records = new PinnedArray(library.heap, words.byteLength);
    records.words.set(words);
    const room = new PinnedArray(library.heap, (count + 1) * CALL_BYTES);
    const used = this.#prepare(records, count, room);
    room.release();
    this.#memory = new PinnedArray(library.heap, used + CALL_BYTES);
    this.#prepare(records, count, this.#memory);
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
    failCall(plainCallsOf(call)[0]!, code, this.#library);
  }

  /** Makes the program of the records. Returns its bytes. */
  #prepare(records: PinnedArray, count: number, program: PinnedArray): number {
    const library = this.#library;
    const { address, byteLength } = program;
    const used = library.prepare(records.address, count, address, byteLength);
    if (used < 0) failCall(plainCallsOf(this.#calls[library.failedCall()]!)[0]!, -used, library);
    return used;
  }
}
