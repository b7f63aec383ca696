import { assertFunction, assertTensor } from '../arguments.ts';
import { ArgumentError, formatShape, ShapeError } from '../errors.ts';
import { cat } from '../ops/views.ts';
import { checkOptions } from '../options.ts';
import { sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { apply } from './apply.ts';
import { grad } from './backward.ts';
import { enableGrad } from './mode.ts';

export interface DerivativeOptions {
  /** Record the derivative itself, for higher ones. Default false. */
  readonly createGraph?: boolean;
}

/** A function's output and a product with its derivative. */
export interface Product {
  readonly output: Tensor;
  readonly product: Tensor;
}

/** The point at which a function is looked at: recorded, and in the graph of the tensor that was given only where one is wanted. */
function pointOf(
  op: string,
  fn: unknown,
  input: Tensor,
  options: DerivativeOptions,
): readonly [Tensor, boolean] {
  const { createGraph = false } = checkOptions(op, options, { createGraph: true });
  assertFunction(op, 'fn', fn);
  assertTensor(op, 'input', input);
  return [createGraph && input.requiresGrad ? input : input.detach().requiresGrad_(), createGraph];
}

function outputOf(op: string, fn: (input: Tensor) => Tensor, point: Tensor): Tensor {
  const output = enableGrad(() => fn(point) as Tensor & { then?: never });
  assertTensor(op, 'the result of fn', output);
  return output;
}

/** d ⟨output, weights⟩ / d input; zeros where the output does not depend on the input. */
function gradientOf(output: Tensor, weights: Tensor, point: Tensor, createGraph: boolean): Tensor {
  if (!output.requiresGrad) return point.newZeros(point.shape);
  const [found] = grad(output, [point], { gradient: weights, retainGraph: true, createGraph });
  return found ?? point.newZeros(point.shape);
}

/**
 * The matrix of all ∂outputᵢ/∂inputⱼ of a function of one tensor, of shape [...output.shape, ...input.shape]: one backward pass for each
 * element of the output.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.autograd.functional.jacobian.html
 */
export function jacobian(
  fn: (input: Tensor) => Tensor,
  input: Tensor,
  options: DerivativeOptions = {},
): Tensor {
  const [point, createGraph] = pointOf('jacobian', fn, input, options);
  const output = outputOf('jacobian', fn, point);
  const shape = [...output.shape, ...point.shape];
  if (output.numel === 0) return point.newZeros(shape);
  const rows = Array.from({ length: output.numel }, (_, i) => {
    const weights = output.newZeros([output.numel]);
    weights.narrow(0, i, 1).fill_(1);
    return gradientOf(output, weights.reshape(output.shape), point, createGraph).reshape([1, point.numel]);
  });
  return apply(cat, rows, { axis: 0 }).reshape(shape);
}

/**
 * The matrix of all ∂²output/∂inputᵢ∂inputⱼ of a function of one tensor whose output has one element: [...input.shape, ...input.shape].
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.autograd.functional.hessian.html
 */
export function hessian(
  fn: (input: Tensor) => Tensor,
  input: Tensor,
  options: DerivativeOptions = {},
): Tensor {
  pointOf('hessian', fn, input, options);
  const slope = (point: Tensor): Tensor => {
    const output = outputOf('hessian', fn, point);
    if (output.numel !== 1) {
      throw new ShapeError(
        `hessian: expected a function with one element, got shape ${formatShape(output.shape)}`,
      );
    }
    return gradientOf(output, output.newFull(output.shape, 1), point, true);
  };
  return jacobian(slope, input, options);
}

function assertDirection(op: string, vector: Tensor, like: Tensor): void {
  assertTensor(op, 'vector', vector);
  if (vector.dtype !== like.dtype) {
    throw new ArgumentError(`${op}: expected a vector of ${like.dtype}, got ${vector.dtype}`);
  }
  if (!sameShape(vector.shape, like.shape)) {
    throw new ShapeError(
      `${op}: expected a vector of shape ${formatShape(like.shape)}, got ${formatShape(vector.shape)}`,
    );
  }
}

/**
 * The output of a function of one tensor, and vectorᵀ · ∂output/∂input, of the input's shape.
 *
 * @param vector of the output's shape; 1 where it is left out, for an output of one element.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.autograd.functional.vjp.html
 */
export function vjp(
  fn: (input: Tensor) => Tensor,
  input: Tensor,
  vector?: Tensor,
  options: DerivativeOptions = {},
): Product {
  const [point, createGraph] = pointOf('vjp', fn, input, options);
  const output = outputOf('vjp', fn, point);
  if (vector === undefined && output.numel !== 1) {
    throw new ShapeError(`vjp: expected a vector of shape ${formatShape(output.shape)}, got none`);
  }
  const weights = vector ?? output.newFull(output.shape, 1);
  assertDirection('vjp', weights, output);
  const product = gradientOf(output, weights, point, createGraph);
  return { output: createGraph ? output : output.detach(), product };
}

/**
 * The output of a function of one tensor, and ∂output/∂input · vector, of the output's shape: a backward pass through a backward pass.
 *
 * @param vector of the input's shape.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.autograd.functional.jvp.html
 */
export function jvp(
  fn: (input: Tensor) => Tensor,
  input: Tensor,
  vector: Tensor,
  options: DerivativeOptions = {},
): Product {
  const [point, createGraph] = pointOf('jvp', fn, input, options);
  assertDirection('jvp', vector, point);
  const output = outputOf('jvp', fn, point);
  const weights = output.newZeros(output.shape).requiresGrad_();
  const slope = gradientOf(output, weights, point, true);
  const product = gradientOf(slope, vector, weights, createGraph);
  return { output: createGraph ? output : output.detach(), product };
}
