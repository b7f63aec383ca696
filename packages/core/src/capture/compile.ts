import { isGradEnabled } from '../autograd/mode.ts';
import type { Backend, BufferHandle, Storage, View } from '../backend/backend.ts';
import type { Program, Recording } from '../backend/recording.ts';
import { AutogradError, KindlingError } from '../errors.ts';
import { allocate, copyInto } from '../ops/launch.ts';
import { keep, scope } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import { isRecording, Session, withSession } from './session.ts';
import { mapTensors, signatureOf, tensorsOf } from './structure.ts';

export interface CompileOptions {
  /**
   * Whether it is an error when the function cannot be replayed. Otherwise it goes on running at every call, and `obstacle`
   * says why. Default true.
   */
  readonly strict?: boolean;
}

/** A function that {@link compile} made, and what has become of it. */
export type Compiled<A extends readonly unknown[], R> = ((...inputs: A) => R) & {
  /** Calls so far that were replays. */
  readonly replays: number;
  /** Why calls with the last call's inputs are not replayed; undefined where they are, or will be. */
  readonly obstacle: string | undefined;
};

/** Recordings that must agree before one is replayed are tried this often. */
const MOST_RECORDINGS = 5;

/** Shapes of inputs that are remembered. */
const MOST_VARIANTS = 64;

/** A tensor of its own for an input, in the same layout, which the program reads. */
class InputSlot {
  readonly view: View;
  #from: Storage | undefined;
  #version = -1;
  #offset = -1;

  constructor(input: Tensor) {
    const { storage, dtype, shape, strides } = input.strided;
    if (input.isContiguous()) {
      this.view = allocate(storage.backend, dtype, shape);
    } else {
      const ends = shape.map((size, d) => strides[d]! * (size - 1));
      const before = ends.reduce((total, end) => total - Math.min(end, 0), 0);
      const after = ends.reduce((total, end) => total + Math.max(end, 0), 0);
      const whole = allocate(storage.backend, dtype, [before + after + 1]);
      this.view = { ...whole, shape, strides, offset: before };
    }
    this.view.storage.retain();
  }

  /** Takes an input's elements over, unless they are those it has. */
  fill(input: Tensor): void {
    const { storage, offset } = input.strided;
    if (storage === this.#from && storage.version === this.#version && offset === this.#offset) return;
    copyInto(this.view, input.strided);
    this.#from = storage;
    this.#version = storage.version;
    this.#offset = offset;
  }
}

/** What a replay gives back: made anew from the program's memory, or a tensor that was there before. */
interface Output {
  readonly source: Tensor;
  readonly copied: boolean;
}

/** A function ready to be replayed for inputs of one signature. */
class Replay {
  readonly #program: Program;
  readonly #session: Session;
  readonly #slots: readonly InputSlot[];
  readonly #result: unknown;
  readonly #outputs: readonly Output[];
  readonly #outside: readonly (readonly [Storage, BufferHandle])[];
  readonly #written: readonly Storage[];
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
    this.#outside = [...recording.outside].filter(([storage]) => !own.has(storage));
    this.#written = [...recording.written];
  }

