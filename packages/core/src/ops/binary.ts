import type { Backend, Operand, View } from '../backend/backend.ts';
import type { ArithmeticOp, BinaryOp, ComparisonOp, LogicalOp } from '../backend/kernels.ts';
import {
  assertHolds,
  type DType,
  integerRange,
  isFloat,
  isInteger,
  type PromotionOperand,
  resultDType,
} from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { broadcastShapes, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { assertDivisor } from './divisor.ts';
import { assertOperands, checkInt32 } from './int32.ts';
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
  const { backend } = firstView(inputs).storage;
  const z = out ?? allocate(backend, result, shape);
  if (isInteger(result) && divisions.has(op)) assertDivisor(op, y);
  if (result === 'int32') checkArithmetic(op, backend, shape, x, y);
  launch('binary', [z], [x, y], { op });
  discard(x, a);
  discard(y, b);
  return z;
}

/** Divisions that keep integers. */
const divisions: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['fmod', 'remainder', 'floorDivide']);

/** Operations whose int32 results fit anyway. */
const fitting: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['maximum', 'minimum', 'fmod', 'remainder']);

/** Throws unless an int32 result fits. */
function checkArithmetic(op: BinaryOp, backend: Backend, shape: Shape, x: Operand, y: Operand): void {
  if (fitting.has(op)) return;
  if (op === 'floorDivide' && !isView(y)) {
    if (y === -1 && isView(x)) assertOperands(op, x, 1 - 2 ** 31, 2 ** 31 - 1);
    return;
  }
  const offset = op === 'add' ? y : op === 'sub' && !isView(y) ? -y : undefined;
  if (isView(x) && offset !== undefined && !isView(offset)) {
    assertOperands(op, x, integerRange.int32[0] - offset, integerRange.int32[1] - offset);
  } else {
    checkInt32(op, backend, shape, [x, y], (wide, [a, b]) => {
      // A negative power is cut off, to 0 for a base of 0.
      if (op === 'pow' && isView(b!)) launch('binary', [b], [b, 0], { op: 'maximum' });
      launch('binary', [wide], [a!, b!], { op });
    });
  }
}

interface ArithmeticRule {
  /** Integers are divided as floats. */
  readonly floats?: boolean;
  /** What the operation means on bools; left out, it does not take them; `'never'`, not even beside numbers. */
  readonly bool?: LogicalOp | 'never';
  /** Another way to the result where the operands allow it. */
  readonly direct?: (inputs: readonly Operand[], dtype: DType, out?: View) => View | undefined;
  readonly saves?: (needs: readonly boolean[]) => readonly Saved[];
  readonly gradient: (grad: Tensor, context: GradientContext<None>) => readonly (Tensor | undefined)[];
}

const isBoolView = (operand: Operand): boolean => isView(operand) && operand.dtype === 'bool';

function arithmetic(name: ArithmeticOp, rule: ArithmeticRule): Op<None> {
  const promote = (inputs: readonly PromotionOperand[]): DType => {
    const promoted = resultDType(...inputs);
    return rule.floats && !isFloat(promoted) ? 'float32' : promoted;
  };
  return {
    name,
    numbers: true,
    promote,
    forward: (inputs, _attributes, out) => {
      const dtype = promote(inputs.map(promotionOperand));
      const isBool = dtype === 'bool';
      if (rule.bool === 'never' ? inputs.some(isBoolView) : isBool && rule.bool === undefined) {
        const got = inputs.map((x) => (isView(x) ? x.dtype : String(x))).join(' and ');
        throw new DTypeError(`${name}: expected numeric operands, got ${got}`);
      }
      if (name === 'maximum' || name === 'minimum') {
        for (const x of inputs) if (!isView(x)) assertHolds(name, dtype, x);
      }
      if (isBool && rule.bool !== undefined && rule.bool !== 'never') {
        return pointwise(rule.bool, inputs, 'bool', 'bool', out);
      }
      return rule.direct?.(inputs, dtype, out) ?? pointwise(name, inputs, dtype, dtype, out);
    },
    saves: (_attributes, needs) => rule.saves?.(needs) ?? [],
    gradient: rule.gradient,
  };
}

