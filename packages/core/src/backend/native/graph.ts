import { dtypes } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { View } from '../backend.ts';
import type { Collected, Graph, ReplayHost } from '../capture.ts';
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

/** Words of four bytes up to which a loop copies faster than a view is made. */
const SHORT_WORDS = 16;

/** Memory from a byte on as words of four bytes, which copies are fast by. */
const wordsOf = ({ buffer, byteOffset }: Uint8Array, start: number, byteLength: number): Int32Array =>
  new Int32Array(buffer, byteOffset + start, byteLength / Int32Array.BYTES_PER_ELEMENT);

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
  replayMany(count: number, { prepare, prepareAll }: ReplayHost, collected: readonly Collected[]): number {
    const followed = count > 1 ? this.#followedBy(collected) : this.#program;
    if (prepareAll !== undefined) {
      prepareAll();
      this.#replayPortion(followed, count, 0, [], collected);
      return count;
    }
    return replayAhead(count, prepare, {
      limit: Math.max(1, Math.floor(AHEAD_BYTES / Math.max(1, this.#inputBytes))),
      reserve: (portion) => {
        for (const inputs of this.#graphInputs) inputs.reserve(portion);
      },
      store: (i) => {
        for (const inputs of this.#graphInputs) inputs.store(i);
      },
      replay: (times, done) => this.#replayPortion(followed, times, done, this.#graphInputs, collected),
    });
  }

  /** `times` replays, `done` of which were made before; each takes what was kept for it of `inputs`. Another one may follow all but the last. */
  #replayPortion(
    followed: Program,
    times: number,
    done: number,
    inputs: readonly AheadInputs[],
    collected: readonly Collected[],
  ): void {
    this.#library.heap.beginCall();
    const first = followed === this.#program ? 0 : times - 1;
    if (first > 0) this.#replayAhead(followed, 0, first, done, inputs, collected);
    this.#replayAhead(this.#program, first, times, done, inputs, collected);
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
    inputs: readonly AheadInputs[],
    collected: readonly Collected[],
  ): void {
    const copies = inputs.map(({ region, ahead }) => [
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
      this.#library.repeat(program.address, end - first, table.address, inputs.length, collected.length),
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
  #source: Int32Array = new Int32Array(0);
  #target: Int32Array = new Int32Array(0);

  constructor(heap: Heap, region: InputRegion) {
    this.#heap = heap;
    this.region = region;
  }

  reserve(count: number): void {
    const length = count * this.region.used;
    if (this.ahead !== undefined && this.ahead.byteLength >= length) return;
    this.ahead?.release();
    this.ahead = new PinnedArray(this.#heap, Math.max(length, 1024));
    this.#target = new Int32Array(0);
  }

  /** Keeps what the graph inputs hold now for replay `i`. */
  store(i: number): void {
    // Where memory has grown, the views that there were are empty.
    if (this.#target.length === 0) this.#view();
    const [source, target] = [this.#source, this.#target];
    const { length } = source;
    const first = i * length;
    if (length > SHORT_WORDS) target.set(source, first);
    else for (let word = 0; word < length; word++) target[first + word] = source[word]!;
  }

  #view(): void {
    const { block, used } = this.region;
    const ahead = this.ahead!;
    this.#source = wordsOf(block.bytes, block.start, used);
    this.#target = wordsOf(ahead.bytes, 0, ahead.byteLength);
  }
}
