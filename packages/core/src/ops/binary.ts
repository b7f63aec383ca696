import type { Operand, View } from '../backend/backend.ts';
import type { ArithmeticOp, BinaryOp, ComparisonOp, LogicalOp } from '../backend/kernels.ts';
import { type DType, isFloat, type PromotionOperand, resultDType } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { broadcastShapes, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { allocate, broadcast, converted, discard, firstView, isView, launch } from './launch.ts';
import type { GradientContext, None, Op, Saved } from './op.ts';

export const promotionOperand = (operand: Operand): PromotionOperand =>
  isView(operand) ? { dtype: operand.dtype, ndim: operand.shape.length } : operand;

export const operandShape = (operand: Operand): Shape => (isView(operand) ? operand.shape : []);

/** Computes `op` on broadcast operands, converted to `working` first. */
function pointwise(
  op: BinaryOp,
  inputs: readonly Operand[],
  working: DType,
  result: DType,
  out?: View,
): View {
  const [a, b] = inputs as [Operand, Operand];
  const shape = out?.shape ?? broadcastShapes(op, operandShape(a), operandShape(b));
  // PyTorch rounds a plain number to the working dtype before it computes: a float32 0.1 equals the number 0.1.
  const rounded = working === 'float32' ? Math.fround : (value: number): number => value;
  const prepare = (operand: Operand): Operand =>
    isView(operand) ? broadcast(converted(operand, working), shape) : rounded(operand);
  const x = prepare(a);
  const y = prepare(b);
  const z = out ?? allocate(firstView(inputs).storage.backend, result, shape);
  launch('binary', [z], [x, y], { op });
  discard(x, a);
  discard(y, b);
  return z;
}

interface ArithmeticRule {
  /** Integers are divided as floats. */
  readonly floats?: boolean;
  /** What the operation means on bools; left out, it does not take them. */
  readonly bool?: LogicalOp;
  readonly saves?: (needs: readonly boolean[]) => readonly Saved[];
  readonly gradient: (grad: Tensor, context: GradientContext<None>) => readonly (Tensor | undefined)[];
}

function arithmetic(name: ArithmeticOp, rule: ArithmeticRule): Op<None> {
  const promote = (inputs: readonly PromotionOperand[]): DType => {
    const promoted = resultDType(...inputs);
    return rule.floats && !isFloat(promoted) ? 'float32' : promoted;
  };
  return {
    name,
    promote,
    forward: (inputs, _attributes, out) => {
      const dtype = promote(inputs.map(promotionOperand));
      if (dtype !== 'bool') return pointwise(name, inputs, dtype, dtype, out);
      if (rule.bool === undefined)
        throw new DTypeError(`${name}: expected numeric operands, got bool and bool`);
      return pointwise(rule.bool, inputs, 'bool', 'bool', out);
    },
    saves: (_attributes, needs) => rule.saves?.(needs) ?? [],
    gradient: rule.gradient,
  };
}

/** a + b. */
export const add = arithmetic('add', { bool: 'logicalOr', gradient: (grad) => [grad, grad] });

/** a − b. */
export const sub = arithmetic('sub', {
  gradient: (grad, { needs }) => [grad, needs[1] ? grad.neg() : undefined],
});

/** a · b. */
export const mul = arithmetic('mul', {
  bool: 'logicalAnd',
  saves: ([a, b]) => [...(a ? [1] : []), ...(b ? [0] : [])],
  gradient: (grad, { needs, input }) => [
    needs[0] ? grad.mul(input(1)) : undefined,
    needs[1] ? grad.mul(input(0)) : undefined,
  ],
});

/** a / b; integers are divided as float32. ∂/∂b = −a/b². */
export const div = arithmetic('div', {
  floats: true,
  saves: ([, b]) => (b ? [1, 0] : [1]),
  gradient: (grad, { needs, input, tensor }) => [
    needs[0] ? grad.div(input(1)) : undefined,
    needs[1] ? grad.neg().mul(tensor(1).reciprocal().mul(input(0)).div(input(1))) : undefined,
  ],
});

/** aᵇ. ∂/∂a = b aᵇ⁻¹ (0 where b is 0), ∂/∂b = aᵇ ln a (0 where a is 0 and b is not negative). */
export const pow = arithmetic('pow', {
  saves: ([a, b]) => [...(a || b ? [0, 1] : []), ...(b ? (['output'] as const) : [])],
  gradient: (grad, { needs, input, output }) => [
    needs[0] ? powBaseGradient(grad, input(0) as Tensor, input(1)) : undefined,
    needs[1] ? powExponentGradient(grad, input(0), input(1) as Tensor, output()) : undefined,
  ],
});

function powBaseGradient(grad: Tensor, base: Tensor, exponent: Tensor | number): Tensor {
  if (typeof exponent === 'number') {
    return exponent === 0 ? grad.newZeros(grad.shape) : grad.mul(base.pow(exponent - 1).mul(exponent));
  }
  const slope = base.pow(exponent.sub(1)).mul(exponent);
  return grad.mul(slope).maskedFill(exponent.eq(0), 0);
}

function powExponentGradient(grad: Tensor, base: Tensor | number, exponent: Tensor, output: Tensor): Tensor {
  if (typeof base === 'number') {
    if (base !== 0) return grad.mul(output.mul(Math.log(base)));
    return grad.mul(output.mul(Number.NEGATIVE_INFINITY)).maskedFill(exponent.ge(0), 0);
  }
  const flat = base.eq(0).logicalAnd(exponent.ge(0));
  return grad.mul(output.mul(base.log())).maskedFill(flat, 0);
}

/** Half of the gradient goes to each operand where they are equal. */
const extremum = (name: 'maximum' | 'minimum', bool: LogicalOp): Op<None> =>
  arithmetic(name, {
    bool,
    saves: () => [0, 1],
    gradient: (grad, { needs, input, tensor }) => {
      const half = grad.div(2);
      const share = (self: Tensor, other: Tensor | number): Tensor => {
        const loses = name === 'maximum' ? self.lt(other) : self.gt(other);
        return half.where(self.eq(other), grad.maskedFill(loses, 0));
      };
      return [
        needs[0] ? share(tensor(0), input(1)) : undefined,
        needs[1] ? share(tensor(1), input(0)) : undefined,
      ];
    },
  });

/** The larger of a and b; NaN wins. */
export const maximum = extremum('maximum', 'logicalOr');

/** The smaller of a and b; NaN wins. */
export const minimum = extremum('minimum', 'logicalAnd');

/** Comparisons work in the operands' common dtype and give bool; logic takes anything non-zero as true. */
const predicate = (name: ComparisonOp | LogicalOp): Op<None> => ({
  name,
  forward: (inputs, _attributes, out) => {
    const [a, b] = inputs as [Operand, Operand];
    return pointwise(name, inputs, resultDType(promotionOperand(a), promotionOperand(b)), 'bool', out);
  },
});

export const eq = predicate('eq');
export const ne = predicate('ne');
export const lt = predicate('lt');
export const le = predicate('le');
export const gt = predicate('gt');
export const ge = predicate('ge');
export const logicalAnd = predicate('logicalAnd');
export const logicalOr = predicate('logicalOr');
export const logicalXor = predicate('logicalXor');
