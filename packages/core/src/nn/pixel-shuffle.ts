import { assertTensor, assertWhole } from '../arguments.ts';
import type { Tensor } from '../tensor.ts';
import { pixelShuffle, pixelUnshuffle } from './functional/pixel-shuffle.ts';
import { Module } from './module.ts';

/**
 * Channels laid out as pixels: […, C·r², H, W] → […, C, H·r, W·r].
 *
 * @throws {ArgumentError} unless r is an integer of at least 1.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.PixelShuffle.html
 */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;

  constructor(upscaleFactor: number) {
    super();
    assertWhole('PixelShuffle', 'upscaleFactor', upscaleFactor, 1);
    this.upscaleFactor = upscaleFactor;
  }

  forward(x: Tensor): Tensor {
    assertTensor('PixelShuffle', 'the input', x);
    return pixelShuffle(x, this.upscaleFactor);
  }

  protected override extraRepr(): string {
    return `upscale_factor=${this.upscaleFactor}`;
  }
}

/**
 * Pixels laid out as channels: […, C, H·r, W·r] → […, C·r², H, W].
 *
 * @throws {ArgumentError} unless r is an integer of at least 1.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.PixelUnshuffle.html
 */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;

  constructor(downscaleFactor: number) {
    super();
    assertWhole('PixelUnshuffle', 'downscaleFactor', downscaleFactor, 1);
    this.downscaleFactor = downscaleFactor;
  }

  forward(x: Tensor): Tensor {
    assertTensor('PixelUnshuffle', 'the input', x);
    return pixelUnshuffle(x, this.downscaleFactor);
  }

  protected override extraRepr(): string {
    return `downscale_factor=${this.downscaleFactor}`;
  }
}
