import { assertBoolean, assertGenerator, assertNumber, assertTensor } from '../../arguments.ts';
import { tensor } from '../../create.ts';
import { isFloat } from '../../dtype.ts';
import { ArgumentError } from '../../errors.ts';
import { defaultGenerator } from '../../random/default-generator.ts';
import { fillUniform } from '../../random/distributions.ts';
import type { Generator } from '../../random/generator.ts';
import type { Tensor } from '../../tensor.ts';

/** @throws {ArgumentError} unless both are finite numbers and lower ≤ upper. */
export function assertSlopes(op: string, lower: number, upper: number): void {
  assertNumber(op, 'lower', lower);
  assertNumber(op, 'upper', upper);
  if (lower <= upper && Number.isFinite(upper - lower)) return;
  throw new ArgumentError(`${op}: expected finite lower <= upper, got lower=${lower} and upper=${upper}`);
}

/** A slope for each element: 1 above 0, else one that is drawn. */
function drawSlopes(input: Tensor, lower: number, upper: number, generator: Generator): Tensor {
  const elements = input.data();
  const wide = elements instanceof Float64Array;
  const [low, high] = wide ? [lower, upper] : [Math.fround(lower), Math.fround(upper)];
  const slopes = wide ? new Float64Array(elements.length) : new Float32Array(elements.length);
  const draw = new Float64Array(1);
  slopes.fill(1);
  elements.forEach((element, i) => {
    if (element <= 0) slopes[i] = fillUniform(draw, generator)[0]! * (high - low) + low;
  });
  return tensor(slopes, { shape: input.shape, device: input.device });
}

/**
 * x where x > 0, else a·x. In training, a is drawn anew from [lower, upper) for each such element; else it is (lower + upper)/2. Defaults
 * 1/8 and 1/3. Integers and bools count as float32.
 *
 * One draw is made for each element that is not above 0, as in PyTorch, so that training reads the input on the host and cannot be compiled.
 *
 * @throws {ArgumentError} unless lower ≤ upper.
 *
 * Sources: https://arxiv.org/abs/1505.00853, https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.rrelu.html
 */
export function rrelu(
  input: Tensor,
  lower = 1 / 8,
  upper = 1 / 3,
  training = false,
  generator: Generator = defaultGenerator,
): Tensor {
  assertTensor('rrelu', 'input', input);
  assertSlopes('rrelu', lower, upper);
  assertBoolean('rrelu', 'training', training);
  assertGenerator('rrelu', generator);
  const x = isFloat(input.dtype) ? input : input.float();
  return training ? x.mul(drawSlopes(x, lower, upper, generator)) : x.leakyRelu((lower + upper) / 2);
}
