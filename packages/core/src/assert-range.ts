import { assertNumber, assertTensor } from './arguments.ts';
import type { Range } from './backend/kernels.ts';
import { contiguous, discard, launch } from './ops/launch.ts';
import type { Tensor } from './tensor.ts';

/**
 * Throws `ArgumentError` unless every element is in [low, high], is `except`, or is NaN. The device compares, so this takes no time of the
 * host's, and in a compiled function it is checked at each call. On an asynchronous device the error may come with the next value that is
 * read.
 */
export function assertRange(tensor: Tensor, range: Range): void {
  assertTensor('assertRange', 'the tensor', tensor);
  for (const key of ['low', 'high', 'except'] as const) assertNumber('assertRange', key, range?.[key]);
  const x = contiguous(tensor.strided);
  launch('assertRange', [], [x], range);
  discard(x, tensor.strided);
}
