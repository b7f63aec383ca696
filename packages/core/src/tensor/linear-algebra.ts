import { assertTensor } from '../arguments.ts';
import { apply } from '../autograd/apply.ts';
import { formatShape, ShapeError } from '../errors.ts';
import { linear, matmul } from '../ops/matmul.ts';
import { none } from '../ops/op.ts';
import { broadcastShapes, numel } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

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
}
