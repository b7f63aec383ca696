import { assertFunction, assertString } from '../arguments.ts';
import { type None, none, type Op } from '../ops/op.ts';
import { checkOptions } from '../options.ts';
import { scope } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import { apply } from './apply.ts';
import { noGrad } from './mode.ts';

/** A function of tensors and its derivative; see {@link customGradient}. */
export interface CustomGradient<I extends readonly Tensor[]> {
  /** The result. Runs without recording, and its temporaries are freed. */
  readonly forward: (...inputs: I) => Tensor;
  /**
   * ∂L/∂input for each input, from ∂L/∂output; undefined where an input needs none (`needs`) or gets none. Written with tensor
   * methods, so that `createGraph` differentiates it again.
   */
  readonly gradient: (
    grad: Tensor,
    inputs: I,
    needs: { readonly [K in keyof I]: boolean },
  ) => readonly (Tensor | undefined)[];
}

/**
 * A differentiable function whose gradient is given instead of derived: for functions that are flat, steep or inexact
 * where the chain rule meets them step by step, as log is at 0.
 *
 * ```ts
 * const safeSqrt = customGradient('safeSqrt', {
 *   forward: (x: Tensor) => x.sqrt(),
 *   gradient: (grad, [x]) => [grad.mul(x.add(1e-12).rsqrt().mul(0.5))],
 * });
 * ```
 *
 * Source: https://docs.pytorch.org/docs/2.15/autograd.html#function
 *
 * @param name what error messages call it.
 */
export function customGradient<I extends readonly Tensor[]>(
  name: string,
  definition: CustomGradient<I>,
): (...inputs: I) => Tensor {
  assertString('customGradient', 'name', name);
  const { forward, gradient } = checkOptions('customGradient', definition, { forward: true, gradient: true });
  assertFunction('customGradient', 'forward', forward);
  assertFunction('customGradient', 'gradient', gradient);
  return (...inputs) => {
    let result: Tensor | undefined;
    const op: Op<None> = {
      name,
      forward: () => {
        result = scope(() => noGrad(() => forward(...inputs)));
        return result.strided;
      },
      saves: () => [...inputs.keys()],
      gradient: (grad, { tensor, needs }) =>
        gradient(
          grad,
          inputs.map((_, i) => tensor(i)) as readonly Tensor[] as I,
          needs as { readonly [K in keyof I]: boolean },
        ),
    };
    const output = apply(op, inputs, none);
    // The output holds the memory now, unless the function gave back one of its inputs.
    if (result !== undefined && !inputs.includes(result)) result.dispose();
    return output;
  };
}
