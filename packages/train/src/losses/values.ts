import type { Tensor, TypedArray } from '@kindling/core';

/**
 * Finds the first element that is not allowed and reports it, with its position in row-major order.
 *
 * This reads the tensor on the host, as no kernel can throw: it is the one place where a loss waits for its
 * device, and what a recorder has to leave out.
 */
export function assertValues(
  tensor: Tensor,
  allowed: (value: number) => boolean,
  report: (value: number, position: number) => Error,
): void {
  const values: TypedArray = tensor.data();
  for (let i = 0; i < values.length; i++) {
    if (!allowed(values[i]!)) throw report(values[i]!, i);
  }
}