  /** Whether what the recording took for granted still holds. */
  get isValid(): boolean {
    for (const [storage, handle] of this.#outside) if (storage.handle !== handle) return false;
    for (const { read, value } of this.#session.assumptions) if (!Object.is(read(), value)) return false;
    return true;
  }

  run(inputs: readonly Tensor[]): unknown {
    const { before, after } = this.#session;
    for (let i = 0; i < inputs.length; i++) this.#slots[i]!.fill(inputs[i]!);
    for (const effect of before) effect();
    this.#program.replay();
    for (const effect of after) effect();
    for (const storage of this.#written) storage.version++;
    for (const [leaf, grad] of this.#gradients) {
      if (leaf.grad !== null && leaf.grad.storage === grad.storage) continue;
      leaf.grad?.dispose();
      leaf.grad = keep(grad.detach());
    }
    return resultOf(this.#result, this.#outputs);
  }
}

/** The result's structure with the outputs in the places of its tensors. */
function resultOf(result: unknown, outputs: readonly Output[]): unknown {
  let next = 0;
  return mapTensors(result, () => {
    const { source, copied } = outputs[next++]!;
    return copied ? copyOf(source) : source;
  });
}

function copyOf(source: Tensor): Tensor {
  const { storage, dtype, shape } = source.strided;
  return source.wrap(copyInto(allocate(storage.backend, dtype, shape), source.strided), undefined);
}

/** Results leave the function without their graph. A leaf stays what it is. */
const detached = (tensor: Tensor): Tensor => (tensor.isLeaf ? tensor : tensor.detach());

/** All that is known of calls with inputs of one signature. */
class Variant {
  readonly #fn: (...inputs: never) => unknown;
  readonly #strict: boolean;
  #warm = false;
  #slots: readonly InputSlot[] | undefined;
  #last: Recording | undefined;
  #attempts = 0;
  #replay: Replay | undefined;
  obstacle: string | undefined;
  replays = 0;

  constructor(fn: (...inputs: never) => unknown, strict: boolean) {
    this.#fn = fn;
    this.#strict = strict;
  }

  /** @param backend The engine to record, or undefined where the function just runs. */
  call(inputs: readonly unknown[], tensors: readonly Tensor[], backend: Backend | undefined): unknown {
    if (this.#replay !== undefined && !this.#replay.isValid) {
      this.#replay = undefined;
      this.#last = undefined;
      this.#attempts = 0;
    }
    if (this.#replay !== undefined) {
      this.replays++;
      return this.#replay.run(tensors);
    }
    // The first call may do what later ones do not, such as making an optimizer's state.
    if (backend?.record === undefined || !this.#warm || this.obstacle !== undefined) {
      this.#warm = true;
      return mapTensors(runScoped(this.#fn, inputs), detached);
    }
    return this.#record(inputs, tensors, backend);
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

const runScoped = (fn: (...inputs: never) => unknown, inputs: readonly unknown[]): unknown =>
  scope(() => fn(...(inputs as never)));

/**
 * A function that behaves as `fn`, and after a few calls replays what `fn` did instead of running it again: one call into the engine,
 * without building a graph, allocating, or visiting JavaScript for each operation. Results are bit-identical to those of `fn`.
 *
 * ```ts
 * const step = compile((x: Tensor, y: Tensor) => {
 *   optimizer.zeroGrad();
 *   const loss = mse(model.forward(x), y);
 *   loss.backward();
 *   optimizer.step();
 *   return loss;
 * });
 * ```
 *
 * `fn` takes and returns tensors (alone, in arrays or in plain objects) and must do the same operations at each call with
 * inputs of the same shapes; two runs that did are what the replay is made of. What changes from call to call belongs into
 * tensors, or is computed by `varying` and `eachCall`. Tensors that `fn` makes and does not return are freed when it ends, but for
 * gradients and what was handed to `keep`. Results come without a graph, so `backward` belongs inside.
 *
 * On a backend that does not record, and without a tensor among the inputs, `fn` runs at every call. Inside of another compiled function it becomes a part of that one.
 *
 * Throws {@link KindlingError} (unless `strict` is false) when values are read on the host inside of `fn`, and when five runs in a row
 * differ; {@link AutogradError} for an input that requires a gradient.
 */
export function compile<A extends readonly unknown[], R>(
  fn: (...inputs: A) => R,
  { strict = true }: CompileOptions = {},
): Compiled<A, R> {
  const variants = new Map<string, Variant>();
  let last: Variant | undefined;
  let replays = 0;
  const call = (...inputs: A): R => {
    if (isRecording()) return fn(...inputs);
    const tensors = tensorsOf(inputs);
    if (isGradEnabled() && tensors.some((tensor) => tensor.requiresGrad)) {
      throw new AutogradError(
        'compile: expected inputs that require no gradient; call backward inside of the function',
      );
    }
    const signature = `${isGradEnabled() ? 'grad' : 'no grad'} ${signatureOf(inputs)}`;
    let variant = variants.get(signature);
    if (variant === undefined) {
      variant = new Variant(fn, strict);
      variants.set(signature, variant);
      if (variants.size > MOST_VARIANTS) variants.delete(variants.keys().next().value!);
    }
    last = variant;
    const before = variant.replays;
    const result = variant.call(inputs, tensors, tensors[0]?.storage.backend);
    replays += variant.replays - before;
    return result as R;
  };
  return Object.defineProperties(call, {
    replays: { get: () => replays },
    obstacle: { get: () => last?.obstacle },
  }) as Compiled<A, R>;
}
