import { assertNumber, assertTensor } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { linear, matmul } from '../ops/matmul.ts';
import { none } from '../ops/op.ts';
import { checkOptions } from '../options.ts';
import { broadcastShapes, broadcasts, numel } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { assertFloat } from './axes.ts';

export interface AddmmOptions {
  /** Factor of the tensor that is added to. Default 1. */
  readonly beta?: number;
  /** Factor of the product. Default 1. */
  readonly alpha?: number;
}

/** @throws {ShapeError} unless each tensor has the rank that belongs to it. */
function assertRanks(op: string, tensors: readonly Tensor[], ranks: readonly number[]): void {
  tensors.forEach((tensor, i) => {
    assertTensor(op, `operand ${i}`, tensor);
    if (tensor.ndim !== ranks[i]) {
      throw new ShapeError(
        `${op}: expected a tensor of ${ranks[i]} dims, got shape ${formatShape(tensor.shape)}`,
      );
    }
  });
}

/** Products of matrices and vectors. */
export class LinearAlgebra {
  /**
   * The matrix product by the rules of `torch.matmul`: dot product of vectors, matrix times vector, matrices, and
   * batches of matrices whose leading axes broadcast. Throws {@link ShapeError} where the inner sizes differ.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.matmul.html
   */
  matmul(this: Tensor, other: Tensor): Tensor {
    this.assertLive('matmul');
    assertTensor('matmul', 'other', other);
    const inner = this.shape.at(-1);
    const otherInner = other.ndim === 1 ? other.shape[0] : other.shape.at(-2);
    if (inner === undefined || otherInner === undefined || inner !== otherInner) {
      const problem = this.ndim * other.ndim === 0 ? 'at least 1 dim each' : 'inner dimensions to agree';
      throw new ShapeError(
        `matmul: expected ${problem}, got ${formatShape(this.shape)} and ${formatShape(other.shape)}`,
      );
    }
    if (this.ndim === 1)
      return this.unsqueeze(0)
        .matmul(other)
        .squeeze(-2 + (other.ndim === 1 ? 1 : 0));
    if (other.ndim === 1) return this.matmul(other.unsqueeze(1)).squeeze(-1);
    if (other.ndim === 2) {
      const rows = this.ndim === 2 ? this : this.flatten(0, -2);
      const product = apply(matmul, [rows, other], {});
      return this.ndim === 2 ? product : product.reshape([...this.shape.slice(0, -1), other.shape[1]!]);
    }
    const batch = broadcastShapes('matmul', this.shape.slice(0, -2), other.shape.slice(0, -2));
    const flat = (x: Tensor): Tensor => {
      const matrix = x.shape.slice(-2);
      return x.expand([...batch, ...matrix]).reshape([numel(batch), ...matrix]);
    };
    const product = apply(matmul, [flat(this), flat(other)], {});
    return product.reshape([...batch, this.shape.at(-2)!, other.shape.at(-1)!]);
  }

  /**
   * x·Wᵀ + b for an input […, in], a weight [out, in] and, if given, a bias [out].
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.linear.html
   */
  linear(this: Tensor, weight: Tensor, bias?: Tensor): Tensor {
    this.assertLive('linear');
    assertTensor('linear', 'weight', weight);
    if (bias !== undefined) assertTensor('linear', 'bias', bias);
    if (this.ndim === 0 || weight.ndim !== 2) {
      throw new ShapeError(
        `linear: expected an input [..., in] and a weight [out, in], got ${formatShape(this.shape)} and ${formatShape(weight.shape)}`,
      );
    }
    if (this.ndim !== 2) {
      const rows = this.reshape([numel(this.shape.slice(0, -1)), this.shape.at(-1)!]).linear(weight, bias);
      return rows.reshape([...this.shape.slice(0, -1), weight.shape[0]!]);
    }
    return apply(linear, bias === undefined ? [this, weight] : [this, weight, bias], none);
  }

  /** The product of two matrices. */
  mm(this: Tensor, other: Tensor): Tensor {
    assertRanks('mm', [this, other], [2, 2]);
    return this.matmul(other);
  }

  /** The products of two batches of matrices [b, n, m] and [b, m, p]. */
  bmm(this: Tensor, other: Tensor): Tensor {
    assertRanks('bmm', [this, other], [3, 3]);
    if (this.shape[0] !== other.shape[0]) {
      throw new ShapeError(
        `bmm: expected equally many matrices, got ${formatShape(this.shape)} and ${formatShape(other.shape)}`,
      );
    }
    return this.matmul(other);
  }

  /** The product of a matrix and a vector. */
  mv(this: Tensor, vector: Tensor): Tensor {
    assertRanks('mv', [this, vector], [2, 1]);
    return this.matmul(vector);
  }

  /** The inner product of two vectors. */
  dot(this: Tensor, other: Tensor): Tensor {
    assertRanks('dot', [this, other], [1, 1]);
    return this.matmul(other);
  }

  /** The matrix of all products xᵢyⱼ of the elements of two vectors. */
  outer(this: Tensor, other: Tensor): Tensor {
    assertRanks('outer', [this, other], [1, 1]);
    return this.unsqueeze(1).mul(other);
  }

  /** beta · this + alpha · mat1 · mat2; this tensor broadcasts to the product. Defaults 1. */
  addmm(this: Tensor, mat1: Tensor, mat2: Tensor, options: AddmmOptions = {}): Tensor {
    assertRanks('addmm', [mat1, mat2], [2, 2]);
    this.assertLive('addmm');
    const { beta = 1, alpha = 1 } = checkOptions('addmm', options, { beta: true, alpha: true });
    assertNumber('addmm', 'beta', beta);
    assertNumber('addmm', 'alpha', alpha);
    const product = mat1.matmul(mat2);
    if (!broadcasts(this.shape, product.shape)) {
      throw new ShapeError(
        `addmm: expected a shape that broadcasts to ${formatShape(product.shape)}, got ${formatShape(this.shape)}`,
      );
    }
    const scaled = alpha === 1 ? product : product.mul(alpha);
    // As in PyTorch, what beta = 0 leaves out may hold NaN.
    return beta === 0 ? scaled : (beta === 1 ? this : this.mul(beta)).add(scaled);
  }

  /**
   * The distances ‖xᵢ − yⱼ‖ₚ of all rows of this […, n, d] and of another tensor […, m, d]: […, n, m]. Default p = 2.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.cdist.html
   */
  cdist(this: Tensor, other: Tensor, p = 2): Tensor {
    assertFloat('cdist', this);
    assertTensor('cdist', 'other', other);
    assertNumber('cdist', 'p', p);
    if (this.ndim < 2 || other.ndim < 2 || this.shape.at(-1) !== other.shape.at(-1)) {
      throw new ShapeError(
        `cdist: expected [..., n, d] and [..., m, d], got ${formatShape(this.shape)} and ${formatShape(other.shape)}`,
      );
    }
    return this.unsqueeze(-2).sub(other.unsqueeze(-3)).norm(p, -1);
  }
}
