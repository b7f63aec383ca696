import { assertNumber, assertTensor } from '../../arguments.ts';
import { isFloat } from '../../dtype.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import { normalizeDim } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';

/* Compositions; what has a kernel of its own is a tensor method. */

/** Integers as floats: the negative of a uint8 is none. */
const inFloats = (x: Tensor): Tensor => (isFloat(x.dtype) ? x : x.float());

/** min(max(x, 0), 6). Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.ReLU6.html */
export function relu6(input: Tensor): Tensor {
  assertTensor('relu6', 'input', input);
  return input.clamp(0, 6);
}

/** λ·x where x > 0, else λα(eˣ − 1), with λ ≈ 1.0507 and α ≈ 1.6733. Source: https://arxiv.org/abs/1706.02515 */
export function selu(input: Tensor): Tensor {
  assertTensor('selu', 'input', input);
  return input.elu(1.6732632423543772).mul(1.0507009873554805);
}

/** x where x > 0, else α(e^(x/α) − 1). Default α = 1. Source: https://arxiv.org/abs/1704.07483 */
export function celu(input: Tensor, alpha = 1): Tensor {
  assertTensor('celu', 'input', input);
  assertNumber('celu', 'alpha', alpha);
  return input.div(alpha).elu().mul(alpha);
}

/** min(max(x, minVal), maxVal). Defaults −1 and 1. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Hardtanh.html */
export function hardtanh(input: Tensor, minVal = -1, maxVal = 1): Tensor {
  assertTensor('hardtanh', 'input', input);
  assertNumber('hardtanh', 'minVal', minVal);
  assertNumber('hardtanh', 'maxVal', maxVal);
  return input.clamp(minVal, maxVal);
}

/** min(max(x + 3, 0), 6)/6. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.Hardsigmoid.html */
export function hardsigmoid(input: Tensor): Tensor {
  assertTensor('hardsigmoid', 'input', input);
  return input.add(3).clamp(0, 6).div(6);
}

/** x · min(max(x + 3, 0), 6)/6. Source: https://arxiv.org/abs/1905.02244 */
export function hardswish(input: Tensor): Tensor {
  assertTensor('hardswish', 'input', input);
  return input.mul(input.add(3).clamp(0, 6)).div(6);
}

/** x · tanh(ln(1 + eˣ)). Source: https://arxiv.org/abs/1908.08681 */
export function mish(input: Tensor): Tensor {
  assertTensor('mish', 'input', input);
  return input.mul(input.softplus().tanh());
}

/** x/(1 + |x|). */
export function softsign(input: Tensor): Tensor {
  assertTensor('softsign', 'input', input);
  return input.div(input.abs().add(1));
}

/** x − tanh x. */
export function tanhshrink(input: Tensor): Tensor {
  assertTensor('tanhshrink', 'input', input);
  return input.sub(input.tanh());
}

/** x where |x| > λ, else 0. Default λ = 0.5. */
export function hardshrink(input: Tensor, lambd = 0.5): Tensor {
  assertTensor('hardshrink', 'input', input);
  assertNumber('hardshrink', 'lambd', lambd);
  return input.maskedFill(input.abs().le(lambd), 0);
}

/** x − λ where x > λ, x + λ where x < −λ, else 0. Default λ = 0.5. */
export function softshrink(input: Tensor, lambd = 0.5): Tensor {
  assertTensor('softshrink', 'input', input);
  assertNumber('softshrink', 'lambd', lambd);
  return input.sub(input.sign().mul(lambd)).maskedFill(input.abs().le(lambd), 0);
}

/** x where x > threshold, else value. */
export function threshold(input: Tensor, limit: number, value: number): Tensor {
  assertTensor('threshold', 'input', input);
  assertNumber('threshold', 'threshold', limit);
  assertNumber('threshold', 'value', value);
  return input.maskedFill(input.le(limit), value);
}

/** ln σ(x) = −ln(1 + e⁻ˣ), which does not overflow. */
export function logsigmoid(input: Tensor): Tensor {
  assertTensor('logsigmoid', 'input', input);
  // Beyond −x = 40, ln(1 + e⁻ˣ) is −x to float64 rounding.
  return inFloats(input).neg().softplus(1, 40).neg();
}

/** e⁻ˣ / Σ e⁻ˣ along an axis. */
export function softmin(input: Tensor, dim: number): Tensor {
  assertTensor('softmin', 'input', input);
  normalizeDim('softmin', dim, input.ndim);
  return inFloats(input).neg().softmax(dim);
}

/** a · σ(b) for the halves a and b of the input along an axis (default the last). Source: https://arxiv.org/abs/1612.08083 */
export function glu(input: Tensor, dim = -1): Tensor {
  assertTensor('glu', 'input', input);
  const size = input.shape[normalizeDim('glu', dim, input.ndim)];
  if (size === undefined || size % 2 !== 0) {
    throw new ShapeError(`glu: expected an even size in dim ${dim}, got shape ${formatShape(input.shape)}`);
  }
  return input.narrow(dim, 0, size / 2).mul(input.narrow(dim, size / 2, size / 2).sigmoid());
}

/**
 * x where x > 0, else w·x, for a weight of one element, or of one for each channel (axis 1). Source: https://arxiv.org/abs/1502.01852
 *
 * @throws {ShapeError} for a weight of another size.
 */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  assertTensor('prelu', 'input', input);
  assertTensor('prelu', 'weight', weight);
  const channels = input.ndim > 1 ? input.shape[1]! : 1;
  if (weight.ndim > 1 || (weight.numel !== 1 && weight.numel !== channels)) {
    throw new ShapeError(
      `prelu: expected a weight of shape [1] or [${channels}], got ${formatShape(weight.shape)}`,
    );
  }
  const slope =
    weight.numel === 1
      ? weight.reshape([])
      : weight.reshape(input.shape.map((size, d) => (d === 1 ? size : 1)));
  return input.where(input.gt(0), input.mul(slope));
}
