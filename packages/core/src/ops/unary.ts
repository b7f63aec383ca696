import type { Operand, View } from '../backend/backend.ts';
import { type Activation, activations, type UnaryOp } from '../backend/kernels.ts';
import { type DType, isFloat } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import { assertOperands } from './int32.ts';
import { allocate, converted, discard, launch } from './launch.ts';
import type { None, Op, Saved } from './op.ts';

/** Computes `op` element by element in `dtype`, after converting the input to it. */
function pointwise(op: UnaryOp, input: View, dtype: DType, parameters: readonly number[], out?: View): View {
  const x = converted(input, dtype);
  const y = out ?? allocate(x.storage.backend, dtype, x.shape);
  const range = dtype === 'int32' ? operandRange[op] : undefined;
  if (range !== undefined) assertOperands(op, x, ...range);
  launch('unary', [y], [x], { op, parameters });
  discard(x, input);
  return y;
}

/** Where integers must lie so that the result fits int32: −2³¹ has no opposite there. */
const operandRange: { readonly [O in UnaryOp]?: readonly [low: number, high: number] } = {
  neg: [1 - 2 ** 31, 2 ** 31 - 1],
  abs: [1 - 2 ** 31, 2 ** 31 - 1],
  square: [-46340, 46340],
};

interface UnaryRule<A> {
  /** Integers stay integers; otherwise they become float32, and bools with them. */
  readonly keepsIntegers?: boolean;
  /** What bools become where integers are kept; left out, they are refused. */
  readonly bool?: DType;
  readonly saves?: Saved;
  readonly parameters?: (attributes: A) => readonly number[];
  readonly gradient?: (grad: Tensor, saved: Tensor, attributes: A) => Tensor;
}

function resultOf(name: string, dtype: DType, { keepsIntegers, bool }: UnaryRule<never>): DType {
  if (isFloat(dtype)) return dtype;
  if (!keepsIntegers) return 'float32';
  if (dtype !== 'bool') return dtype;
  if (bool === undefined) throw new DTypeError(`${name}: expected a numeric tensor, got bool`);
  return bool;
}

const isActivation = (name: UnaryOp): name is Activation => activations.some((other) => other === name);

/** ∂L/∂x of an activation in one kernel. */
function activationGradient(
  op: Activation,
  grad: Tensor,
  saved: Tensor,
  parameters: readonly number[],
): Tensor {
  const out = allocate(grad.storage.backend, grad.dtype, grad.shape);
  launch('activationBackward', [out], [grad.strided, saved.strided], { op, parameters });
  return grad.wrap(out, undefined);
}

function unary<A = None>(name: UnaryOp, rule: UnaryRule<A>): Op<A> {
  const { gradient, saves, parameters } = rule;
  return {
    name,
    forward: ([input]: readonly Operand[], attributes: A, out?: View) => {
      const view = input as View;
      return pointwise(name, view, resultOf(name, view.dtype, rule), parameters?.(attributes) ?? [], out);
    },
    promote: ([operand]) => resultOf(name, (operand as { readonly dtype: DType }).dtype, rule),
    saves: () => (saves === undefined ? [] : [saves]),
    gradient: (grad, context) => {
      if (gradient === undefined) return [grad.newZeros(grad.shape)];
      const saved = saves === 'output' ? context.output() : saves === 0 ? context.tensor(0) : grad;
      const { attributes, differentiable } = context;
      if (isActivation(name) && !differentiable && grad.storage.backend.supports('activationBackward')) {
        return [activationGradient(name, grad, saved, parameters?.(attributes) ?? [])];
      }
      return [gradient(grad, saved, attributes)];
    },
  };
}

/** 1/√(1 − x²), without loss near ±1. */
const inverseCosine = (x: Tensor): Tensor => x.neg().add(1).mul(x.add(1)).rsqrt();

/** −x. */
export const neg = unary('neg', { keepsIntegers: true, gradient: (grad) => grad.neg() });

/** |x|; the derivative is sign(x), 0 at 0. */
export const abs = unary('abs', {
  keepsIntegers: true,
  saves: 0,
  gradient: (grad, x) => grad.mul(x.sign()),
});

