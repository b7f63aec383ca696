import { dtypes } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { View } from '../backend.ts';
import type { Collected, Graph, ReplayHost } from '../capture.ts';
import type { OptimizedCall } from '../passes/optimized-call.ts';
import { replayAhead } from '../replay-ahead.ts';
import { type BlockArray, newDoubles, newWords, wordsOf } from './block-array.ts';
import { dropUnread } from './followed-replays.ts';
import type { InputRegion } from './graph-inputs.ts';
import { inlineProducts } from './inline-products.ts';
import type { Library } from './library.ts';
import type { Block, Heap, Residency } from './memory.ts';
import { Program } from './program.ts';

/** Bytes of what graph inputs hold in replays to come that are kept at most, unless one replay has more. */
const AHEAD_BYTES = 2 ** 22;

/** Words of four bytes up to which a loop copies faster than `set`. */
const SHORT_WORDS = 16;

const addressOf = ({ storage, offset, dtype }: View): number =>
  (storage.handle as Block).address + offset * dtypes[dtype].bytes;

/** The programs of a graph for the places where its memory is. */
interface Programs {
  readonly residency: Residency;
  readonly single: Program;
  /** For replays behind which another one follows at once, with what is read after each. */
  followed: { readonly sources: readonly View[]; readonly program: Program | undefined } | undefined;
}

/** A sequence of calls, made ready once, and again where its memory had to give way; a replay is one call into the library. */
export class NativeGraph implements Graph {
  readonly #library: Library;
  readonly #calls: readonly OptimizedCall[];
  /** The memory that the calls work on, which lives as long as the graph. */
  readonly #blocks: readonly Block[];
  readonly #graphInputs: readonly AheadInputs[];
  /** Bytes of all graph inputs. */
  readonly #inputBytes: number;
  /** What is copied before and after each replay: the fixed place, the first of the changing places, and the bytes, by threes. */
  #table: BlockArray<Float64Array> | undefined;
  #programs: Programs;

  constructor(
    library: Library,
    calls: readonly OptimizedCall[],
    blocks: readonly Block[],
    regions: readonly InputRegion[],
  ) {
    this.#library = library;
    this.#calls = calls;
    this.#blocks = blocks;
    this.#graphInputs = regions.map((region) => new AheadInputs(library.heap, region));
    this.#inputBytes = regions.reduce((bytes, { used }) => bytes + used, 0);
    this.#programs = this.#prepare();
  }

  replay(): void {
    const { single } = this.#resident();
    single.expectDone(this.#library.replay(single.address));
  }

  /** Where a replay fails, what no replay reads, such as gradients, may be what an earlier one than the one before it left. */
  replayMany(count: number, { prepare, prepareAll }: ReplayHost, collected: readonly Collected[]): number {
    if (prepareAll !== undefined) {
      prepareAll();
      this.#replayPortion(count, 0, [], collected);
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
      replay: (times, done) => this.#replayPortion(times, done, this.#graphInputs, collected),
    });
  }

  /** The programs, made anew where the memory has not stayed where it was. */
  #resident(): Programs {
    if (!this.#programs.residency.use()) this.#programs = this.#prepare();
    return this.#programs;
  }

  #prepare(): Programs {
    const { heap } = this.#library;
    heap.beginCall();
    const residency = heap.reside(this.#blocks);
    return { residency, single: new Program(this.#library, this.#calls, residency), followed: undefined };
  }

  /** `times` replays, `done` of which were made before; each takes what was kept for it of `inputs`. Another one may follow all but the last. */
  #replayPortion(
    times: number,
    done: number,
    inputs: readonly AheadInputs[],
    collected: readonly Collected[],
  ): void {
    this.#library.heap.beginCall();
    const followed = times > 1 ? this.#followed(collected.map(({ source }) => source)) : undefined;
    const { single } = this.#resident();
    const first = followed === undefined ? 0 : times - 1;
    if (followed !== undefined) this.#replayAhead(followed, 0, first, done, inputs, collected);
    this.#replayAhead(single, first, times, done, inputs, collected);
  }

  /**
   * The program of replays behind which another one follows at once: what cannot be read between them is not stored. Undefined where that
   * is what a single one does.
   *
   * @param sources what is read after each replay
   */
  #followed(sources: readonly View[]): Program | undefined {
    const before = this.#programs.followed;
    if (before?.sources.some((source, i) => source !== sources[i])) this.#programs.residency.end();
    const programs = this.#resident();
    if (programs.followed === undefined) {
      const calls = inlineProducts(dropUnread(this.#calls, sources), {
        collected: sources,
        next: this.#calls,
      });
      const isSame = calls.length === this.#calls.length;
      const program = isSame ? undefined : new Program(this.#library, calls, programs.residency);
      programs.followed = { sources, program };
    }
    return programs.followed.program;
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
      ahead!.block.address + first * region.used,
      region.used,
    ]);
    for (const { source, target } of collected) {
      const bytes = numel(source.shape) * dtypes[source.dtype].bytes;
      copies.push([addressOf(source), addressOf(target) + (done + first) * bytes, bytes]);
    }
    const table = this.#tableOf(copies.flat());
    program.expectDone(
      this.#library.repeat(program.address, end - first, table, inputs.length, collected.length),
    );
  }

  /** The address of the numbers. */
  #tableOf(numbers: readonly number[]): number {
    const { heap } = this.#library;
    if (this.#table === undefined || this.#table.length < numbers.length) {
      if (this.#table !== undefined) heap.release(this.#table.block);
      this.#table = newDoubles(heap, numbers.length);
    }
    this.#table.elements.set(numbers);
    return this.#table.block.address;
  }
}

/** What a region of graph inputs holds in replays to come. */
class AheadInputs {
  readonly region: InputRegion;
  ahead: BlockArray<Int32Array> | undefined;
  readonly #heap: Heap;
  readonly #source: BlockArray<Int32Array>;

  constructor(heap: Heap, region: InputRegion) {
    this.#heap = heap;
    this.region = region;
    this.#source = wordsOf(region.block, region.used / Int32Array.BYTES_PER_ELEMENT);
  }

  reserve(count: number): void {
    const length = count * this.#source.length;
    if (this.ahead !== undefined && this.ahead.length >= length) return;
    if (this.ahead !== undefined) this.#heap.release(this.ahead.block);
    this.ahead = newWords(this.#heap, length);
  }

  /** Keeps what the graph inputs hold now for replay `i`. */
  store(i: number): void {
    const source = this.#source.elements;
    const target = this.ahead!.elements;
    const { length } = source;
    const first = i * length;
    if (length > SHORT_WORDS) target.set(source, first);
    else for (let word = 0; word < length; word++) target[first + word] = source[word]!;
  }
}