/** a + b. */
export const add = arithmetic('add', { bool: 'logicalOr', gradient: (grad) => [grad, grad] });

/** a − b; not for bools, of which `logicalNot` and `logicalXor` are the differences. */
export const sub = arithmetic('sub', {
  bool: 'never',
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

/** a^½ is √a and a^−½ is 1/√a, as in PyTorch: NaN for −∞, and −∞ for the power −½ of −0. */
function rootPower(inputs: readonly Operand[], dtype: DType, out?: View): View | undefined {
  const [base, exponent] = inputs as [Operand, Operand];
  if (!isView(base) || !isFloat(dtype) || (exponent !== 0.5 && exponent !== -0.5)) return undefined;
  const x = converted(base, dtype);
  const y = out ?? allocate(x.storage.backend, dtype, x.shape);
  launch('unary', [y], [x], { op: exponent > 0 ? 'sqrt' : 'rsqrt', parameters: [] });
  discard(x, base);
  return y;
}

/** aᵇ. ∂/∂a = b aᵇ⁻¹ (0 where b is 0), ∂/∂b = aᵇ ln a (0 where a is 0 and b is not negative). */
export const pow = arithmetic('pow', {
  direct: rootPower,
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
  const power = exponent.toDType(grad.dtype);
  const slope = base.pow(power.sub(1)).mul(power);
  return grad.mul(slope).maskedFill(exponent.eq(0), 0);
}

function powExponentGradient(grad: Tensor, base: Tensor | number, exponent: Tensor, output: Tensor): Tensor {
  if (typeof base === 'number') {
    if (base !== 0) return grad.mul(output.mul(Math.log(base)));
    return grad.mul(output.mul(Number.NEGATIVE_INFINITY)).maskedFill(exponent.ge(0), 0);
  }
  const flat = base.eq(0).logicalAnd(exponent.ge(0));
  return grad.mul(output.mul(base.toDType(output.dtype).log())).maskedFill(flat, 0);
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

/** The angle of the point (b, a) from the positive x-axis, in [−π, π]. ∂/∂a = b/(a² + b²), ∂/∂b = −a/(a² + b²). */
export const atan2 = arithmetic('atan2', {
  floats: true,
  saves: () => [0, 1],
  gradient: (grad, { needs, input, tensor }) => {
    const [a, b] = [tensor(0), input(1)];
    const scaled = grad.div(a.square().add(typeof b === 'number' ? b * b : b.square()));
    return [needs[0] ? scaled.mul(b) : undefined, needs[1] ? scaled.neg().mul(a) : undefined];
  },
});

/** a − b · trunc(a / b), with the sign of a. ∂/∂a = 1, ∂/∂b = −trunc(a / b). */
export const fmod = arithmetic('fmod', {
  saves: ([, b]) => (b ? [0, 1] : []),
  gradient: (grad, { needs, tensor }) => [
    grad,
    needs[1] ? grad.neg().mul(tensor(0).div(tensor(1)).trunc()) : undefined,
  ],
});

/** a − b · ⌊a / b⌋, with the sign of b. ∂/∂a = 1, ∂/∂b = −⌊a / b⌋. */
export const remainder = arithmetic('remainder', {
  saves: ([, b]) => (b ? [0, 1] : []),
  gradient: (grad, { needs, tensor }) => [
    grad,
    needs[1] ? grad.neg().mul(tensor(0).floorDivide(tensor(1))) : undefined,
  ],
});

/** ⌊a / b⌋; the derivative is 0. */
export const floorDivide = arithmetic('floorDivide', {
  gradient: (grad, { needs }) => needs.map((need) => (need ? grad.newZeros(grad.shape) : undefined)),
});

/** Comparisons work in the operands' common dtype and give bool; logic takes anything non-zero as true. */
const predicate = (name: ComparisonOp | LogicalOp): Op<None> => ({
  name,
  numbers: true,
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
