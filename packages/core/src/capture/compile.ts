import { assertBoolean, assertFunction, assertList, describe } from '../arguments.ts';
import { isGradEnabled } from '../autograd/mode.ts';
import { announce, backendFor } from '../backend/devices.ts';
import { ArgumentError, AutogradError, KindlingError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { isCapturing } from './context.ts';
import { Specialization } from './specialization.ts';
import { StackedResults } from './stacked-results.ts';
import { signatureOf, TensorForm, tensorsOf } from './structure.ts';

export interface CompileOptions {
  /**
   * Whether a function that cannot be replayed is an error. Otherwise it runs eagerly at every call, and `unsupportedReason` has the
   * reason. Default true.
   */
  readonly strict?: boolean;
  /** Device of the function. Default: that of the first tensor among its inputs, else of its first operation. */
  readonly device?: string;
}

/** A function returned by {@link compile}. */
export type Compiled<A extends readonly unknown[], R> = ((...inputs: A) => R) & {
  /** Number of calls that were replays. */
  readonly replays: number;
  /** Why calls with inputs like the last ones are not replayed; undefined if they are, or will be. */
  readonly unsupportedReason: string | undefined;
  /**
   * Makes `count` calls with the same inputs; replays do not return to JavaScript in between. Each tensor of the result has a
   * leading axis with the results of the calls, [count, …].
   *
   * What `dynamicScalar` and `onReplay` compute is computed for many calls ahead, each in its turn. `each(i)` is called when that of call
   * i is done, before that of the next: there a schedule steps. It must not touch tensors. Without it, effects that all have a `runMany`
   * (see `onReplay`) run once for all calls.
   *
   * Throws {@link ArgumentError} for a count below 1, {@link KindlingError} inside a compiled function, and errors of the calls.
   */
  runMany(count: number, inputs: A, each?: (i: number) => void): R;
};

/** Signatures of inputs whose captures are kept. */
const MAX_SPECIALIZATIONS = 64;

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
 * tensors, or is computed by `dynamicScalar` and `onReplay`. Tensors that `fn` makes and does not return are freed when it ends, but for
 * gradients and what was handed to `keep`. Results come without a graph, so `backward` belongs inside.
 *
 * On a backend that does not record, `fn` runs at every call. Inside of another compiled function it becomes a part of that one.
 *
 * Throws {@link KindlingError} (unless `strict` is false) when values are read on the host inside of `fn`, when five runs in a row
 * differ, and when `fn` does nothing with tensors; {@link AutogradError} for an input that requires a gradient.
 */
export function compile<A extends readonly unknown[], R>(
  fn: (...inputs: A) => R,
  options: CompileOptions = {},
): Compiled<A, R> {
  const { strict = true, device } = checkOptions('compile', options, { strict: true, device: true });
  assertFunction('compile', 'fn', fn);
  assertBoolean('compile', 'strict', strict);
  const specializations = new Map<string, Specialization>();
  const count = { replays: 0 };
  /** What the last call was: the next one mostly is of the same form, which is seen faster than its signature is made. */
  let last:
    | {
        readonly specialization: Specialization;
        readonly withGrad: boolean;
        readonly form: TensorForm | undefined;
      }
    | undefined;

  const specializationFor = (inputs: A, tensors: readonly Tensor[]): Specialization => {
    for (let i = 0; i < tensors.length; i++) tensors[i]!.assertLive('compile');
    const withGrad = isGradEnabled();
    if (withGrad && tensors.some((tensor) => tensor.requiresGrad)) {
      throw new AutogradError(
        'compile: expected inputs that do not require grad; call backward inside the function',
      );
    }
    if (last?.withGrad === withGrad && last.form?.matches(inputs)) return last.specialization;
    const signature = `${withGrad ? 'grad' : 'no grad'} ${signatureOf(inputs)}`;
    let specialization = specializations.get(signature);
    if (specialization === undefined) {
      const backend = device === undefined ? tensors[0]?.storage.backend : backendFor(device);
      if (backend !== undefined) announce(backend);
      specialization = new Specialization(fn, strict, backend, count);
      specializations.set(signature, specialization);
      if (specializations.size > MAX_SPECIALIZATIONS)
        specializations.delete(specializations.keys().next().value!);
    }
    const form = tensors.length === inputs.length ? new TensorForm(tensors) : undefined;
    last = { specialization, withGrad, form };
    return specialization;
  };
  const call = (...inputs: A): R => {
    if (isCapturing()) return fn(...inputs);
    const tensors = tensorsOf(inputs);
    return specializationFor(inputs, tensors).call(inputs, tensors) as R;
  };
  const runMany = (times: number, inputs: A, each?: (i: number) => void): R => {
    if (!Number.isInteger(times) || times < 1) {
      throw new ArgumentError(`runMany: expected an integer of at least 1, got ${describe(times)}`);
    }
    assertList('runMany', 'inputs', inputs);
    if (each !== undefined) assertFunction('runMany', 'each', each);
    if (isCapturing()) throw new KindlingError('runMany: expected a call outside compiled functions');
    const results = new StackedResults(times);
    const tensors = tensorsOf(inputs);
    specializationFor(inputs, tensors).runMany(inputs, tensors, times, results, each);
    return results.take() as R;
  };
  return Object.defineProperties(call, {
    replays: { get: () => count.replays },
    unsupportedReason: { get: () => last?.specialization.unsupportedReason },
    runMany: { value: runMany },
  }) as Compiled<A, R>;
}
