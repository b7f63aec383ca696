import { assertFunction, assertList, assertNumber, assertTensor } from './arguments.ts';
import { grad } from './autograd/backward.ts';
import { tensor } from './create.ts';
import { AutogradError, DTypeError } from './errors.ts';
import { checkOptions } from './options.ts';
import { scope } from './scope.ts';
import type { Tensor } from './tensor.ts';

export interface GradcheckOptions {
  /** Half the width of the central difference. Default 1e-6. */
  readonly eps?: number;
  /** Default 1e-5. */
  readonly atol?: number;
  /** Default 1e-3. */
  readonly rtol?: number;
}

/**
 * Compares the gradient of `fn` with central differences (f(x + ε) − f(x − ε)) / 2ε, element by element, for a random
 * weighting of the outputs. Returns true, or throws {@link AutogradError} naming the input and the element that differ.
 *
 * @param inputs float64 tensors; those that require grad are checked. `fn` may itself take gradients with
 *   `createGraph`, which checks second derivatives.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.autograd.gradcheck.html
 */
export function gradcheck(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  tolerances: GradcheckOptions = {},
): true {
  const {
    eps = 1e-6,
    atol = 1e-5,
    rtol = 1e-3,
  } = checkOptions('gradcheck', tolerances, { eps: true, atol: true, rtol: true });
  assertFunction('gradcheck', 'fn', fn);
  assertList('gradcheck', 'inputs', inputs);
  inputs.forEach((input, i) => {
    assertTensor('gradcheck', `inputs[${i}]`, input);
  });
  assertNumber('gradcheck', 'eps', eps);
  const single = inputs.findIndex((input) => input.requiresGrad && input.dtype !== 'float64');
  if (single >= 0)
    throw new DTypeError(`gradcheck: expected float64 inputs, got ${inputs[single]!.dtype} at ${single}`);
  const output = fn(...inputs);
  const count = output.numel;
  const weights = Float64Array.from({ length: count }, (_, i) => Math.cos(1 + i * 2.399963));
  const checked = inputs.filter((input) => input.requiresGrad);
  const options = { shape: output.shape, dtype: output.dtype, device: output.device };
  const analytical = output.requiresGrad
    ? grad(output, checked, { gradient: tensor(weights, options) })
    : checked.map(() => null);

  const weighted = (replaced: readonly Tensor[]): number =>
    Float64Array.from(fn(...replaced).data()).reduce((total, y, i) => total + y * weights[i]!, 0);

  checked.forEach((input, position) => {
    const index = inputs.indexOf(input);
    const values = Float64Array.from(input.data());
    const expected = analytical[position]?.data();
    const at = (element: number, value: number): number =>
      scope(() => {
        const moved = values.slice();
        moved[element] = value;
        const replacement = tensor(moved, { shape: input.shape, device: input.device, requiresGrad: true });
        return weighted(inputs.map((other, i) => (i === index ? replacement : other)));
      });
    values.forEach((value, element) => {
      const numerical = (at(element, value + eps) - at(element, value - eps)) / (2 * eps);
      const computed = expected?.[element] ?? 0;
      if (!(Math.abs(computed - numerical) <= atol + rtol * Math.abs(numerical))) {
        throw new AutogradError(
          `gradcheck: expected the gradient of input ${index} at element ${element} to be ${numerical}, got ${computed}`,
        );
      }
    });
  });
  return true;
}
