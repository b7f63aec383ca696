import { assertTensor } from '../arguments.ts';
import type { Operand, View } from '../backend/backend.ts';
import { dtypes, isFloat } from '../dtype.ts';
import { ArgumentError, AutogradError, DeviceError, DTypeError, formatShape, ShapeError } from '../errors.ts';
import { assign } from '../ops/assign.ts';
import { allocate, copyInto } from '../ops/launch.ts';
import { none, type Op } from '../ops/op.ts';
import { keep } from '../scope.ts';
import { broadcastShapes, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { isGradEnabled } from './mode.ts';
import { OpNode } from './node.ts';
import { Origin } from './origin.ts';

type Input = Tensor | number;

const isTensor = (input: Input): input is Tensor => typeof input === 'object';

/** The views of an operation's inputs, once they are what it takes: live tensors on one device, and numbers where it takes them. */
function operands(op: string, inputs: readonly Input[], numbers: boolean | undefined): Operand[] {
  let device: Tensor | undefined;
  const views = new Array<Operand>(inputs.length);
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    if (numbers && typeof input === 'number') {
      views[i] = input;
      continue;
    }
    assertTensor(op, i === 1 ? 'other' : `operand ${i}`, input, numbers ? ' or a number' : '');
    device ??= input;
    if (input.storage.backend !== device.storage.backend) {
      throw new DeviceError(
        `${op}: expected all tensors on one device, got ${device.device} and ${input.device}`,
      );
    }
    views[i] = input.strided;
  }
  return views;
}

const isRecorded = (op: { readonly gradient?: unknown }, inputs: readonly Input[]): boolean =>
  op.gradient !== undefined &&
  isGradEnabled() &&
  inputs.some((input) => isTensor(input) && input.requiresGrad);

/** Runs an operation on tensors and, where a gradient may be asked for later, records it. */
export function apply<A>(op: Op<A>, inputs: readonly Input[], attributes: A): Tensor {
  const views = operands(op.name, inputs, op.numbers);
  const first = inputs.find(isTensor)!;
  const kept: View[] = [];
  const view = op.forward(views, attributes, undefined, kept);
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

function assertNoRecordedLeaf(name: string, target: Tensor): void {
  if (isGradEnabled() && target.isLeaf && target.requiresGrad) {
    throw new AutogradError(
      `${name}: expected a tensor that can be modified in place, got a leaf that requires grad; update it inside noGrad`,
    );
  }
}

/**
 * Runs a pointwise operation and puts its result in the place of `inputs[0]`. The other operands must broadcast to
 * its shape, and the result must convert to its dtype without leaving the category (no float into an integer tensor).
 */
export function applyInPlace<A>(op: Op<A>, inputs: readonly [Tensor, ...Input[]], attributes: A): Tensor {
  const [target, ...others] = inputs;
  const name = `${op.name}_`;
  const views = operands(name, inputs, op.numbers);
  const recorded = isRecorded(op, inputs);
  assertNoRecordedLeaf(name, target);
  for (const other of others.filter(isTensor)) {
    if (!sameShape(broadcastShapes(name, target.shape, other.shape), target.shape)) {
      throw new ShapeError(
        `${name}: expected a shape that broadcasts to ${formatShape(target.shape)}, got ${formatShape(other.shape)}`,
      );
    }
  }
  if (op !== (assign as Op<unknown>) || others.some(isTensor)) assertNoOverlap(name, target);
  const node = recorded ? recordInPlace(op, inputs, attributes) : undefined;
  const direct = others.every(
    (other) => !isTensor(other) || other.storage !== target.storage || sameWindow(other, target),
  );
  const promoted = op.promote?.(inputs) ?? target.dtype;
  if (dtypes[promoted].category !== dtypes[target.dtype].category && isHigher(promoted, target)) {
    throw new DTypeError(`${name}: expected a result that fits ${target.dtype}, got ${promoted}`);
  }
  if (direct && promoted === target.dtype) {
    op.forward(views, attributes, withoutRepeats(target.strided));
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

/**
 * Puts what a composition makes of a tensor in the place of its elements, as an operation in place would: the result must have its shape,
 * and a dtype that converts to its own without leaving the category.
 */
export function replaceElements(name: string, target: Tensor, compute: (x: Tensor) => Tensor): Tensor {
  assertTensor(name, 'operand 0', target);
  assertNoRecordedLeaf(name, target);
  assertNoOverlap(name, target);
  const result = compute(target);
  if (!sameShape(result.shape, target.shape)) {
    throw new ShapeError(
      `${name}: expected a result of shape ${formatShape(target.shape)}, got ${formatShape(result.shape)}`,
    );
  }
  if (dtypes[result.dtype].category !== dtypes[target.dtype].category && isHigher(result.dtype, target)) {
    throw new DTypeError(`${name}: expected a result that fits ${target.dtype}, got ${result.dtype}`);
  }
  return applyInPlace({ ...assign, name: name.slice(0, -1) }, [target, result], none);
}

/** The elements of a view that have memory of their own: one along each axis that repeats it. */
function withoutRepeats(view: View): View {
  const { shape, strides } = view;
  if (strides.every((stride, d) => stride !== 0 || shape[d]! <= 1)) return view;
  return { ...view, shape: shape.map((size, d) => (strides[d] === 0 ? Math.min(size, 1) : size)) };
}

/**
 * Throws {@link ArgumentError} where several elements of a tensor that is about to change are one in memory, as in an expanded one:
 * what they would be after each was computed depends on the order. One value for all may be written.
 */
function assertNoOverlap(op: string, { shape, strided }: Tensor): void {
  if (strided.strides.every((stride, d) => stride !== 0 || shape[d]! <= 1)) return;
  throw new ArgumentError(
    `${op}: expected a tensor whose elements do not share memory, got an expanded one of shape ${formatShape(shape)}; clone() it first`,
  );
}

/**
 * Records an operation that is about to overwrite `inputs[0]`. A gradient that reads the elements as they were gets a copy of them.
 */
function recordInPlace<A>(op: Op<A>, inputs: readonly [Tensor, ...Input[]], attributes: A): OpNode {
  const [target] = inputs;
  const record = (given: readonly [Tensor, ...Input[]]): OpNode =>
    target.origin?.recordWrite(op, given, attributes) ?? OpNode.of(op, given, attributes);
  const needs = inputs.map((input) => isTensor(input) && input.requiresGrad);
  const overwritten = op.saves?.(attributes, needs).some((key) => key !== 'output' && inputs[key] === target);
  if (!overwritten) return record(inputs);
  const { storage, dtype, shape } = target.strided;
  const copy = copyInto(allocate(storage.backend, dtype, shape), target.strided);
  const original = target.wrap(copy, target.node);
  const node = record(inputs.map((input) => (input === target ? original : input)) as [Tensor, ...Input[]]);
  original.dispose();
  return node;
}

const isHigher = (promoted: Tensor['dtype'], target: Tensor): boolean =>
  dtypes[promoted].rank > dtypes[target.dtype].rank;

/** Whether two tensors read the same elements in the same order, so that one may be overwritten from the other. */
const sameWindow = (a: Tensor, b: Tensor): boolean =>
  a.offset === b.offset && sameShape(a.shape, b.shape) && sameShape(a.strides, b.strides);
