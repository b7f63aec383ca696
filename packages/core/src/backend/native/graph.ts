import { dtypes } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { View } from '../backend.ts';
import type { Collected, Graph } from '../capture.ts';
import type { OptimizedCall } from '../passes/optimized-call.ts';
import { replayAhead } from '../replay-ahead.ts';
import { dropUnread } from './followed-replays.ts';
import type { InputRegion } from './graph-inputs.ts';
import { inlineProducts } from './inline-products.ts';
import type { Library } from './library.ts';
import type { Block, Heap } from './memory.ts';
import { PinnedArray } from './pinned-array.ts';
import { Program } from './program.ts';

/** Bytes of what graph inputs hold in replays to come that are kept at most, unless one replay has more. */
const AHEAD_BYTES = 2 ** 22;

/** Bytes up to which a loop copies faster than a view is made. */
const SHORT_BYTES = 64;

const addressOf = ({ storage, offset, dtype }: View): number =>
  (storage.handle as Block).address + offset * dtypes[dtype].bytes;

/** A sequence of calls, made ready once; a replay is one call into the library. */
export class NativeGraph implements Graph {
  readonly #library: Library;
  /** The memory that the calls work on, which lives as long as the graph. */
  readonly blocks: readonly Block[];
  readonly #calls: readonly OptimizedCall[];
  readonly #program: Program;
  /** The program of replays behind which another one follows at once, for those that collect the same. */
  #followed: { readonly sources: string; readonly program: Program } | undefined;
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
    this.blocks = blocks;
    this.#graphInputs = regions.map((region) => new AheadInputs(library.heap, region));
    this.#inputBytes = regions.reduce((bytes, { used }) => bytes + used, 0);
    this.#calls = calls;
    this.#program = new Program(library, calls);
  }

  replay(): void {
    this.#program.expectDone(this.#library.replay(this.#program.address));
  }

  /** Where a replay fails, what no replay reads, such as gradients, may be what an earlier one than the one before it left. */
  replayMany(count: number, prepare: (i: number) => boolean, collected: readonly Collected[]): number {
    const followed = count > 1 ? this.#followedBy(collected) : this.#program;
    return replayAhead(count, prepare, {
      limit: Math.max(1, Math.floor(AHEAD_BYTES / Math.max(1, this.#inputBytes))),
      reserve: (portion) => {
        for (const inputs of this.#graphInputs) inputs.reserve(portion);
      },
      store: (i) => {
        for (const inputs of this.#graphInputs) inputs.store(i);
      },
      replay: (times, done) => {
        this.#library.heap.beginCall();
        const first = followed === this.#program ? 0 : times - 1;
        if (first > 0) this.#replayAhead(followed, 0, first, done, collected);
        this.#replayAhead(this.#program, first, times, done, collected);
      },
    });
  }

  /** The program of replays behind which another one follows at once: what cannot be read between them is not stored. */
  #followedBy(collected: readonly Collected[]): Program {
    const views = collected.map(({ source }) => source);
    const sources = views.map((view) => `${addressOf(view)}+${numel(view.shape)}`).join();
    if (this.#followed?.sources !== sources) {
      const followed = { collected: views, next: this.#calls };
      const calls = inlineProducts(dropUnread(this.#calls, views), followed);
      const isSame = calls.length === this.#calls.length;
      this.#followed = { sources, program: isSame ? this.#program : new Program(this.#library, calls) };
    }
    return this.#followed.program;
  }

  /** The replays from `first` on until `end` of a portion. */
  #replayAhead(
    program: Program,
    first: number,
    end: number,
    done: number,
    collected: readonly Collected[],
  ): void {
    const copies = this.#graphInputs.map(({ region, ahead }) => [
      region.block.address,
      ahead!.address + first * region.used,
      region.used,
    ]);
    for (const { source, target } of collected) {
      const bytes = numel(source.shape) * dtypes[source.dtype].bytes;
      copies.push([addressOf(source), addressOf(target) + (done + first) * bytes, bytes]);
    }
    const table = this.#tableOf(copies.flat());
    program.expectDone(
      this.#library.repeat(
        program.address,
        end - first,
        table.address,
        this.#graphInputs.length,
        collected.length,
      ),
    );
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
