import { assertList, assertNumber, assertWhole, listArgument, shapeArgument } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { formatShape, ShapeError } from '../errors.ts';
import * as indexing from '../ops/indexing.ts';
import * as views from '../ops/views.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

function padAxis(x: Tensor, axis: number, before: number, after: number, value: number): Tensor {
  if (before === 0 && after === 0) return x;
  const border = (size: number): Tensor =>
    x.newFull(
      x.shape.map((old, d) => (d === axis ? size : old)),
      value,
    );
  return apply(views.cat, [border(before), x, border(after)], { axis });
}

/** Copies with elements moved, added or repeated. */
export class Rearrangement {
  /** The elements in reverse order along the given axes, copied. */
  flip(this: Tensor, ...dims: readonly number[] | readonly [readonly number[]]): Tensor {
    const given = listArgument('flip', 'dims', dims);
    const axes = given.map((dim) => normalizeDim('flip', dim, this.ndim));
    if (new Set(axes).size !== axes.length) {
      throw new ShapeError(`flip: expected each dim once, got ${formatShape(given)}`);
    }
    return apply(views.flip, [this], { axes: this.ndim === 0 ? [] : axes });
  }

  /**
   * Constant padding: pairs [before, after] for the last axis, then the one before it, and so on; negative sizes crop.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.pad.html
   */
  pad(this: Tensor, padding: readonly number[], value = 0): Tensor {
    this.assertLive('pad');
    assertList('pad', 'padding', padding);
    listArgument('pad', 'padding', padding);
    assertNumber('pad', 'value', value);
    if (padding.length % 2 !== 0 || padding.length > 2 * this.ndim) {
      throw new ShapeError(`pad: expected pairs for at most ${this.ndim} dims, got ${formatShape(padding)}`);
    }
    let result: Tensor = this;
    for (let pair = 0; pair < padding.length / 2; pair++) {
      const axis = this.ndim - 1 - pair;
      const [before, after] = [padding[2 * pair]!, padding[2 * pair + 1]!];
      const size = result.shape[axis]!;
      if (size + before + after < 0) {
        throw new ShapeError(
          `pad: expected a size of at least 0 in dim ${axis}, got ${size} with ${formatShape([before, after])}`,
        );
      }
      result = result.slice(axis, Math.max(0, -before), size - Math.max(0, -after));
      result = padAxis(result, axis, Math.max(0, before), Math.max(0, after), value);
    }
    return result.storage === this.storage ? result.clone() : result;
  }

  /** Copies laid side by side along each axis; more sizes than axes add axes in front. */
  repeat(this: Tensor, ...sizes: readonly number[] | readonly [readonly number[]]): Tensor {
    this.assertLive('repeat');
    const counts = shapeArgument('repeat', listArgument('repeat', 'sizes', sizes));
    const added = counts.length - this.ndim;
    if (added < 0) {
      throw new ShapeError(`repeat: expected at least ${this.ndim} sizes, got ${formatShape(counts)}`);
    }
    const shape = [...counts.slice(0, added).map(() => 1), ...this.shape];
    const tiled = this.reshape(shape.flatMap((size) => [1, size])).expand(
      shape.flatMap((size, d) => [counts[d]!, size]),
    );
    return tiled.clone().reshape(shape.map((size, d) => size * counts[d]!));
  }

  /** The last two axes with what lies above the diagonal set to 0. */
  tril(this: Tensor, diagonal = 0): Tensor {
    this.assertLive('tril');
    assertWhole('tril', 'diagonal', diagonal);
    return apply(indexing.tril, [this], { diagonal });
  }

  /** The last two axes with what lies below the diagonal set to 0. */
  triu(this: Tensor, diagonal = 0): Tensor {
    this.assertLive('triu');
    assertWhole('triu', 'diagonal', diagonal);
    return apply(indexing.triu, [this], { diagonal });
  }
}
