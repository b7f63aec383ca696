/**
 * A function that behaves as `fn`, and may replay what `fn` did instead of running it again.
 *
 * `fn` takes and returns tensors (alone, in arrays or in plain objects) and must do the same operations at each call with
 * inputs of the same shapes: what changes between calls belongs into tensors, and reading values on the host
 * (`item`, `data`) into the caller. Results are bit-identical to those of `fn`. On a backend that does not record, `fn` runs
 * at every call.
 */
export function compile<A extends readonly unknown[], R>(fn: (...inputs: A) => R): (...inputs: A) => R {
  return (...inputs) => fn(...inputs);
}
