import { assertNumber, assertTensor, describe } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import { type PadMode, pad } from './functional/pad.ts';
import { Module } from './module.ts';
import { pythonFloat, pythonTuple } from './python-text.ts';

/** Elements that are added around: the same everywhere, or [before, after] for each axis, the last one first. */
export type Padding = number | readonly number[];

abstract class Pad extends Module {
  readonly padding: readonly number[];
  readonly #mode: PadMode;

  constructor(padding: Padding, axes: number, mode: PadMode) {
    super();
    const list: unknown = Array.isArray(padding) ? padding : Array.from({ length: 2 * axes }, () => padding);
    if (!Array.isArray(list) || list.length !== 2 * axes || !list.every(Number.isSafeInteger)) {
      throw new ArgumentError(
        `${this.constructor.name}: expected padding to be an integer or ${2 * axes} of them, got ${describe(padding)}`,
      );
    }
    this.padding = [...list];
    this.#mode = mode;
  }

  /** What a border of constants holds. */
  protected border(): number {
    return 0;
  }

  forward(x: Tensor): Tensor {
    assertTensor(this.constructor.name, 'the input', x);
    return pad(x, this.padding, this.#mode, this.border());
  }

  protected override extraRepr(): string {
    return pythonTuple(this.padding);
  }
}

/**
 * A border of zeros around the last axis.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ZeroPad1d.html
 */
export class ZeroPad1d extends Pad {
  constructor(padding: Padding) {
    super(padding, 1, 'constant');
  }
}

/**
 * A border of zeros around the last two axes. Four numbers are [left, right, top, bottom].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ZeroPad2d.html
 */
export class ZeroPad2d extends Pad {
  constructor(padding: Padding) {
    super(padding, 2, 'constant');
  }
}

abstract class ConstantPad extends Pad {
  readonly value: number;

  constructor(padding: Padding, value: number, axes: number) {
    super(padding, axes, 'constant');
    assertNumber(this.constructor.name, 'value', value);
    this.value = value;
  }

  protected override border(): number {
    return this.value;
  }

  protected override extraRepr(): string {
    const value = Number.isInteger(this.value) ? String(this.value) : pythonFloat(this.value);
    return `padding=${pythonTuple(this.padding)}, value=${value}`;
  }
}

/**
 * A border of one value around the last axis.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ConstantPad1d.html
 */
export class ConstantPad1d extends ConstantPad {
  constructor(padding: Padding, value: number) {
    super(padding, value, 1);
  }
}

/**
 * A border of one value around the last two axes. Four numbers are [left, right, top, bottom].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ConstantPad2d.html
 */
export class ConstantPad2d extends ConstantPad {
  constructor(padding: Padding, value: number) {
    super(padding, value, 2);
  }
}

/**
 * A border that mirrors the last axis at its outermost elements; narrower than the axis.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ReflectionPad1d.html
 */
export class ReflectionPad1d extends Pad {
  constructor(padding: Padding) {
    super(padding, 1, 'reflect');
  }
}

/**
 * A border that mirrors an image at its outermost rows and columns; narrower than the image. Four numbers are [left, right, top, bottom].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ReflectionPad2d.html
 */
export class ReflectionPad2d extends Pad {
  constructor(padding: Padding) {
    super(padding, 2, 'reflect');
  }
}

/**
 * A border of copies of the outermost elements of the last axis.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ReplicationPad1d.html
 */
export class ReplicationPad1d extends Pad {
  constructor(padding: Padding) {
    super(padding, 1, 'replicate');
  }
}

/**
 * A border of copies of the outermost rows and columns of an image. Four numbers are [left, right, top, bottom].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ReplicationPad2d.html
 */
export class ReplicationPad2d extends Pad {
  constructor(padding: Padding) {
    super(padding, 2, 'replicate');
  }
}

/**
 * A border of the elements at the other end of the last axis; not wider than the axis.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.CircularPad1d.html
 */
export class CircularPad1d extends Pad {
  constructor(padding: Padding) {
    super(padding, 1, 'circular');
  }
}

/**
 * A border of the rows and columns at the other end of an image; not wider than the image. Four numbers are [left, right, top, bottom].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.CircularPad2d.html
 */
export class CircularPad2d extends Pad {
  constructor(padding: Padding) {
    super(padding, 2, 'circular');
  }
}
