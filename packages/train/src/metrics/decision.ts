import { ArgumentError, DTypeError, ShapeError, type Tensor } from '@kindling/core';
import { assertRange, formatShape, type OptionNames } from '@kindling/core/internal';

/** How a model's output becomes a class. */
export interface DecisionOptions {
  /**
   * `'multiclass'`: outputs [C], [N, C] or [N, C, d1, …] of which the largest decides; targets are class indices (int32, uint8) of
   * the output's shape without C, or scores of the output's shape. `'binary'`: each element decides for itself between 0 and 1, and
   * the target has the output's shape. Default `'multiclass'`.
   */
  readonly task?: 'multiclass' | 'binary';
  /** For binary outputs, the probability above which the answer is 1. Default 0.5. */
  readonly threshold?: number;
  /** Whether binary outputs are logits, not probabilities. Default false. */
  readonly logits?: boolean;
}

export const decisionOptionNames: OptionNames<DecisionOptions> = {
  task: true,
  threshold: true,
  logits: true,
};

/** Class numbers as the model and the target have them, and how many classes there are. */
export interface Decided {
  readonly predicted: Tensor;
  readonly actual: Tensor;
  readonly classes: number;
}

const sameShape = (a: Tensor, b: Tensor): boolean => `${a.shape}` === `${b.shape}`;

function decideBinary(name: string, output: Tensor, target: Tensor, bar: number): Decided {
  if (!sameShape(output, target)) {
    throw new ShapeError(
      `${name}: expected a target of the output's shape ${formatShape(output.shape)}, got ${formatShape(target.shape)}`,
    );
  }
  if (target.dtype !== 'bool') {
    assertRange(target, {
      low: 0,
      high: 1,
      except: Number.NaN,
      expected: `${name}: expected targets in [0, 1] for a binary task`,
      rest: ' of the target',
    });
  }
  return { predicted: output.gt(bar).int(), actual: target.gt(0.5).int(), classes: 2 };
}

function decideMulticlass(name: string, output: Tensor, target: Tensor): Decided {
  const axis = output.ndim > 1 ? 1 : 0;
  const classes = output.shape[axis];
  if (classes === undefined) {
    throw new ShapeError(`${name}: expected outputs [C], [N, C] or [N, C, d1, …], got a scalar`);
  }
  const predicted = output.argmax(axis);
  if (sameShape(output, target)) return { predicted, actual: target.argmax(axis), classes };
  if (!sameShape(predicted, target)) {
    throw new ShapeError(
      `${name}: expected a target of shape ${formatShape(predicted.shape)} or ${formatShape(output.shape)}, got ${formatShape(target.shape)}`,
    );
  }
  if (target.dtype !== 'int32' && target.dtype !== 'uint8') {
    throw new DTypeError(`${name}: expected class indices as int32 or uint8, got ${target.dtype}`);
  }
  return { predicted, actual: target.int(), classes };
}

/** Reads the options once, and gives the function that decides. Throws {@link ArgumentError} for a threshold outside (0, 1). */
export function decision(
  name: string,
  { task = 'multiclass', threshold = 0.5, logits = false }: DecisionOptions,
): (output: Tensor, target: Tensor) => Decided {
  if (!(threshold > 0 && threshold < 1)) {
    throw new ArgumentError(`${name}: expected a threshold between 0 and 1, got ${threshold}`);
  }
  if (task === 'multiclass') return (output, target) => decideMulticlass(name, output, target);
  // σ(x) > p exactly where x > ln(p/(1 − p)).
  const bar = logits ? Math.log(threshold / (1 - threshold)) : threshold;
  return (output, target) => decideBinary(name, output, target, bar);
}
