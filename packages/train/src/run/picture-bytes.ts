import type { Tensor } from '@kindling/core';
import type { Experiment } from '../experiment/experiment-schema.ts';

/** Images in the form of a model's inputs as bytes of pixels, black where they are below and white where they are above. */
export function bytesOf(
  images: Tensor,
  { scale, shift = 0 }: Pick<Experiment['data'], 'scale' | 'shift'>,
): Uint8Array {
  return Uint8Array.from(images.data(), (value) =>
    Math.min(255, Math.max(0, Math.round((255 * (value - shift)) / scale.input))),
  );
}
