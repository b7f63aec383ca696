import { assertFunction } from '../arguments.ts';
import type { Backend } from '../backend/backend.ts';
import type { Capture } from '../backend/capture.ts';
import type { Tensor } from '../tensor.ts';

/** What a replay does on the host before its tensor operations. */
export interface HostEffect {
  /** Does it for one replay. */
  readonly run: () => void;
  /**
   * Does it for `count` replays in a row at once, all of which find the same in the graph inputs. Undefined for an effect that needs a turn
   * for each replay, because it sets graph inputs anew or reads what other effects change.
   */
  readonly runMany?: ((count: number) => void) | undefined;
}

/**
 * One captured run of a compiled function: the engine's log of kernel calls, and beside it all that a replay has to do or to check on
 * the host. Operations, optimizers and modules add to it by {@link onReplay}, {@link guard} and `dynamicScalar`.
 */
export class CaptureContext {
  readonly backend: Backend;
  readonly capture: Capture;
  /** What is done on the host before each replay, in this order: counting steps, drawing, writing graph inputs. */
  readonly effects: HostEffect[] = [];
  /** What the capture took for granted, and what it was. */
  readonly guards: { readonly read: () => unknown; readonly value: unknown }[] = [];
  /** Tensors whose `grad` was set. */
  readonly leaves = new Set<Tensor>();
  /** The `grad` that each tensor had when it was first asked for it; undefined where it was given another one before that. */
  readonly gradients = new Map<object, Tensor | null | undefined>();
  /** An engine other than the captured one that an operation ran on. */
  #otherBackend: Backend | undefined;

  constructor(backend: Backend, capture: Capture) {
    this.backend = backend;
    this.capture = capture;
  }

  /** Notes the gradient that a tensor begins with. */
  readGradient(tensor: object, grad: Tensor | null): void {
    if (!this.gradients.has(tensor)) this.gradients.set(tensor, grad);
  }

  /** Notes that the gradient which a tensor begins with makes no difference, unless it was asked for already. */
  replaceGradient(tensor: object): void {
    if (!this.gradients.has(tensor)) this.gradients.set(tensor, undefined);
  }

  /** Notes an operation's engine. */
  recordBackend(backend: Backend): void {
    if (backend !== this.backend) this.#otherBackend = backend;
  }

  /** Why what was captured cannot be replayed. */
  get unsupportedReason(): string | undefined {
    const { device } = this.backend;
    return this.#otherBackend === undefined
      ? this.capture.unsupportedReason
      : `it works on ${this.#otherBackend.device} besides ${device}, the device of its first input or operation`;
  }
}

let current: CaptureContext | undefined;

/** Where the first engine that an operation runs on is noted. */
let search: { backend: Backend | undefined } | undefined;

/** Notes the engine of an operation that is about to run. */
export function recordBackend(backend: Backend): void {
  current?.recordBackend(backend);
  if (search !== undefined) search.backend ??= backend;
}

/** Runs `fn`, and tells which engine its first operation ran on; undefined where there was none. */
export function withFirstBackend<T>(fn: () => T): {
  readonly result: T;
  readonly backend: Backend | undefined;
} {
  const before = search;
  const found: { backend: Backend | undefined } = { backend: undefined };
  search = found;
  try {
    return { result: fn(), backend: found.backend };
  } finally {
    search = before;
  }
}

/** The context of the function that is being captured at this moment. */
export const currentContext = (): CaptureContext | undefined => current;

/** Whether a compiled function is being captured at this moment, so that what it reads on the host would be lost. */
export const isCapturing = (): boolean => current !== undefined;

export function withContext<T>(context: CaptureContext, fn: () => T): T {
  const before = current;
  current = context;
  try {
    return fn();
  } finally {
    current = before;
  }
}

/**
 * Runs `effect` now, and in a compiled function again at each later call: a step counter's increment, for example. It must not
 * touch tensors. All effects of a call run before its tensor operations.
 *
 * @param runMany does what `effect` does in `count` calls in a row. It stands in for `effect` where all effects of a compiled function
 * have one, so that its `runMany` prepares all calls at once. An effect that reads what other effects change must have none.
 */
export function onReplay(effect: () => void, runMany?: (count: number) => void): void {
  assertFunction('onReplay', 'effect', effect);
  if (runMany !== undefined) assertFunction('onReplay', 'runMany', runMany);
  effect();
  current?.effects.push({ run: effect, runMany });
}

/** In a compiled function: what is captured holds only as long as `read` gives what it gives now. After that it is captured anew. */
export function guard(read: () => unknown): void {
  current?.guards.push({ read, value: read() });
}
