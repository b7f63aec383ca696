import { assertTensor, assertWhole } from '../../arguments.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor.ts';

/**
 * Channels laid out as pixels: […, C·r², H, W] → […, C, H·r, W·r].
 *
 * @throws {ShapeError} unless the number of channels is a multiple of r².
 *
 * Sources: https://arxiv.org/abs/1609.05158, https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.pixel_shuffle.html
 */
export function pixelShuffle(input: Tensor, upscaleFactor: number): Tensor {
  assertTensor('pixelShuffle', 'input', input);
  assertWhole('pixelShuffle', 'upscaleFactor', upscaleFactor, 1);
  const r = upscaleFactor;
  const [channels, height, width] = input.shape.slice(-3);
  if (input.ndim < 3 || channels! % (r * r) !== 0) {
    throw new ShapeError(
      `pixelShuffle: expected an input […, C, H, W] with C a multiple of ${r * r}, got shape ${formatShape(input.shape)}`,
    );
  }
  const lead = input.shape.slice(0, -3);
  const n = lead.length;
  return input
    .reshape([...lead, channels! / (r * r), r, r, height!, width!])
    .permute([...lead.keys(), n, n + 3, n + 1, n + 4, n + 2])
    .reshape([...lead, channels! / (r * r), height! * r, width! * r]);
}

/**
 * Pixels laid out as channels, the inverse of {@link pixelShuffle}: […, C, H·r, W·r] → […, C·r², H, W].
 *
 * @throws {ShapeError} unless height and width are multiples of r.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.pixel_unshuffle.html
 */
export function pixelUnshuffle(input: Tensor, downscaleFactor: number): Tensor {
  assertTensor('pixelUnshuffle', 'input', input);
  assertWhole('pixelUnshuffle', 'downscaleFactor', downscaleFactor, 1);
  const r = downscaleFactor;
  const [channels, height, width] = input.shape.slice(-3);
  if (input.ndim < 3 || height! % r !== 0 || width! % r !== 0) {
    throw new ShapeError(
      `pixelUnshuffle: expected an input […, C, H, W] with H and W multiples of ${r}, got shape ${formatShape(input.shape)}`,
    );
  }
  const lead = input.shape.slice(0, -3);
  const n = lead.length;
  return input
    .reshape([...lead, channels!, height! / r, r, width! / r, r])
    .permute([...lead.keys(), n, n + 2, n + 4, n + 1, n + 3])
    .reshape([...lead, channels! * r * r, height! / r, width! / r]);
}
