import { KindlingError } from '../../errors.ts';
import { newDoubles } from './block-array.ts';
import { Encoder, RECORD_WORDS, type RecordedCall } from './encode.ts';
import { failCall } from './failure.ts';
import { type NativeCall, plainCallsOf } from './inline-products.ts';
import type { Library } from './library.ts';
import type { Residency } from './memory.ts';

/** Bytes that any prepared call fits into (`kCallBytes`). */
const CALL_BYTES = 4096;

/** Calls as there are records of them: those of tasks follow what shares them. */
const recordedCalls = (calls: readonly NativeCall[]): readonly RecordedCall[] =>
  calls.flatMap((call): readonly RecordedCall[] =>
    call.kind === 'sharedTasks' ? [call, ...call.tasks.flat()] : [call],
  );

/** All records one after another, and their number. */
function recordsOf(calls: readonly NativeCall[]): {
  readonly words: readonly number[];
  readonly count: number;
} {
  const scratch = new Float64Array(RECORD_WORDS);
  const encoder = new Encoder({ elements: scratch });
  const words: number[] = [];
  const recorded = recordedCalls(calls);
  for (const call of recorded) {
    const length = encoder.encode(call);
    for (let i = 0; i < length; i++) words.push(scratch[i]!);
  }
  return { words, count: recorded.length };
}

/** Calls that the library has made ready, on memory that stays where it is: the program ends with its residency. */
export class Program {
  readonly address: number;
  readonly #library: Library;
  readonly #calls: readonly NativeCall[];

  constructor(library: Library, calls: readonly NativeCall[], residency: Residency) {
    this.#library = library;
    this.#calls = calls;
    const { heap } = library;
    const { words, count } = recordsOf(calls);
    const records = newDoubles(heap, words.length);
    const room = newDoubles(heap, ((count + 1) * CALL_BYTES) / Float64Array.BYTES_PER_ELEMENT);
    records.elements.set(words);
    const prepare = (address: number, byteLength: number): number => {
      const used = library.prepare(records.block.address, count, address, byteLength);
      if (used < 0) failCall(plainCallsOf(calls[library.failedCall()]!)[0]!, -used, library);
      return used;
    };
    const used = prepare(room.block.address, room.block.capacity);
    heap.release(room.block);
    this.address = residency.reserve(used + CALL_BYTES);
    prepare(this.address, used + CALL_BYTES);
    heap.release(records.block);
  }

  /** @throws for the code of a replay that did not go through. */
  expectDone(code: number): void {
    if (code === 0) return;
    const call = this.#calls[this.#library.failedCall()];
    if (call === undefined) throw new KindlingError(`replay: the engine failed with status ${code}`);
    failCall(plainCallsOf(call)[0]!, code, this.#library);
  }
}
