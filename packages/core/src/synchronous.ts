import { ArgumentError } from './errors.ts';

/**
 * The result of a function that must be synchronous: no type for a promise. What such a function sets up is taken down when it
 * returns, and an `async` function returns at its first `await`.
 */
export type Synchronous<T> = T &
  (T extends PromiseLike<unknown> ? { readonly expected: 'a synchronous function' } : unknown);

/**
 * Passes a result on. Throws {@link ArgumentError} for a promise, whose function goes on by itself, without the others knowing of it.
 *
 * @param remedy what to write instead.
 */
export function assertSynchronous(op: string, result: unknown, remedy: string): void {
  if (typeof result !== 'object' || result === null || !('then' in result)) return;
  if (typeof result.then !== 'function') return;
  // What is thrown here is the error; that the abandoned rest fails too needs no report.
  Promise.resolve(result).catch(() => {});
  throw new ArgumentError(
    `${op}: expected a synchronous function, got one that returns a promise; ${remedy}`,
  );
}
