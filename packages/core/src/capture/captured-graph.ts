import type { BufferHandle, Storage } from '../backend/backend.ts';
import type { Graph, ReplayHost } from '../backend/capture.ts';
import { allocate, copyInto } from '../ops/launch.ts';
import { keep } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import type { CaptureContext } from './context.ts';
import type { InputSlot } from './input-slot.ts';
import type { StackedResults } from './stacked-results.ts';
import { withTensors } from './structure.ts';

/** A tensor of the captured run's result. */
export interface Output {
  readonly source: Tensor;
  /** Whether it lies in the graph's memory, so that each replay gives a copy; else it was there before. */
  readonly copied: boolean;
}

/** The result's structure with the outputs in the places of its tensors. */
export function resultOf(result: unknown, outputs: readonly Output[]): unknown {
  return withTensors(
    result,
    outputs.map(({ source, copied }) => (copied ? copyOf(source) : source)),
  );
}

function copyOf(source: Tensor): Tensor {
  const { storage, dtype, shape } = source.strided;
  return source.wrap(copyInto(allocate(storage.backend, dtype, shape), source.strided), undefined);
}

/** A captured run that is ready to be done again, for inputs of one signature: the engine's graph, and the host's part around it. */
export class CapturedGraph {
  readonly #graph: Graph;
  readonly #context: CaptureContext;
  readonly #slots: readonly InputSlot[];
  readonly #result: unknown;
  readonly #outputs: readonly Output[];
  /** Storages from before the capture, with the memory that they had then: the graph works on that. */
  readonly #outside: readonly { storage: Storage; handle: BufferHandle; departures: number }[];
  /** Gradients from before the capture that the graph reads or adds to; null where a tensor must have none. */
  readonly #begun: readonly (readonly [tensor: Tensor, grad: Tensor | null])[];
  /** Those of them that the graph writes to. */
  readonly #written: readonly Storage[];
  /** What the captured run left in `grad` of leaves. Each replay writes it anew. */
  readonly #gradients: readonly (readonly [leaf: Tensor, grad: Tensor])[];

  constructor(
    context: CaptureContext,
    slots: readonly InputSlot[],
    result: unknown,
    outputs: readonly Output[],
  ) {
    const { capture } = context;
    this.#context = context;
    this.#slots = slots;
    this.#result = result;
    this.#outputs = outputs;
    this.#gradients = [...context.leaves].flatMap((leaf) =>
      leaf.grad !== null && capture.owns(leaf.grad.storage) ? [[leaf, keep(leaf.grad.detach())]] : [],
    );
    this.#graph = capture.graph();
    const own = new Set(slots.map(({ view }) => view.storage));
    this.#outside = [...capture.outside]
      .filter(([storage]) => !own.has(storage))
      .map(([storage, handle]) => ({ storage, handle, departures: storage.departures }));
    this.#begun = [...(context.gradients as Map<Tensor, Tensor | null | undefined>)].flatMap(
      ([tensor, grad]) => {
        const matters = grad === null || (grad !== undefined && capture.outside.has(grad.storage));
        return matters ? [[tensor, grad] as const] : [];
      },
    );
    this.#written = [...capture.written];
  }

  /** Whether what the capture assumed still holds. */
  get isValid(): boolean {
    for (const { storage, handle, departures } of this.#outside) {
      if (storage.handle !== handle || storage.departures !== departures) return false;
    }
    for (const [tensor, grad] of this.#begun) if (tensor.grad !== grad) return false;
    return this.#guardsHold();
  }

  /** One replay. */
  run(inputs: readonly Tensor[]): unknown {
    this.#fill(inputs);
    for (const { run } of this.#context.effects) run();
    this.#graph.replay();
    this.#commitSideEffects();
    return resultOf(this.#result, this.#outputs);
  }

  /**
   * Replays up to `count` times, with the same inputs; the results go to the rows of `results` from `first` on. `each` is called for
   * every replay once its effects on the host are done, which may be long before the engine makes it. Returns how many were made
   * before an assumption was broken.
   */
  runMany(
    inputs: readonly Tensor[],
    count: number,
    first: number,
    results: StackedResults,
    each: ((i: number) => void) | undefined,
  ): number {
    const { effects } = this.#context;
    this.#fill(inputs);
    const sources = this.#outputs.map(({ source }) => source);
    results.reserve(this.#result, sources);
    const prepare = (i: number): boolean => {
      if (i > 0 && !this.#guardsHold()) return false;
      for (let n = 0; n < effects.length; n++) effects[n]!.run();
      each?.(first + i);
      return true;
    };
    const isUniform = each === undefined && effects.every(({ runMany }) => runMany !== undefined);
    const prepareAll = (): void => {
      for (const { runMany } of effects) runMany!(count);
    };
    const host: ReplayHost = { prepare, prepareAll: isUniform ? prepareAll : undefined };
    let made: number;
    if (this.#graph.replayMany !== undefined && sources.every((source) => source.isContiguous())) {
      const collected = sources.map((source, n) => ({
        source: source.strided,
        target: results.row(n, first),
      }));
      made = this.#graph.replayMany(count, host, collected);
    } else {
      for (made = 0; made < count && prepare(made); made++) {
        this.#graph.replay();
        for (const [n, source] of sources.entries()) copyInto(results.row(n, first + made), source.strided);
      }
    }
    this.#commitSideEffects();
    return made;
  }

  #guardsHold(): boolean {
    for (const { read, value } of this.#context.guards) if (!Object.is(read(), value)) return false;
    return true;
  }

  #fill(inputs: readonly Tensor[]): void {
    for (let i = 0; i < inputs.length; i++) this.#slots[i]!.fill(inputs[i]!);
  }

  /** What tensors from outside must know of the replays that were made. */
  #commitSideEffects(): void {
    for (const storage of this.#written) storage.version++;
    for (const [leaf, grad] of this.#gradients) {
      if (leaf.grad !== null && leaf.grad.storage === grad.storage) continue;
      leaf.grad?.dispose();
      leaf.grad = grad.detach();
    }
  }
}
