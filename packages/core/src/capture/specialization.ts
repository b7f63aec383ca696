import type { Backend } from '../backend/backend.ts';
import type { Capture } from '../backend/capture.ts';
import { KindlingError } from '../errors.ts';
import { keep, scope } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import { CapturedGraph, type Output, resultOf } from './captured-graph.ts';
import { CaptureContext, withContext, withFirstBackend } from './context.ts';
import { InputSlot } from './input-slot.ts';
import type { StackedResults } from './stacked-results.ts';
import { mapTensors, tensorsOf, withTensors } from './structure.ts';

/** Captures that are made until two in a row agree. */
const MAX_CAPTURES = 5;

/** Results leave the function without their graph. A leaf stays what it is. */
const detached = (tensor: Tensor): Tensor => (tensor.isLeaf ? tensor : tensor.detach());

const runScoped = (fn: (...inputs: never) => unknown, inputs: readonly unknown[]): unknown =>
  scope(() => fn(...(inputs as never)));

/**
 * A compiled function for inputs of one signature. Its first call just runs. The next ones are captured while they run, until two in
 * a row did the same; from then on, calls are replays. Where an assumption of the capture is broken, capture begins anew;
 * where it cannot be replayed, calls just run.
 */
export class Specialization {
  readonly #fn: (...inputs: never) => unknown;
  readonly #strict: boolean;
  /** The engine to record; undefined before it is known, and where it does not record. */
  #backend: Backend | undefined;
  /** Whether the engine is yet to be seen, at the first operation. */
  readonly #isSearching: boolean;
  #hasRun = false;
  /** Memory for the inputs, which all captures and replays share. */
  #slots: readonly InputSlot[] | undefined;
  /** The capture that the next one is held against. */
  #previous: Capture | undefined;
  #captures = 0;
  #replay: CapturedGraph | undefined;
  /** Calls of the whole function that were replays. */
  readonly #count: { replays: number };
  /** Why calls are not replayed, once that is certain. */
  unsupportedReason: string | undefined;

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
    this.#backend = backend?.capture === undefined ? undefined : backend;
  }

  call(inputs: readonly unknown[], tensors: readonly Tensor[]): unknown {
    const replay = this.#validGraph();
    if (replay !== undefined) {
      this.#count.replays++;
      return replay.run(tensors);
    }
    // The first call may do what later ones do not, such as making an optimizer's state.
    if (!this.#hasRun) return this.#firstCall(inputs);
    if (this.#backend === undefined || this.unsupportedReason !== undefined) {
      return mapTensors(runScoped(this.#fn, inputs), detached);
    }
    return this.#record(inputs, tensors, this.#backend);
  }

  /** A call that is not captured, which shows the engine where no input did. */
  #firstCall(inputs: readonly unknown[]): unknown {
    this.#hasRun = true;
    const { result, backend } = withFirstBackend(() => mapTensors(runScoped(this.#fn, inputs), detached));
    if (!this.#isSearching) return result;
    if (backend === undefined) {
      this.unsupportedReason = 'it has no operation on a tensor';
      this.#failIfStrict();
    }
    this.#backend = backend?.capture === undefined ? undefined : backend;
    return result;
  }

  #failIfStrict(): void {
    if (this.#strict)
      throw new KindlingError(`compile: the function cannot be replayed: ${this.unsupportedReason}`);
  }

  /** Calls `count` times; see {@link CapturedGraph.runMany}. */
  runMany(
    inputs: readonly unknown[],
    tensors: readonly Tensor[],
    count: number,
    results: StackedResults,
    each: ((i: number) => void) | undefined,
  ): void {
    for (let done = 0; done < count; ) {
      const replay = this.#validGraph();
      if (replay !== undefined) {
        const made = replay.runMany(tensors, count - done, done, results, each);
        this.#count.replays += made;
        done += made;
      } else {
        scope(() => results.put(this.call(inputs, tensors), done));
        each?.(done);
        done++;
      }
    }
  }

  /** The replay, if what it took for granted still holds; else capture begins anew. */
  #validGraph(): CapturedGraph | undefined {
    if (this.#replay === undefined || this.#replay.isValid) return this.#replay;
    this.#replay = undefined;
    this.#previous = undefined;
    this.#captures = 0;
    return undefined;
  }

  /** A call that is captured: `fn` runs on the memory that replays will work on. */
  #record(inputs: readonly unknown[], tensors: readonly Tensor[], backend: Backend): unknown {
    this.#slots ??= tensors.map((tensor) => new InputSlot(tensor));
    const slots = this.#slots;
    for (const [i, tensor] of tensors.entries()) slots[i]!.fill(tensor);
    const capture = backend.capture!(this.#strict);
    const context = new CaptureContext(backend, capture);
    let standIns: readonly Tensor[] = [];
    let result: unknown;
    try {
      result = withContext(context, () => {
        standIns = tensors.map((tensor, i) => keep(tensor.wrap(slots[i]!.view, undefined)));
        return runScoped(this.#fn, withTensors(inputs, standIns) as readonly unknown[]);
      });
    } finally {
      capture.stop();
    }
    const ownMemory = new Set(slots.map(({ view }) => view.storage));
    const outputs = tensorsOf(result).map((tensor): Output => {
      const copied = capture.owns(tensor.storage) || ownMemory.has(tensor.storage);
      return { copied, source: copied ? keep(tensor.detach()) : tensor };
    });
    const first = resultOf(result, outputs);
    for (const tensor of standIns) tensor.dispose();
    this.#compareWithPrevious(context, result, outputs);
    return first;
  }

  /** Makes a replay of a capture that agrees with the one before, or finds out that there will be none. */
  #compareWithPrevious(context: CaptureContext, result: unknown, outputs: readonly Output[]): void {
    const { capture, unsupportedReason } = context;
    const difference = this.#previous === undefined ? 'first' : capture.difference(this.#previous);
    this.#previous = capture;
    this.#captures++;
    if (unsupportedReason === undefined && difference === undefined) {
      this.#replay = new CapturedGraph(context, this.#slots!, result, outputs);
      this.#previous = undefined;
    } else if (unsupportedReason !== undefined || this.#captures >= MAX_CAPTURES) {
      this.unsupportedReason =
        unsupportedReason ??
        `it does not run the same operations at each call: ${difference}; pass values that change as tensors`;
      this.#previous = undefined;
      this.#failIfStrict();
    }
  }
}
