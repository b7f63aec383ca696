import { assertProbability, assertTensor } from '../arguments.ts';
import { guard } from '../capture/context.ts';
import type { Tensor } from '../tensor.ts';
import { dropout1d, dropout2d } from './functional/feature-dropout.ts';
import { Module } from './module.ts';
import { pythonFloat } from './python-text.ts';

abstract class DropoutModule extends Module {
  readonly p: number;

  constructor(p: number) {
    super();
    assertProbability(this.constructor.name, p);
    this.p = p;
  }

  protected abstract drop(x: Tensor, p: number, training: boolean): Tensor;

  forward(x: Tensor): Tensor {
    assertTensor(this.constructor.name, 'the input', x);
    guard(() => this.training);
    return this.drop(x, this.p, this.training);
  }

  protected override extraRepr(): string {
    return `p=${pythonFloat(this.p)}, inplace=False`;
  }
}

/**
 * In training, each element is 0 with probability p (default 0.5), else x/(1 − p); in evaluation, x itself. Draws from the
 * default generator. Throws {@link ArgumentError} unless 0 ≤ p ≤ 1.
 *
 * Sources: https://jmlr.org/papers/v15/srivastava14a.html, https://docs.pytorch.org/docs/2.15/generated/torch.nn.Dropout.html
 */
export class Dropout extends DropoutModule {
  constructor(p = 0.5) {
    super(p);
  }

  protected override drop(x: Tensor, p: number, training: boolean): Tensor {
    return x.dropout(p, training);
  }
}

/**
 * In training, each channel of each signal [N, C, L] or [C, L] is 0 with probability p (default 0.5), else x/(1 − p); in evaluation, x
 * itself. Draws from the default generator.
 *
 * @throws {ArgumentError} unless 0 ≤ p ≤ 1.
 * @throws {ShapeError} for another rank.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Dropout1d.html
 */
export class Dropout1d extends DropoutModule {
  constructor(p = 0.5) {
    super(p);
  }

  protected override drop(x: Tensor, p: number, training: boolean): Tensor {
    return dropout1d(x, p, training);
  }
}

/**
 * In training, each channel of each image [N, C, H, W] is 0 with probability p (default 0.5), else x/(1 − p); in evaluation, x itself.
 * Draws from the default generator.
 *
 * @throws {ArgumentError} unless 0 ≤ p ≤ 1.
 * @throws {ShapeError} for another rank.
 *
 * Sources: https://arxiv.org/abs/1411.4280, https://docs.pytorch.org/docs/2.15/generated/torch.nn.Dropout2d.html
 */
export class Dropout2d extends DropoutModule {
  constructor(p = 0.5) {
    super(p);
  }

  protected override drop(x: Tensor, p: number, training: boolean): Tensor {
    return dropout2d(x, p, training);
  }
}
