import { dtypes } from '../../dtype.ts';
import { KindlingError } from '../../errors.ts';
import { numel } from '../../shape.ts';
import type { View } from '../backend.ts';
import type { Collected, Graph } from '../capture.ts';
import { callsOf, type OptimizedCall } from '../passes/fuse-pointwise.ts';
import { replayAhead } from '../replay-ahead.ts';
import { Encoder, RECORD_WORDS } from './encode.ts';
import { failCall } from './failure.ts';
import type { InputRegion } from './graph-inputs.ts';
import type { Library } from './library.ts';
import type { Block } from './memory.ts';

/** Bytes that any prepared call fits into (`kCallBytes`), and those of a graph's head. */
const CALL_BYTES = 4096;
const HEAD_BYTES = 64;

/** Bytes of what graph inputs hold in replays to come that are kept at most, unless one replay has more. */
const AHEAD_BYTES = 2 ** 22;

/** Words that say what is copied before or after each replay: the fixed place, the first of the changing places, and the bytes. */
const COPY_WORDS = 3;

const addressOf = ({ storage, offset, dtype }: View): number =>
  (storage.handle as Block).address + offset * dtypes[dtype].bytes;

/** All records one after another. */
function recordsOf(calls: readonly OptimizedCall[]): Float64Array {
  const scratch = new Float64Array(RECORD_WORDS);
  const encoder = new Encoder(scratch);
  const words: number[] = [];
  for (const call of calls) {
    const length = encoder.encode(call);
    for (let i = 0; i < length; i++) words.push(scratch[i]!);
  }
  return Float64Array.from(words);
}

/** A sequence of calls, made ready once; a replay is one call into the library. */
export class NativeGraph implements Graph {
  readonly #library: Library;
  readonly #calls: readonly OptimizedCall[];
  /** The memory that the calls work on, which lives as long as the graph. */
  readonly blocks: readonly Block[];
  /** The prepared calls. */
  readonly memory: Uint8Array;
  readonly #address: number;
  readonly #graphInputs: readonly AheadInputs[];
  /** Bytes of all graph inputs. */
  readonly #inputBytes: number;

  constructor(
    library: Library,
    calls: readonly OptimizedCall[],
    blocks: readonly Block[],
    regions: readonly InputRegion[],
  ) {
    this.#library = library;
    this.#calls = calls;
    this.blocks = blocks;
    this.#graphInputs = regions.map((region) => new AheadInputs(region));
    this.#inputBytes = regions.reduce((bytes, { used }) => bytes + used, 0);
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
    if (used < 0) failCall(callsOf(this.#calls[library.failedCall()]!)[0]!, -used, library);
    return { used, memory, address };
  }

  replay(): void {
    const code = this.#library.replay(this.#address);
    if (code !== 0) this.#fail(code);
  }

  replayMany(count: number, prepare: (i: number) => boolean, collected: readonly Collected[]): number {
    return replayAhead(count, prepare, {
      limit: Math.max(1, Math.floor(AHEAD_BYTES / Math.max(1, this.#inputBytes))),
      reserve: (portion) => {
        for (const inputs of this.#graphInputs) inputs.reserve(portion);
      },
      store: (i) => {
        for (const inputs of this.#graphInputs) inputs.store(i);
      },
      replay: (times, done) => this.#replayAhead(times, done, collected),
    });
  }

  #replayAhead(times: number, done: number, collected: readonly Collected[]): void {
    const library = this.#library;
    const copies = new Float64Array(COPY_WORDS * (this.#graphInputs.length + collected.length) + COPY_WORDS);
    let at = 0;
    for (const { region, ahead } of this.#graphInputs) {
      copies.set([region.block.address, library.addressOf(ahead), region.used], at);
      at += COPY_WORDS;
    }
    for (const { source, target } of collected) {
      const bytes = numel(source.shape) * dtypes[source.dtype].bytes;
      copies.set([addressOf(source), addressOf(target) + done * bytes, bytes], at);
      at += COPY_WORDS;
    }
    const table = library.addressOf(copies);
    const code = library.repeat(this.#address, times, table, this.#graphInputs.length, collected.length);
    if (code !== 0) this.#fail(code);
  }

  #fail(code: number): never {
    const call = this.#calls[this.#library.failedCall()];
    if (call === undefined) throw new KindlingError(`replay: the native engine failed with status ${code}`);
    failCall(callsOf(call)[0]!, code, this.#library);
  }
}

/** What a region of graph inputs holds in replays to come. */
class AheadInputs {
  readonly region: InputRegion;
  readonly #now: Uint8Array;
  ahead = new Uint8Array(0);

  constructor(region: InputRegion) {
    this.region = region;
    const { bytes, start } = region.block;
    this.#now = bytes.subarray(start, start + region.used);
  }

  reserve(count: number): void {
    const length = count * this.region.used;
    // Outside of the JavaScript heap, where small arrays are moved about.
    if (this.ahead.length < length) this.ahead = Buffer.allocUnsafeSlow(Math.max(length, 1024));
  }

  /** Keeps what the graph inputs hold now for replay `i`. */
  store(i: number): void {
    this.ahead.set(this.#now, i * this.region.used);
  }
}
