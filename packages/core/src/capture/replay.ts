import type { BufferHandle, Storage } from '../backend/backend.ts';
import type { Program } from '../backend/recording.ts';
import { allocate, copyInto } from '../ops/launch.ts';
import { keep } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import type { InputSlot } from './input-slot.ts';
import type { Session } from './session.ts';
import type { StackedResults } from './stacked-results.ts';
import { withTensors } from './structure.ts';

/** A tensor of the recorded run's result. */
export interface Output {
  readonly source: Tensor;
  /** Whether it lies in the program's memory, so that each replay gives a copy; else it was there before. */
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

/** A recorded run that is ready to be done again, for inputs of one signature: the engine's program, and the host's part around it. */
export class Replay {
  readonly #program: Program;
  readonly #session: Session;
  readonly #slots: readonly InputSlot[];
  readonly #result: unknown;
  readonly #outputs: readonly Output[];
  /** Storages from before the recording, with the memory that they had then: the program works on that. */
  readonly #outside: readonly { storage: Storage; handle: BufferHandle; departures: number }[];
  /** Gradients from before the recording that the program reads or adds to; null where a tensor must have none. */
  readonly #begun: readonly (readonly [tensor: Tensor, grad: Tensor | null])[];
  /** Those of them that the program writes to. */
  readonly #written: readonly Storage[];
  /** What the recorded run left in `grad` of leaves. Each replay writes it anew. */
  readonly #gradients: readonly (readonly [leaf: Tensor, grad: Tensor])[];

  constructor(session: Session, slots: readonly InputSlot[], result: unknown, outputs: readonly Output[]) {
    const { recording } = session;
    this.#session = session;
    this.#slots = slots;
    this.#result = result;
    this.#outputs = outputs;
    this.#gradients = [...session.leaves].flatMap((leaf) =>
      leaf.grad !== null && recording.owns(leaf.grad.storage) ? [[leaf, keep(leaf.grad.detach())]] : [],
    );
    this.#program = recording.program();
    const own = new Set(slots.map(({ view }) => view.storage));
    this.#outside = [...recording.outside]
      .filter(([storage]) => !own.has(storage))
      .map(([storage, handle]) => ({ storage, handle, departures: storage.departures }));
    this.#begun = [...(session.gradients as Map<Tensor, Tensor | null>)].filter(
      ([, grad]) => grad === null || recording.outside.has(grad.storage),
    );
    this.#written = [...recording.written];
  }

  /** Whether what the recording took for granted still holds. */
  get isValid(): boolean {
    for (const { storage, handle, departures } of this.#outside) {
      if (storage.handle !== handle || storage.departures !== departures) return false;
    }
    for (const [tensor, grad] of this.#begun) if (tensor.grad !== grad) return false;
    return this.#assumptionsHold();
  }

  /** One replay. */
  run(inputs: readonly Tensor[]): unknown {
    this.#fill(inputs);
    for (const effect of this.#session.effects) effect();
    this.#program.replay();
    this.#settle();
    return resultOf(this.#result, this.#outputs);
  }

  /**
   * Replays up to `count` times, with the same inputs; the results go to the rows of `results` from `first` on. `each` is told of
   * every replay once its effects on the host are done, which may be long before the engine makes it. Returns how many were made
   * before an assumption was broken.
   */
  repeat(
    inputs: readonly Tensor[],
    count: number,
    first: number,
    results: StackedResults,
    each: ((i: number) => void) | undefined,
  ): number {
    const { effects } = this.#session;
    this.#fill(inputs);
    const sources = this.#outputs.map(({ source }) => source);
    results.reserve(this.#result, sources);
    const prepare = (i: number): boolean => {
      if (i > 0 && !this.#assumptionsHold()) return false;
      for (const effect of effects) effect();
      each?.(first + i);
      return true;
    };
    let made: number;
    if (this.#program.repeat !== undefined && sources.every((source) => source.isContiguous())) {
      const collected = sources.map((source, n) => ({
        source: source.strided,
        target: results.row(n, first),
      }));
      made = this.#program.repeat(count, prepare, collected);
    } else {
      for (made = 0; made < count && prepare(made); made++) {
        this.#program.replay();
        for (const [n, source] of sources.entries()) copyInto(results.row(n, first + made), source.strided);
      }
    }
    this.#settle();
    return made;
  }

  #assumptionsHold(): boolean {
    for (const { read, value } of this.#session.assumptions) if (!Object.is(read(), value)) return false;
    return true;
  }

  #fill(inputs: readonly Tensor[]): void {
    for (let i = 0; i < inputs.length; i++) this.#slots[i]!.fill(inputs[i]!);
  }

  /** What tensors from outside must know of the replays that were made. */
  #settle(): void {
    for (const storage of this.#written) storage.version++;
    for (const [leaf, grad] of this.#gradients) {
      if (leaf.grad !== null && leaf.grad.storage === grad.storage) continue;
      leaf.grad?.dispose();
      leaf.grad = keep(grad.detach());
    }
  }
}
