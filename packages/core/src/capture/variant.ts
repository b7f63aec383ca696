import type { Backend } from '../backend/backend.ts';
import type { Recording } from '../backend/recording.ts';
import { KindlingError } from '../errors.ts';
import { keep, scope } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import { InputSlot } from './input-slot.ts';
import { type Output, Replay, resultOf } from './replay.ts';
import { Session, withSession } from './session.ts';
import type { StackedResults } from './stacked-results.ts';
import { mapTensors, tensorsOf } from './structure.ts';

/** Recordings that must agree before one is replayed are tried this often. */
const MOST_RECORDINGS = 5;

/** Results leave the function without their graph. A leaf stays what it is. */
const detached = (tensor: Tensor): Tensor => (tensor.isLeaf ? tensor : tensor.detach());

const runScoped = (fn: (...inputs: never) => unknown, inputs: readonly unknown[]): unknown =>
  scope(() => fn(...(inputs as never)));

/** All that is known of a function's calls with inputs of one signature. */
export class Variant {
  readonly #fn: (...inputs: never) => unknown;
  readonly #strict: boolean;
  /** The engine to record; undefined where the function just runs. */
  readonly #backend: Backend | undefined;
  #warm = false;
  #slots: readonly InputSlot[] | undefined;
  #last: Recording | undefined;
  #attempts = 0;
  #replay: Replay | undefined;
  /** Calls of the whole function that were replays. */
  readonly #count: { replays: number };
  obstacle: string | undefined;

  constructor(
    fn: (...inputs: never) => unknown,
    strict: boolean,
    backend: Backend | undefined,
    count: { replays: number },
  ) {
    this.#fn = fn;
    this.#strict = strict;
    this.#count = count;
    this.#backend = backend?.record === undefined ? undefined : backend;
  }

  call(inputs: readonly unknown[], tensors: readonly Tensor[]): unknown {
    const replay = this.#validReplay();
    if (replay !== undefined) {
      this.#count.replays++;
      return replay.run(tensors);
    }
    // The first call may do what later ones do not, such as making an optimizer's state.
    if (this.#backend === undefined || !this.#warm || this.obstacle !== undefined) {
      this.#warm = true;
      return mapTensors(runScoped(this.#fn, inputs), detached);
    }
    return this.#record(inputs, tensors, this.#backend);
  }

  /** Calls `count` times; see {@link Replay.repeat}. */
  repeat(
    inputs: readonly unknown[],
    tensors: readonly Tensor[],
    count: number,
    results: StackedResults,
    each: ((i: number) => void) | undefined,
  ): void {
    for (let done = 0; done < count; ) {
      const replay = this.#validReplay();
      if (replay !== undefined) {
        const made = replay.repeat(tensors, count - done, done, results, each);
        this.#count.replays += made;
        done += made;
      } else {
        scope(() => results.put(this.call(inputs, tensors), done));
        each?.(done);
        done++;
      }
    }
  }

  /** The replay, if what it took for granted still holds; else recording begins anew. */
  #validReplay(): Replay | undefined {
    if (this.#replay === undefined || this.#replay.isValid) return this.#replay;
    this.#replay = undefined;
    this.#last = undefined;
    this.#attempts = 0;
    return undefined;
  }

  #record(inputs: readonly unknown[], tensors: readonly Tensor[], backend: Backend): unknown {
    this.#slots ??= tensors.map((tensor) => new InputSlot(tensor));
    const slots = this.#slots;
    for (const [i, tensor] of tensors.entries()) slots[i]!.fill(tensor);
    const recording = backend.record!(this.#strict);
    const session = new Session(backend, recording);
    let result: unknown;
    let slotted: unknown;
    try {
      result = withSession(session, () => {
        let next = 0;
        slotted = mapTensors(inputs, (tensor) => keep(tensor.wrap(slots[next++]!.view, undefined)));
        return runScoped(this.#fn, slotted as readonly unknown[]);
      });
    } finally {
      recording.stop();
    }
    const ownMemory = new Set(slots.map(({ view }) => view.storage));
    const outputs = tensorsOf(result).map((tensor): Output => {
      const copied = recording.owns(tensor.storage) || ownMemory.has(tensor.storage);
      return { copied, source: copied ? keep(tensor.detach()) : tensor };
    });
    const first = resultOf(result, outputs);
    for (const tensor of tensorsOf(slotted)) tensor.dispose();
    this.#judge(session, result, outputs);
    return first;
  }

  /** Makes a program of a recording that agrees with the one before. */
  #judge(session: Session, result: unknown, outputs: readonly Output[]): void {
    const { recording, obstacle } = session;
    const difference = this.#last === undefined ? 'first' : recording.difference(this.#last);
    this.#last = recording;
    this.#attempts++;
    if (obstacle === undefined && difference === undefined) {
      this.#replay = new Replay(session, this.#slots!, result, outputs);
      this.#last = undefined;
    } else if (obstacle !== undefined || this.#attempts >= MOST_RECORDINGS) {
      this.obstacle =
        obstacle ??
        `it does not do the same operations at each call: ${difference}; what changes belongs into tensors`;
      this.#last = undefined;
      if (this.#strict) throw new KindlingError(`compile: the function cannot be replayed: ${this.obstacle}`);
    }
  }
}
