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
import type { Block, Heap } from './memory.ts';
import { PinnedArray } from './pinned-array.ts';

/** Bytes that any prepared call fits into (`kCallBytes`). */
const CALL_BYTES = 4096;

/** Bytes of what graph inputs hold in replays to come that are kept at most, unless one replay has more. */
const AHEAD_BYTES = 2 ** 22;

/** Bytes up to which a loop copies faster than a view is made. */
const SHORT_BYTES = 64;

const addressOf = ({ storage, offset, dtype }: View): number =>
  (storage.handle as Block).address + offset * dtypes[dtype].bytes;

/** All records one after another. */
function recordsOf(calls: readonly OptimizedCall[]): Float64Array {
  const scratch = new Float64Array(RECORD_WORDS);
  const encoder = new Encoder({ words: scratch });
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
  readonly #program: PinnedArray;
  readonly #graphInputs: readonly AheadInputs[];
  /** Bytes of all graph inputs. */
  readonly #inputBytes: number;
  /** What is copied before and after each replay: the fixed place, the first of the changing places, and the bytes, by threes. */
  #table: PinnedArray | undefined;

  constructor(
    library: Library,
    calls: readonly OptimizedCall[],
    blocks: readonly Block[],
    regions: readonly InputRegion[],
  ) {
    this.#library = library;
    this.#calls = calls;
    this.blocks = blocks;
    this.#graphInputs = regions.map((region) => new AheadInputs(library.heap, region));
    this.#inputBytes = regions.reduce((bytes, { used }) => bytes + used, 0);
    const words = recordsOf(calls);
    const records = new PinnedArray(library.heap, words.byteLength);
    records.words.set(words);
    const room = new PinnedArray(library.heap, (calls.length + 1) * CALL_BYTES);
    const used = this.#prepare(records, room);
    room.release();
    this.#program = new PinnedArray(library.heap, used + CALL_BYTES);
    this.#prepare(records, this.#program);
    records.release();
  }

  /** Makes the program of the records. Returns its bytes. */
  #prepare(records: PinnedArray, program: PinnedArray): number {
    const library = this.#library;
    const { address, byteLength } = program;
    const used = library.prepare(records.address, this.#calls.length, address, byteLength);
    if (used < 0) failCall(callsOf(this.#calls[library.failedCall()]!)[0]!, -used, library);
    return used;
  }

  replay(): void {
    const code = this.#library.replay(this.#program.address);
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
    library.heap.beginCall();
    const copies = this.#graphInputs.map(({ region, ahead }) => [
      region.block.address,
      ahead!.address,
      region.used,
    ]);
    for (const { source, target } of collected) {
      const bytes = numel(source.shape) * dtypes[source.dtype].bytes;
      copies.push([addressOf(source), addressOf(target) + done * bytes, bytes]);
    }
    const table = this.#tableOf(copies.flat());
    const code = library.repeat(
      this.#program.address,
      times,
      table.address,
      this.#graphInputs.length,
      collected.length,
    );
    if (code !== 0) this.#fail(code);
  }

  #tableOf(words: readonly number[]): PinnedArray {
    const byteLength = words.length * Float64Array.BYTES_PER_ELEMENT;
    if (this.#table === undefined || this.#table.byteLength < byteLength) {
      this.#table?.release();
      this.#table = new PinnedArray(this.#library.heap, byteLength);
    }
    this.#table.words.set(words);
    return this.#table;
  }

  #fail(code: number): never {
    const call = this.#calls[this.#library.failedCall()];
    if (call === undefined) throw new KindlingError(`replay: the engine failed with status ${code}`);
    failCall(callsOf(call)[0]!, code, this.#library);
  }
}

/** What a region of graph inputs holds in replays to come. */
class AheadInputs {
  readonly region: InputRegion;
  readonly #heap: Heap;
  ahead: PinnedArray | undefined;

  constructor(heap: Heap, region: InputRegion) {
    this.#heap = heap;
    this.region = region;
  }

  reserve(count: number): void {
    const length = count * this.region.used;
    if (this.ahead !== undefined && this.ahead.byteLength >= length) return;
    this.ahead?.release();
    this.ahead = new PinnedArray(this.#heap, Math.max(length, 1024));
  }

  /** Keeps what the graph inputs hold now for replay `i`. */
  store(i: number): void {
    const { block, used } = this.region;
    const { bytes, start } = block;
    const target = this.ahead!.bytes;
    const first = i * used;
    if (used > SHORT_BYTES) target.set(bytes.subarray(start, start + used), first);
    else for (let byte = 0; byte < used; byte++) target[first + byte] = bytes[start + byte]!;
  }
}
