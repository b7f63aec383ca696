import { customGradient } from '../autograd/custom-gradient.ts';
import type { Tensor } from '../tensor.ts';

/*
 * Compositions that keep their digits near 0 and do not overflow before their result does. Gradients are given: those of the
 * compositions' pieces would be infinity less infinity where the pieces meet.
 */

export const tangent = customGradient('tan', {
  forward: (x: Tensor) => x.sin().div(x.cos()),
  gradient: (grad, [x]) => [grad.mul(x.tan().square().add(1))],
});

/** ½e^|x| as (½h)h with h = e^(|x|/2), and ½e^−|x|. */
function halves(x: Tensor): readonly [large: Tensor, small: Tensor] {
  const h = x.abs().mul(0.5).exp();
  return [h.mul(0.5).mul(h), h.reciprocal().mul(0.5).div(h)];
}

/** ½(u + u/(u + 1)) with u = eˣ − 1, for |x| ≤ 1. */
function shortSine(x: Tensor): Tensor {
  const u = x.expm1();
  return u.add(u.div(u.add(1))).mul(0.5);
}

export const hyperbolicSine = customGradient('sinh', {
  forward: (x: Tensor) => {
    const [large, small] = halves(x);
    return x
      .sign()
      .mul(large.sub(small))
      .where(x.abs().gt(1), shortSine(x.clamp(-1, 1)));
  },
  gradient: (grad, [x]) => [grad.mul(x.cosh())],
});

export const hyperbolicCosine = customGradient('cosh', {
  forward: (x: Tensor) => {
    const [large, small] = halves(x);
    return large.add(small);
  },
  gradient: (grad, [x]) => [grad.mul(x.sinh())],
});

/** From here on √(x² ± 1) is x to float64 rounding, and x² overflows no float32. */
const LARGE = 1e9;

/** ln 2x for large x. */
const logOfDouble = (x: Tensor): Tensor => x.log().add(Math.LN2);

export const areaSine = customGradient('asinh', {
  forward: (x: Tensor) => {
    const a = x.abs();
    const b = a.clamp(0, LARGE);
    const square = b.square();
    const result = b.add(square.div(square.add(1).sqrt().add(1))).log1p();
    return x
      .sign()
      .mul(logOfDouble(a).where(a.gt(LARGE), result))
      .where(x.ne(0), x);
  },
  gradient: (grad, [x]) => {
    const a = x.abs().clamp(1);
    const small = x.clamp(-1, 1).square().add(1).rsqrt();
    // 1/√(x² + 1) for |x| > 1, without x².
    return [grad.mul(a.square().reciprocal().add(1).rsqrt().div(a).where(x.abs().gt(1), small))];
  },
});

export const areaCosine = customGradient('acosh', {
  forward: (x: Tensor) => {
    const t = x.sub(1).clamp(undefined, LARGE);
    const result = t.add(t.square().add(t.mul(2)).sqrt()).log1p();
    return logOfDouble(x).where(x.gt(LARGE), result);
  },
  gradient: (grad, [x]) => [grad.mul(x.sub(1).rsqrt().mul(x.add(1).rsqrt()))],
});

export const areaTangent = customGradient('atanh', {
  forward: (x: Tensor) => {
    const a = x.abs();
    return x
      .sign()
      .mul(a.mul(2).div(a.neg().add(1)).log1p().mul(0.5))
      .where(x.ne(0), x);
  },
  gradient: (grad, [x]) => [grad.div(x.neg().add(1).mul(x.add(1)))],
});