/** −1, 0 or 1. */
export const sign = unary('sign', { keepsIntegers: true, bool: 'bool' });

/** eˣ; d eˣ/dx = eˣ. */
export const exp = unary('exp', { saves: 'output', gradient: (grad, y) => grad.mul(y) });

/** eˣ − 1, exact near 0. */
export const expm1 = unary('expm1', { saves: 'output', gradient: (grad, y) => grad.mul(y.add(1)) });

/** ln x; d/dx = 1/x. */
export const log = unary('log', { saves: 0, gradient: (grad, x) => grad.div(x) });

/** ln(1 + x), exact near 0; d/dx = 1/(1 + x). */
export const log1p = unary('log1p', { saves: 0, gradient: (grad, x) => grad.div(x.add(1)) });

/** 2ˣ; d/dx = 2ˣ ln 2. */
export const exp2 = unary('exp2', { saves: 'output', gradient: (grad, y) => grad.mul(y.mul(Math.LN2)) });

/** The logarithm to base 2; d/dx = 1/(x ln 2). */
export const log2 = unary('log2', { saves: 0, gradient: (grad, x) => grad.div(x.mul(Math.LN2)) });

/** The logarithm to base 10; d/dx = 1/(x ln 10). */
export const log10 = unary('log10', { saves: 0, gradient: (grad, x) => grad.div(x.mul(Math.LN10)) });

/** √x; d/dx = 1/(2√x). */
export const sqrt = unary('sqrt', { saves: 'output', gradient: (grad, y) => grad.div(y.mul(2)) });

/** 1/√x; d/dx = −½ x^(−3/2). */
export const rsqrt = unary('rsqrt', {
  saves: 'output',
  gradient: (grad, y) => grad.mul(-0.5).mul(y.square().mul(y)),
});

/** x²; d/dx = 2x. */
export const square = unary('square', {
  keepsIntegers: true,
  bool: 'int32',
  saves: 0,
  gradient: (grad, x) => grad.mul(x.mul(2)),
});

/** 1/x; d/dx = −1/x². */
export const reciprocal = unary('reciprocal', {
  saves: 'output',
  gradient: (grad, y) => grad.neg().mul(y.square()),
});

/** sin x, x in radians. */
export const sin = unary('sin', { saves: 0, gradient: (grad, x) => grad.mul(x.cos()) });

/** cos x, x in radians. */
export const cos = unary('cos', { saves: 0, gradient: (grad, x) => grad.mul(x.sin().neg()) });

/** tan x, x in radians; d/dx = 1 + tan² x. */
export const tan = unary('tan', { saves: 'output', gradient: (grad, y) => grad.mul(y.square().add(1)) });

/** The angle in [−π/2, π/2] whose sine is x; d/dx = 1/√(1 − x²). */
export const asin = unary('asin', { saves: 0, gradient: (grad, x) => grad.mul(inverseCosine(x)) });

/** The angle in [0, π] whose cosine is x; d/dx = −1/√(1 − x²). */
export const acos = unary('acos', { saves: 0, gradient: (grad, x) => grad.neg().mul(inverseCosine(x)) });

/** The angle in (−π/2, π/2) whose tangent is x; d/dx = 1/(1 + x²). */
export const atan = unary('atan', { saves: 0, gradient: (grad, x) => grad.div(x.square().add(1)) });

/** (eˣ − e⁻ˣ)/2; d/dx = cosh x. */
export const sinh = unary('sinh', { saves: 0, gradient: (grad, x) => grad.mul(x.cosh()) });

/** (eˣ + e⁻ˣ)/2; d/dx = sinh x. */
export const cosh = unary('cosh', { saves: 0, gradient: (grad, x) => grad.mul(x.sinh()) });

/** The inverse of {@link sinh}; d/dx = 1/√(x² + 1). */
export const asinh = unary('asinh', {
  saves: 0,
  gradient: (grad, x) => {
    const size = x.abs().clamp(1);
    const small = x.clamp(-1, 1).square().add(1).rsqrt();
    // For |x| > 1 without x², which may be infinite.
    const large = size.square().reciprocal().add(1).rsqrt().div(size);
    return grad.mul(large.where(x.abs().gt(1), small));
  },
});

