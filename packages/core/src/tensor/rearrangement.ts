import {
  assertList,
  assertNumber,
  assertTensor,
  assertWhole,
  listArgument,
  shapeArgument,
} from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { isInteger } from '../dtype.ts';
import { formatShape, ShapeError } from '../errors.ts';
import * as indexing from '../ops/indexing.ts';
import * as views from '../ops/views.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Dims } from './axes.ts';
import { indexTensor } from './index-tensor.ts';

function padAxis(x: Tensor, axis: number, before: number, after: number, value: number): Tensor {
  if (before === 0 && after === 0) return x;
  const border = (size: number): Tensor =>
    x.newFull(
      x.shape.map((old, d) => (d === axis ? size : old)),
      value,
    );
  return apply(views.cat, [border(before), x, border(after)], { axis });
}

/** Positions of a diagonal are listed on the host. */
const MAX_DIAGONAL = 2 ** 14;

function rolled(x: Tensor, shift: number, axis: number): Tensor {
  const size = x.shape[axis]!;
  const by = size === 0 ? 0 : ((shift % size) + size) % size;
  if (by === 0) return x;
  return apply(views.cat, [x.narrow(axis, size - by, by), x.narrow(axis, 0, size - by)], { axis });
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

  /**
   * The elements moved by `shifts` positions along `dims`, what falls off the end coming back at the start; without dims, in the
   * flattened tensor.
   */
  roll(this: Tensor, shifts: Dims, dims?: Dims): Tensor {
    this.assertLive('roll');
    const moves = typeof shifts === 'number' ? [shifts] : shifts;
    assertList('roll', 'shifts', moves);
    for (const shift of moves) assertWhole('roll', 'shifts', shift);
    if (dims === undefined) {
      if (moves.length !== 1)
        throw new ShapeError(`roll: expected one shift without dims, got ${formatShape(moves)}`);
      return rolled(this.flatten(), moves[0]!, 0).reshape(this.shape);
    }
    const axes = (typeof dims === 'number' ? [dims] : listArgument('roll', 'dims', dims)).map((dim) =>
      normalizeDim('roll', dim, this.ndim),
    );
    if (axes.length !== moves.length) {
      throw new ShapeError(
        `roll: expected a shift for each dim, got ${formatShape(moves)} for dims ${formatShape(axes)}`,
      );
    }
    if (this.ndim === 0) return this.clone();
    return axes.reduce<Tensor>((x, axis, i) => rolled(x, moves[i]!, axis), this.clone());
  }

  /** {@link repeat}, in which fewer counts than axes are those of the last ones. */
  tile(this: Tensor, ...counts: readonly number[] | readonly [readonly number[]]): Tensor {
    this.assertLive('tile');
    const given = shapeArgument('tile', listArgument('tile', 'counts', counts));
    return this.repeat([...Array.from({ length: Math.max(0, this.ndim - given.length) }, () => 1), ...given]);
  }

  /**
   * Each position of an axis several times in a row; without `dim`, each element of the flattened tensor.
   *
   * @param repeats how often, for all or for each position as int32. A tensor is read on the host.
   */
  repeatInterleave(this: Tensor, repeats: number | Tensor, dim?: number): Tensor {
    this.assertLive('repeatInterleave');
    if (dim === undefined && this.ndim !== 1) return this.flatten().repeatInterleave(repeats, 0);
    const axis = normalizeDim('repeatInterleave', dim ?? 0, this.ndim);
    if (this.ndim === 0) return this.flatten().repeatInterleave(repeats, 0);
    const size = this.shape[axis]!;
    if (typeof repeats === 'number') {
      assertWhole('repeatInterleave', 'repeats', repeats, 0);
      const shape = [...this.shape.slice(0, axis + 1), repeats, ...this.shape.slice(axis + 1)];
      return this.unsqueeze(axis + 1)
        .expand(shape)
        .flatten(axis, axis + 1);
    }
    assertTensor('repeatInterleave', 'repeats', repeats, ' or a number');
    const counts = [...repeats.data()];
    if (
      !isInteger(repeats.dtype) ||
      counts.length !== size ||
      repeats.ndim !== 1 ||
      counts.some((count) => count < 0)
    ) {
      throw new ShapeError(
        `repeatInterleave: expected ${size} integers of at least 0, got ${repeats.dtype} of shape ${formatShape(repeats.shape)}`,
      );
    }
    const positions = counts.flatMap((count, i) => Array.from({ length: count }, () => i));
    return this.indexSelect(axis, indexTensor(this, [positions.length], positions));
  }

  /** A matrix with a vector on its diagonal, or the diagonal of a matrix, copied. */
  diag(this: Tensor, diagonal = 0): Tensor {
    this.assertLive('diag');
    assertWhole('diag', 'diagonal', diagonal, -MAX_DIAGONAL, MAX_DIAGONAL);
    if (this.ndim === 2) return this.diagonal(diagonal).clone();
    if (this.ndim !== 1)
      throw new ShapeError(`diag: expected 1 or 2 dims, got shape ${formatShape(this.shape)}`);
    const size = this.numel + Math.abs(diagonal);
    const rows = Array.from({ length: this.numel }, (_, i) => i + Math.max(0, -diagonal));
    const positions = rows.map((row, i) => row * size + i + Math.max(0, diagonal));
    const flat = this.newZeros([size * size]);
    return flat.scatterAdd(0, indexTensor(this, [rows.length], positions), this).reshape([size, size]);
  }
}
