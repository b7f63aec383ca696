import type { Operand, View } from '../backend/backend.ts';
import { assertHolds, type DType, integerRange, isFloat, isInteger, resultDType } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import { operandShape, promotionOperand } from './binary.ts';
import { allocate, broadcast, converted, copyInto, discard, isView, launch } from './launch.ts';
import type { None, Op } from './op.ts';

/** a where the condition holds, else b; all three broadcast. Inputs: condition (bool), a, b. */
export const where: Op<None> = {
  name: 'where',
  numbers: true,
  forward: (inputs) => {
    const [condition, a, b] = inputs as [View, Operand, Operand];
    if (condition.dtype !== 'bool') {
      throw new DTypeError(`where: expected a bool condition, got ${condition.dtype}`);
    }
    const dtype = resultDType(promotionOperand(a), promotionOperand(b));
    const shape = broadcastShapes(
      'where',
      condition.shape,
      broadcastShapes('where', operandShape(a), operandShape(b)),
    );
    const prepare = (operand: Operand): Operand =>
      isView(operand) ? broadcast(converted(operand, dtype), shape) : operand;
    for (const operand of [a, b]) if (!isView(operand)) assertHolds('where', dtype, operand);
    const x = prepare(a);
    const y = prepare(b);
    const out = allocate(condition.storage.backend, dtype, shape);
    launch('where', [out], [broadcast(condition, shape), x, y], {});
    discard(x, a);
    discard(y, b);
    return out;
  },
  saves: () => [0],
  gradient: (grad, { needs, tensor }) => [
    undefined,
    needs[1] ? grad.where(tensor(0), 0) : undefined,
    needs[2] ? grad.maskedFill(tensor(0), 0) : undefined,
  ],
};

/** `value` where the mask holds, else the input, in the input's dtype; both broadcast. Inputs: input, mask (bool). */
export const maskedFill: Op<{ readonly value: number }> = {
  name: 'maskedFill',
  forward: (inputs, { value }) => {
    const [input, mask] = inputs as [View, View];
    const { dtype } = input;
    if (mask.dtype !== 'bool') {
      throw new DTypeError(`maskedFill: expected a bool mask, got ${mask.dtype}`);
    }
    assertHolds('maskedFill', dtype, value);
    const filling = dtype === 'bool' ? Number(value !== 0) : isFloat(dtype) ? value : Math.trunc(value);
    const shape = broadcastShapes('maskedFill', input.shape, mask.shape);
    const out = allocate(input.storage.backend, dtype, shape);
    launch('where', [out], [broadcast(mask, shape), filling, broadcast(input, shape)], {});
    return out;
  },
  saves: () => [1],
  gradient: (grad, { tensor }) => [grad.maskedFill(tensor(1), 0)],
};

interface Bounds {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** Bounds without those that an integer dtype keeps anyway. Throws where one leaves no element that the dtype holds. */
function effective(dtype: DType, { min, max }: Bounds): Bounds {
  if (!isInteger(dtype)) return { min, max };
  const [least, greatest] = integerRange[dtype];
  if (min !== undefined && min > greatest) assertHolds('clamp', dtype, min);
  if (max !== undefined && max < least) assertHolds('clamp', dtype, max);
  return {
    min: min === undefined || min <= least ? undefined : min,
    max: max === undefined || max >= greatest ? undefined : max,
  };
}

/** min ≤ x ≤ max, either bound left open when undefined; the derivative is 1 strictly inside, else 0. */
export const clamp: Op<Bounds> = {
  name: 'clamp',
  forward: (inputs, bounds) => {
    const input = inputs[0] as View;
    const given = [bounds.min, bounds.max].filter((bound) => bound !== undefined);
    const dtype = resultDType(...[input, ...given].map(promotionOperand));
    const { min, max } = effective(dtype, bounds);
    const out = allocate(input.storage.backend, dtype, input.shape);
    const x = converted(input, dtype);
    let source = x;
    if (min !== undefined) {
      launch('binary', [out], [source, min], { op: 'maximum' });
      source = out;
    }
    if (max !== undefined) {
      launch('binary', [out], [source, max], { op: 'minimum' });
      source = out;
    }
    if (source !== out) copyInto(out, x);
    discard(x, input);
    return out;
  },
  saves: () => [0],
  gradient: (grad, { tensor, attributes: { min, max } }) => {
    const x = tensor(0);
    const above = min === undefined ? undefined : x.gt(min);
    const below = max === undefined ? undefined : x.lt(max);
    const inside = above && below ? above.logicalAnd(below) : (above ?? below!);
    return [grad.where(inside, 0)];
  },
};
