import type { Backend } from '../backend/backend.ts';
import type { Recording } from '../backend/recording.ts';
import { KindlingError } from '../errors.ts';
import { keep, scope } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import { InputSlot } from './input-slot.ts';
import { type Output, Replay, resultOf } from './replay.ts';
import { Session, withFirstBackend, withSession } from './session.ts';
import type { StackedResults } from './stacked-results.ts';
import { mapTensors, tensorsOf, withTensors } from './structure.ts';

/** Recordings that are made until two in a row agree. */
const MOST_RECORDINGS = 5;

/** Results leave the function without their graph. A leaf stays what it is. */
const detached = (tensor: Tensor): Tensor => (tensor.isLeaf ? tensor : tensor.detach());

const runScoped = (fn: (...inputs: never) => unknown, inputs: readonly unknown[]): unknown =>
  scope(() => fn(...(inputs as never)));

/**
 * A compiled function for inputs of one signature. Its first call just runs. The next ones are recorded while they run, until two in
 * a row did the same; from then on, calls are replays. Where an assumption of the recording is broken, recording begins anew;
 * where it cannot be replayed, calls just run.
 */
export class Variant {
  readonly #fn: (...inputs: never) => unknown;
  readonly #strict: boolean;
  /** The engine to record; undefined before it is known, and where it does not record. */
  #backend: Backend | undefined;
  /** Whether the engine is yet to be seen, at the first operation. */
  readonly #isSearching: boolean;
  #hasRun = false;
  /** Memory for the inputs, which all recordings and replays share. */
  #slots: readonly InputSlot[] | undefined;
  /** The recording that the next one is held against. */
  #previous: Recording | undefined;
  #recordings = 0;
  #replay: Replay | undefined;
  /** Calls of the whole function that were replays. */
  readonly #count: { replays: number };
  /** Why calls are not replayed, once that is certain. */
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
    this.#isSearching = backend === undefined;
    this.#backend = backend?.record === undefined ? undefined : backend;
  }

  call(inputs: readonly unknown[], tensors: readonly Tensor[]): unknown {
    const replay = this.#validReplay();
    if (replay !== undefined) {
      this.#count.replays++;
      return replay.run(tensors);
    }
    // The first call may do what later ones do not, such as making an optimizer's state.
    if (!this.#hasRun) return this.#firstCall(inputs);
    if (this.#backend === undefined || this.obstacle !== undefined) {
      return mapTensors(runScoped(this.#fn, inputs), detached);
    }
    return this.#record(inputs, tensors, this.#backend);
  }

  /** A call that is not recorded, which shows the engine where no input did. */
  #firstCall(inputs: readonly unknown[]): unknown {
    this.#hasRun = true;
    const { result, backend } = withFirstBackend(() => mapTensors(runScoped(this.#fn, inputs), detached));
    if (!this.#isSearching) return result;
    if (backend === undefined) {
      this.obstacle = 'it has no operation on a tensor';
      this.#failIfStrict();
    }
    this.#backend = backend?.record === undefined ? undefined : backend;
    return result;
  }

  #failIfStrict(): void {
    if (this.#strict) throw new KindlingError(`compile: the function cannot be replayed: ${this.obstacle}`);
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
    this.#previous = undefined;
    this.#recordings = 0;
    return undefined;
  }

  /** A call that is recorded: `fn` runs on the memory that replays will work on. */
  #record(inputs: readonly unknown[], tensors: readonly Tensor[], backend: Backend): unknown {
    this.#slots ??= tensors.map((tensor) => new InputSlot(tensor));
    const slots = this.#slots;
    for (const [i, tensor] of tensors.entries()) slots[i]!.fill(tensor);
    const recording = backend.record!(this.#strict);
    const session = new Session(backend, recording);
    let standIns: readonly Tensor[] = [];
    let result: unknown;
    try {
      result = withSession(session, () => {
        standIns = tensors.map((tensor, i) => keep(tensor.wrap(slots[i]!.view, undefined)));
        return runScoped(this.#fn, withTensors(inputs, standIns) as readonly unknown[]);
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
    for (const tensor of standIns) tensor.dispose();
    this.#judge(session, result, outputs);
    return first;
  }

  /** Makes a replay of a recording that agrees with the one before, or finds out that there will be none. */
  #judge(session: Session, result: unknown, outputs: readonly Output[]): void {
    const { recording, obstacle } = session;
    const difference = this.#previous === undefined ? 'first' : recording.difference(this.#previous);
    this.#previous = recording;
    this.#recordings++;
    if (obstacle === undefined && difference === undefined) {
      this.#replay = new Replay(session, this.#slots!, result, outputs);
      this.#previous = undefined;
    } else if (obstacle !== undefined || this.#recordings >= MOST_RECORDINGS) {
      this.obstacle =
        obstacle ??
        `it does not run the same operations at each call: ${difference}; pass values that change as tensors`;
      this.#previous = undefined;
      this.#failIfStrict();
    }
  }
}
