import { KindlingError } from '../../errors.ts';
import type { PlacedCall } from '../placed-call.ts';
import type { Program } from '../recording.ts';
import { Encoder, RECORD_WORDS } from './encode.ts';
import { failCall } from './failure.ts';
import type { Library } from './library.ts';
import type { Block } from './memory.ts';

/** Bytes that any prepared call fits into (`kCallBytes`), and those of a program's head. */
const CALL_BYTES = 4096;
const HEAD_BYTES = 64;

/** All records one after another, each after its length. */
function recordsOf(calls: readonly PlacedCall[]): Float64Array {
  const scratch = new Float64Array(RECORD_WORDS);
  const encoder = new Encoder(scratch);
  const words: number[] = [];
  for (const call of calls) {
    const length = encoder.encode(call);
    words.push(length, ...scratch.subarray(0, length));
  }
  return Float64Array.from(words);
}

/** A sequence of calls, made ready once; a replay is one call into the library. */
export class NativeProgram implements Program {
  readonly #library: Library;
  readonly #calls: readonly PlacedCall[];
  /** The memory that the calls work on, which lives as long as the program. */
  readonly blocks: readonly Block[];
  /** The prepared calls. */
  readonly memory: Uint8Array;
  readonly #address: number;

  constructor(library: Library, calls: readonly PlacedCall[], blocks: readonly Block[]) {
    this.#library = library;
    this.#calls = calls;
    this.blocks = blocks;
    const records = recordsOf(calls);
    const room = (calls.length + 1) * CALL_BYTES;
    const used = this.#prepare(records, new Uint8Array(room + 64)).used;
    const { memory, address } = this.#prepare(records, new Uint8Array(used + CALL_BYTES + 64));
    this.memory = memory;
    this.#address = address;
  }

  #prepare(records: Float64Array, memory: Uint8Array): { used: number; memory: Uint8Array; address: number } {
    const library = this.#library;
    const start = library.addressOf(memory);
    const address = Math.ceil(start / HEAD_BYTES) * HEAD_BYTES;
    const capacity = memory.length - (address - start);
    const used = library.prepare(library.addressOf(records), this.#calls.length, address, capacity);
    if (used < 0) failCall(this.#calls[library.failedCall()]!, -used, library);
    return { used, memory, address };
  }

  replay(): void {
    const code = this.#library.replay(this.#address, 1);
    if (code === 0) return;
    const call = this.#calls[this.#library.failedCall()];
    if (call === undefined) throw new KindlingError(`replay: the native engine failed with status ${code}`);
    failCall(call, code, this.#library);
  }
}