/** The inverse of {@link cosh} for x ≥ 1, else NaN; d/dx = 1/√(x² − 1). */
export const acosh = unary('acosh', {
  saves: 0,
  gradient: (grad, x) => grad.mul(x.sub(1).rsqrt().mul(x.add(1).rsqrt())),
});

/** The inverse of {@link tanh} for |x| ≤ 1, else NaN; d/dx = 1/(1 − x²). */
export const atanh = unary('atanh', {
  saves: 0,
  gradient: (grad, x) => grad.div(x.neg().add(1).mul(x.add(1))),
});

/** tanh x; d/dx = 1 − tanh² x. */
export const tanh = unary('tanh', {
  saves: 'output',
  gradient: (grad, y) => grad.mul(y.square().neg().add(1)),
});

/** σ(x) = 1/(1 + e⁻ˣ); dσ/dx = σ(1 − σ). */
export const sigmoid = unary('sigmoid', {
  saves: 'output',
  gradient: (grad, y) => grad.mul(y.neg().add(1)).mul(y),
});

/** erf x = 2/√π ∫₀ˣ e^(−t²) dt; d/dx = 2/√π e^(−x²). */
export const erf = unary('erf', {
  saves: 0,
  gradient: (grad, x) =>
    grad.mul(
      x
        .square()
        .neg()
        .exp()
        .mul(2 / Math.sqrt(Math.PI)),
    ),
});

/** The inverse of {@link erf} for |x| ≤ 1, else NaN; d/dx = ½√π e^(y²). */
export const erfinv = unary('erfinv', {
  saves: 'output',
  gradient: (grad, y) =>
    grad.mul(
      y
        .square()
        .exp()
        .mul(Math.sqrt(Math.PI) / 2),
    ),
});

/** max(x, 0); the derivative at 0 is 0. */
export const relu = unary('relu', {
  keepsIntegers: true,
  saves: 'output',
  gradient: (grad, y) => grad.maskedFill(y.le(0), 0),
});

/** x where x > 0, else negativeSlope · x. */
export const leakyRelu = unary<{ readonly negativeSlope: number }>('leakyRelu', {
  saves: 0,
  parameters: ({ negativeSlope }) => [negativeSlope],
  gradient: (grad, x, { negativeSlope }) => grad.where(x.gt(0), grad.mul(negativeSlope)),
});

/** x where x > 0, else α(eˣ − 1). */
export const elu = unary<{ readonly alpha: number }>('elu', {
  saves: 0,
  parameters: ({ alpha }) => [alpha],
  gradient: (grad, x, { alpha }) => grad.where(x.gt(0), grad.mul(x.minimum(0).exp().mul(alpha))),
});

/** ln(1 + e^(βx))/β, and x itself where βx exceeds the threshold. */
export const softplus = unary<{ readonly beta: number; readonly threshold: number }>('softplus', {
  saves: 0,
  parameters: ({ beta, threshold }) => [beta, threshold],
  gradient: (grad, x, { beta, threshold }) => {
    const z = x.mul(beta);
    return grad.where(z.gt(threshold), grad.mul(z.sigmoid()));
  },
});

/** The largest integer not above x; the derivative is 0. */
export const floor = unary('floor', { keepsIntegers: true });

/** The smallest integer not below x; the derivative is 0. */
export const ceil = unary('ceil', { keepsIntegers: true });

/** The nearest integer, halves to the even one; the derivative is 0. */
export const round = unary('round', { keepsIntegers: true });

/** The integer part, towards 0; the derivative is 0. */
export const trunc = unary('trunc', { keepsIntegers: true });

/** True where x is 0. */
export const logicalNot: Op<None> = {
  name: 'logicalNot',
  forward: ([input], _attributes, out) => {
    const view = input as View;
    const y = out ?? allocate(view.storage.backend, 'bool', view.shape);
    launch('unary', [y], [view], { op: 'logicalNot', parameters: [] });
    return y;
  },
};
