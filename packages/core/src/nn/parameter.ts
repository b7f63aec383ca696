import { assertBoolean, assertTensor } from '../arguments.ts';
import { checkOptions } from '../options.ts';
import { Tensor } from '../tensor.ts';

/**
 * A tensor that a module learns: assigned to a property of a `Module`, it appears among `parameters()` and in `stateDict()`.
 *
 * It shares the memory of `data`, is a leaf, and requires grad unless told not to. Throws `DTypeError` where integers
 * should require grad.
 *
 * ```ts
 * class Scale extends nn.Module {
 *   factor = new nn.Parameter(ones([1]));
 *   forward(x: Tensor) {
 *     return x.mul(this.factor);
 *   }
 * }
 * ```
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.parameter.Parameter.html
 */
export class Parameter extends Tensor {
  /** Makes a plain tensor a type error where a parameter is expected. */
  readonly isParameter = true;

  constructor(data: Tensor, options: { readonly requiresGrad?: boolean } = {}) {
    const { requiresGrad = true } = checkOptions('Parameter', options, { requiresGrad: true });
    assertTensor('Parameter', 'data', data);
    assertBoolean('Parameter', 'requiresGrad', requiresGrad);
    super(data.strided);
    if (requiresGrad) this.requiresGrad_();
  }

  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }
}
