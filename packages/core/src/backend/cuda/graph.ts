import { dtypes } from '../../dtype.ts';
import { numel } from '../../shape.ts';
import type { View } from '../backend.ts';
import type { Collected, Graph, ReplayHost } from '../capture.ts';
import type { LoweredCall } from '../lowered-call.ts';
import { replayAhead } from '../replay-ahead.ts';
import type { CudaBackend, ExecutableGraph } from './backend.ts';
import type { InputArea } from './capture.ts';
import type { Block } from './memory.ts';

/** Bytes of what graph inputs hold in replays to come that are uploaded together at most, unless one replay has more. */
const AHEAD_BYTES = 2 ** 20;

/** Replays that are made ready together at most, so that the GPU has work before the last of many is ready. */
const MAX_AHEAD = 256;

/** Ends what belongs to graphs that are gone. */
const abandoned = new FinalizationRegistry<() => void>((end) => end());

const addressOf = ({ storage, offset, dtype }: View): number =>
  (storage.handle as Block).address + offset * dtypes[dtype].bytes;

/** A sequence of calls as a CUDA graph: a replay is one upload of the graph inputs and one launch. */
export class CudaGraph implements Graph {
  readonly #backend: CudaBackend;
  readonly #graph: ExecutableGraph;
  readonly #areas: readonly InputArea[];
  /** The memory that the graph works on, which lives as long as the graph. */
  readonly blocks: readonly Block[];

  constructor(
    backend: CudaBackend,
    calls: readonly LoweredCall[],
    blocks: readonly Block[],
    areas: readonly InputArea[],
  ) {
    this.#backend = backend;
    this.#areas = areas;
    const { graph, scratch } = backend.captureGraph(calls);
    this.#graph = graph;
    this.blocks = [...blocks, ...scratch];
    abandoned.register(this, () => backend.release(graph));
  }

  replay(): void {
    for (const area of this.#areas) {
      if (!area.isChanged) continue;
      area.isChanged = false;
      this.#backend.upload(area.block.address, area.content);
    }
    this.#backend.replay(this.#graph);
  }

  /** GraphInputs of many replays are uploaded at once, and copied to their place on the GPU before each. */
  replayMany(count: number, { prepare }: ReplayHost, collected: readonly Collected[]): number {
    const bytes = this.#areas.reduce((sum, { used }) => sum + used, 0);
    let ahead = new Uint8Array(0);
    return replayAhead(count, prepare, {
      limit: Math.min(MAX_AHEAD, Math.max(1, Math.floor(AHEAD_BYTES / Math.max(1, bytes)))),
      reserve: (portion) => {
        ahead = new Uint8Array(portion * bytes);
      },
      store: (i) => {
        let at = i * bytes;
        for (const { content } of this.#areas) {
          ahead.set(content, at);
          at += content.length;
        }
      },
      replay: (times, done) => this.#replayAhead(ahead.subarray(0, times * bytes), times, done, collected),
    });
  }

  #replayAhead(ahead: Uint8Array, times: number, done: number, collected: readonly Collected[]): void {
    const { memory } = this.#backend;
    const block = memory.allocate(ahead.length);
    this.#backend.upload(block.address, ahead);
    let from = block.address;
    for (let i = 0; i < times; i++) {
      for (const { block, used } of this.#areas) {
        this.#backend.copy(block.address, from, used);
        from += used;
      }
      this.#backend.replay(this.#graph);
      for (const { source, target } of collected) {
        const length = numel(source.shape) * dtypes[source.dtype].bytes;
        this.#backend.copy(addressOf(target) + (done + i) * length, addressOf(source), length);
      }
    }
    for (const area of this.#areas) area.isChanged = true;
    memory.free(block);
  }
}
