import { assertSynchronous, type Synchronous } from '../synchronous.ts';

let enabled = true;

/** Whether operations are recorded for `backward` at this moment. */
export const isGradEnabled = (): boolean => enabled;

function withMode<T>(name: string, mode: boolean, fn: () => T): T {
  const before = enabled;
  enabled = mode;
  try {
    const result = fn();
    assertSynchronous(name, result, `await first, and call ${name} around what is computed then`);
    return result;
  } finally {
    enabled = before;
  }
}

/**
 * Runs `fn` without recording: its results require no gradient. With asynchronous work, await outside of it:
 *
 * ```ts
 * for await (const [x, y] of loader) total += noGrad(() => mse(model.forward(x), y).item());
 * ```
 *
 * @throws {ArgumentError} when `fn` returns a promise: what comes after its first `await` would be recorded.
 */
export const noGrad = <T>(fn: () => Synchronous<T>): T => withMode<T>('noGrad', false, fn);

/**
 * Runs `fn` with recording on, inside `noGrad` too.
 *
 * @throws {ArgumentError} when `fn` returns a promise.
 */
export const enableGrad = <T>(fn: () => Synchronous<T>): T => withMode<T>('enableGrad', true, fn);

/**
 * Runs `fn` without recording, as {@link noGrad} does: there is no lighter mode.
 *
 * @throws {ArgumentError} when `fn` returns a promise.
 */
export const inferenceMode = <T>(fn: () => Synchronous<T>): T => withMode<T>('inferenceMode', false, fn);
