import type { Operand, View } from '../backend/backend.ts';
import { dtypes, isFloat } from '../dtype.ts';
import { AutogradError, DeviceError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { copyInto } from '../ops/launch.ts';
import type { Op } from '../ops/op.ts';
import { keep } from '../scope.ts';
import { broadcastShapes, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { isGradEnabled } from './mode.ts';
import { OpNode } from './node.ts';
import { Origin } from './origin.ts';

type Input = Tensor | number;

const isTensor = (input: Input): input is Tensor => typeof input === 'object';

function operands(op: string, inputs: readonly Input[]): Operand[] {
  const first = inputs.find(isTensor)!;
  return inputs.map((input) => {
    if (!isTensor(input)) return input;
    if (input.storage.backend !== first.storage.backend) {
      throw new DeviceError(
        `${op}: expected all tensors on one device, got ${first.device} and ${input.device}`,
      );
    }
    return input.strided;
  });
}

const isRecorded = (op: { readonly gradient?: unknown }, inputs: readonly Input[]): boolean =>
  op.gradient !== undefined &&
  isGradEnabled() &&
  inputs.some((input) => isTensor(input) && input.requiresGrad);

/** Runs an operation on tensors and, where a gradient may be asked for later, records it. */
export function apply<A>(op: Op<A>, inputs: readonly Input[], attributes: A): Tensor {
  const first = inputs.find(isTensor)!;
  const kept: View[] = [];
  const view = op.forward(operands(op.name, inputs), attributes, undefined, kept);
  const origin =
    view.storage === first.storage && isGradEnabled()
      ? Origin.of(first, (base) => apply(op, [base], attributes))
      : undefined;
  if (!isFloat(view.dtype) || !isRecorded(op, inputs)) {
    for (const { storage } of kept) storage.release();
    return first.wrap(view, undefined, origin);
  }
  const node = OpNode.of(op, inputs, attributes);
  const output = first.wrap(view, node, origin);
  node.saveOutput(op, output, attributes);
  node.hold(kept.map((intermediate) => keep(first.wrap(intermediate, undefined))));
  return output;
}

/**
 * Runs a pointwise operation and puts its result in the place of `inputs[0]`. The other operands must broadcast to
 * its shape, and the result must convert to its dtype without leaving the category (no float into an integer tensor).
 */
export function applyInPlace<A>(op: Op<A>, inputs: readonly [Tensor, ...Input[]], attributes: A): Tensor {
  const [target, ...others] = inputs;
  const name = `${op.name}_`;
  const recorded = isRecorded(op, inputs);
  if (isGradEnabled() && target.isLeaf && target.requiresGrad) {
    throw new AutogradError(
      `${name}: expected a tensor that may change, got a leaf that requires grad; update it inside noGrad`,
    );
  }
  const views = operands(name, inputs);
  for (const other of others.filter(isTensor)) {
    if (!sameShape(broadcastShapes(name, target.shape, other.shape), target.shape)) {
      throw new ShapeError(
        `${name}: expected a shape that broadcasts to ${formatShape(target.shape)}, got ${formatShape(other.shape)}`,
      );
    }
  }
  const node = recorded
    ? (target.origin?.recordWrite(op, inputs, attributes) ?? OpNode.of(op, inputs, attributes))
    : undefined;
  const direct = others.every(
    (other) => !isTensor(other) || other.storage !== target.storage || sameWindow(other, target),
  );
  const promoted = op.promote?.(inputs) ?? target.dtype;
  if (dtypes[promoted].category !== dtypes[target.dtype].category && isHigher(promoted, target)) {
    throw new DTypeError(`${name}: expected a result that fits ${target.dtype}, got ${promoted}`);
  }
  if (direct && promoted === target.dtype) {
    op.forward(views, attributes, target.strided);
  } else {
    const result = op.forward(views, attributes);
    copyInto(target.strided, result);
    result.storage.release();
  }
  target.storage.version++;
  if (node !== undefined) {
    (target.origin?.base ?? target).node = node;
    node.saveOutput(op, target, attributes);
  }
  return target;
}

const isHigher = (promoted: Tensor['dtype'], target: Tensor): boolean =>
  dtypes[promoted].rank > dtypes[target.dtype].rank;

/** Whether two tensors read the same elements in the same order, so that one may be overwritten from the other. */
const sameWindow = (a: Tensor, b: Tensor): boolean =>
  a.offset === b.offset && sameShape(a.shape, b.shape) && sameShape(a.strides, b.strides);
