import type { Operand, View } from '../backend/backend.ts';
import type { DType, PromotionOperand } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** What a gradient reads: an input by position, or the output. */
export type Saved = number | 'output';

/** What a gradient may look at. Reading a value that `saves` did not name is a defect and throws. */
export interface GradientContext<A> {
  readonly attributes: A;
  /** Which inputs want a gradient. */
  readonly needs: readonly boolean[];
  /** A saved input; plain numbers come back as they went in. */
  input(index: number): Tensor | number;
  /** A saved input that is known to be a tensor. */
  tensor(index: number): Tensor;
  output(): Tensor;
  /** The shape of an input, saved or not. */
  shape(index: number): Shape;
  /** One of the intermediate results that `forward` kept. */
  kept(index: number): Tensor;
  /** Whether the gradient may be differentiated again: kernels that no operation stands for must not compute it then. */
  readonly differentiable: boolean;
}

/**
 * An operation: its shape and dtype rule, its forward computation and its gradient, in one place.
 *
 * The gradient is written with tensor methods, so that it can be differentiated again. It may return
 * gradients in the output's shape where the inputs were broadcast: they are summed down to the input's shape, and converted to its
 * dtype, by the caller.
 */
export interface Op<A> {
  readonly name: string;
  /** Whether inputs may be plain numbers. Left out: all are tensors. */
  readonly numbers?: true;
  /**
   * Computes the result; writes into `out` when given (an in-place operation). Intermediate results that the gradient reads go into
   * `kept`.
   */
  forward(inputs: readonly Operand[], attributes: A, out?: View, kept?: View[]): View;
  /** The dtype of the result, checked before an in-place operation. Left out: the target's, whatever comes. */
  promote?(inputs: readonly PromotionOperand[]): DType;
  /** What the gradient will read. Left out: nothing. */
  saves?(attributes: A, needs: readonly boolean[]): readonly Saved[];
  /** Gradients with respect to the inputs. Left out: the operation is not differentiable. */
  gradient?(grad: Tensor, context: GradientContext<A>): readonly (Tensor | undefined)[];
}

/** The attributes of an operation without any. */
export type None = Record<never, never>;
export const none: None = {};
