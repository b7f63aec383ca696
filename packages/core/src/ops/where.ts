import type { Operand, View } from '../backend/backend.ts';
import { resultDType } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import { operandShape, promotionOperand } from './binary.ts';
import { allocate, broadcast, converted, discard, isView, launch } from './launch.ts';
import type { None, Op } from './op.ts';

/** a where the condition holds, else b; all three broadcast. Inputs: condition (bool), a, b. */
export const where: Op<None> = {
  name: 'where',
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

/** min ≤ x ≤ max, either bound left open when undefined; the derivative is 1 strictly inside, else 0. */
export const clamp: Op<{ readonly min: number | undefined; readonly max: number | undefined }> = {
  name: 'clamp',
  forward: (inputs, { min, max }) => {
    const input = inputs[0] as View;
    const bounds = [min, max].filter((bound) => bound !== undefined);
    const dtype = resultDType(...[input, ...bounds].map(promotionOperand));
    const out = allocate(input.storage.backend, dtype, input.shape);
    const x = converted(input, dtype);
    let source = x;
    if (min !== undefined) {
      launch('binary', [out], [source, min], { op: 'maximum' });
      source = out;
    }
    if (max !== undefined) launch('binary', [out], [source, max], { op: 'minimum' });
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
