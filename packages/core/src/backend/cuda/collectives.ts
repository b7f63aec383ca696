import { dtypes } from '../../dtype.ts';
import { KindlingError } from '../../errors.ts';
import type { LoweredCall, LoweredCallOf } from '../lowered-call.ts';
import type { StreamCollective, StreamCollectives, StreamCommunicator } from '../stream-collectives.ts';
import type { CudaBackend, ExecutableGraph } from './backend.ts';
import { results } from './driver.ts';
import type { Block } from './memory.ts';

/** Waits as long as a query of the driver answers that the GPU is at work. */
export type Wait = (query: () => number) => void;

/** Milliseconds for which the driver is asked without a pause, and of a pause after that. */
const BUSY_MS = 1;
const PAUSE_MS = 0.05;

/** Operations of message-passing libraries on a GPU's stream, and the graphs that hold them. */
export class Collectives implements StreamCollectives {
  readonly #backend: CudaBackend;
  readonly #registered: StreamCollective[] = [];
  readonly #communicators = new Set<StreamCommunicator>();
  readonly #graphs = new Set<ExecutableGraph>();
  #pause: Int32Array | undefined;

  constructor(backend: CudaBackend) {
    this.#backend = backend;
  }

  get gpu(): string {
    return this.#backend.properties.uuid;
  }

  use(): void {
    this.#backend.use();
  }

  register(collective: StreamCollective): number {
    this.#communicators.add(collective.communicator);
    return this.#registered.push(collective) - 1;
  }

  takes(call: LoweredCall): call is LoweredCallOf<'allReduce'> {
    return call.kind === 'allReduce';
  }

  /** Does a call, if it is one that it takes. */
  run(call: LoweredCall): boolean {
    if (!this.takes(call)) return false;
    const { storage, offset, dtype } = call.outputs[0]!;
    const { reduction, count } = call.attributes;
    const collective = this.#registered[reduction];
    if (collective === undefined || collective.dtype !== dtype) {
      throw new KindlingError(
        `allReduce: expected an operation on ${dtype} that is registered, got number ${reduction}`,
      );
    }
    const address = (storage.handle as Block).address + offset * dtypes[dtype].bytes;
    collective.enqueue(address, count, this.#backend.stream);
    return true;
  }

  /** Waits for the GPU. Throws where a communicator fails meanwhile. */
  readonly wait: Wait = (query) => {
    if (this.#communicators.size === 0) return;
    const began = performance.now();
    while (query() === results.notReady) {
      const waited = performance.now() - began;
      this.#check(waited / 1000);
      if (waited < BUSY_MS) continue;
      this.#pause ??= new Int32Array(new SharedArrayBuffer(4));
      Atomics.wait(this.#pause, 0, 0, PAUSE_MS);
    }
    this.#check(0);
  };

  hold(graph: ExecutableGraph): void {
    this.#graphs.add(graph);
  }

  drop(graph: ExecutableGraph): void {
    this.#graphs.delete(graph);
  }

  /** Throws where the communicator of a graph's operations is gone. */
  assertLive({ handle }: ExecutableGraph): void {
    if (handle !== 0) return;
    throw new KindlingError(
      'compile: expected the process group that was there when the step was recorded, got a replay after its end or failure',
    );
  }

  synchronize(): void {
    this.use();
    this.#backend.synchronize();
  }

  release(communicator: StreamCommunicator): void {
    this.use();
    const { api } = this.#backend.driver;
    this.#communicators.delete(communicator);
    // What runs goes on, without the handle. A failure is reported by the call that it belongs to.
    for (const graph of this.#graphs) {
      api.cuGraphExecDestroy(graph.handle);
      graph.handle = 0;
    }
    this.#graphs.clear();
  }

  #check(waited: number): void {
    for (const communicator of this.#communicators) communicator.check(waited);
  }
}
