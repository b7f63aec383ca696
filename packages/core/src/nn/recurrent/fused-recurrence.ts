import { apply } from '../../autograd/apply.ts';
import { grad as gradientsOf } from '../../autograd/backward.ts';
import type { View } from '../../backend/backend.ts';
import { allocate, contiguous, discard, launch } from '../../ops/launch.ts';
import type { GradientContext, Op } from '../../ops/op.ts';
import { reshape } from '../../ops/views.ts';
import { numel, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { composedRecurrence } from './composed-recurrence.ts';
import { partOf, partsOf } from './part.ts';
import type { Recurrence, RecurrenceOperands, RecurrenceResult } from './recurrence.ts';

type OperandName = keyof RecurrenceOperands;

interface FusedRecurrence extends Recurrence {
  /** What each input is. */
  readonly names: readonly OperandName[];
}

/** How many times the hidden size a step keeps for the gradient. */
const saved: { readonly [K in Recurrence['cell']]: number } = { tanh: 0, relu: 0, lstm: 6, gru: 4 };

type Named<T> = { readonly [N in OperandName]?: T } & { readonly [N in 'gates' | 'h0' | 'weight']: T };

const named = <T>(names: readonly OperandName[], of: (i: number) => T): Named<T> =>
  Object.fromEntries(names.map((name, i) => [name, of(i)])) as { [N in OperandName]: T };

type Layer = ReturnType<typeof layerOf>;

/** The sizes of a call, from the shapes of its operands. */
function layerOf(
  { cell, batchFirst, reverse }: Recurrence,
  { gates, h0, c0, weight, projection, lengths }: Named<Shape>,
) {
  const [batch, output] = h0 as [number, number];
  const hidden = c0?.[1] ?? output;
  return {
    op: cell,
    batch,
    steps: gates[batchFirst ? 1 : 0]!,
    hidden,
    output,
    width: weight[0]!,
    cell: c0 === undefined ? 0 : hidden,
    projected: projection === undefined ? 0 : output * hidden,
    sequences: lengths === undefined ? 0 : batch,
    saved: saved[cell] * hidden,
    batchFirst,
    reverse,
  };
}

/** Shapes of the results: outputs, last state and, of an LSTM, last cells. */
const resultShapes = ({ batch, steps, output, cell, batchFirst }: Layer): Shape[] => [
  batchFirst ? [batch, steps, output] : [steps, batch, output],
  [batch, output],
  [batch, cell],
];

const sizeOf = (shapes: readonly Shape[]): number => shapes.reduce((sum, shape) => sum + numel(shape), 0);

/** Views of one new vector, one behind the other. */
function allocateTogether(like: View, shapes: readonly Shape[]): View[] {
  const whole = allocate(like.storage.backend, like.dtype, [sizeOf(shapes)]);
  let start = 0;
  return shapes.map((shape) => {
    const view = partOf(whole, start, shape);
    start += numel(shape);
    return view;
  });
}

/** What stands for operands that are left out. */
const nothing = (like: View): { readonly floats: View; readonly integers: View } => {
  const floats = partOf(like, 0, [0]);
  return { floats, integers: { ...floats, dtype: 'int32' } };
};

/** Gradients by operations: those of the composition, recorded for inputs that are cut from what made them. */
function composedGradients(
  grad: Tensor,
  { attributes, tensor, needs, shape }: GradientContext<FusedRecurrence>,
): (Tensor | undefined)[] {
  // A node of its own for each, behind which nothing is differentiated: neither what made it nor what made `grad`.
  const points = needs.map((needed, i) =>
    needed ? apply(reshape, [tensor(i)], { shape: shape(i) }) : tensor(i),
  );
  const { output, h, c } = composedRecurrence(
    attributes,
    named(attributes.names, (i) => points[i]!),
  );
  const results = [output, h, ...(c === undefined ? [] : [c])];
  const total = partsOf(
    grad,
    results.map((result) => result.shape),
  )
    .map((part, i) => part.mul(results[i]!).sum())
    .reduce((sum, term) => sum.add(term));
  const wanted = points.filter((_, i) => needs[i]);
  const found = gradientsOf(total, wanted, { createGraph: true });
  return points.map((point, i) => (needs[i] ? (found[wanted.indexOf(point)] ?? undefined) : undefined));
}

/** Gradients by one kernel over all steps, and by one product over all steps for each weight. */
function fusedGradients(
  grad: Tensor,
  { attributes, tensor, needs, shape, output, kept }: GradientContext<FusedRecurrence>,
): (Tensor | undefined)[] {
  const { names, cell } = attributes;
  const layer = layerOf(attributes, named(names, shape));
  const { batch, steps, output: size, width, projected } = layer;
  const rows = batch * steps;
  const sizes = {
    hiddenWidth: cell === 'gru' ? width : 0,
    outputGrads: projected > 0 ? size : 0,
    unprojecteds: projected > 0 ? layer.hidden : 0,
  };
  const given = contiguous(grad.strided);
  const outputs = allocateTogether(given, [
    shape(names.indexOf('gates')),
    [batch, size],
    [batch, layer.cell],
    [rows, sizes.hiddenWidth],
    [rows, sizes.outputGrads],
    [rows, sizes.unprojecteds],
  ]);
  let start = 0;
  const gradients = resultShapes(layer).map((each) => {
    const part = partOf(given, start, each);
    start += numel(each);
    return part;
  });
  const { floats, integers } = nothing(given);
  const views = (['c0', 'weight', 'projection', 'lengths'] as const).map((name) => {
    const i = names.indexOf(name);
    return i < 0 ? undefined : tensor(i).strided;
  });
  const operands = views.map((view) => view && contiguous(view));
  const [c0 = floats, weight = floats, projection = floats, lengths = integers] = operands;
  const y = partOf(output().strided, 0, resultShapes(layer)[0]!);
  const [previous, activations] = [kept(0), kept(1)];
  launch(
    'recurrenceBackward',
    outputs,
    [...gradients, y, previous.strided, activations.strided, c0, weight, projection, lengths],
    { ...layer, ...sizes },
  );
  operands.forEach((view, i) => {
    if (view !== undefined) discard(view, views[i]!);
  });
  discard(given, grad.strided);
  const [gates, h, c, hidden, projectedGrad, unprojected] = outputs.map((view) => grad.wrap(view, undefined));
  const ofHidden = (cell === 'gru' ? hidden! : gates!).reshape([rows, width]);
  const of: { readonly [N in OperandName]: () => Tensor | undefined } = {
    gates: () => gates,
    h0: () => h,
    c0: () => c,
    weight: () => ofHidden.t().matmul(previous.reshape([rows, size])),
    bias: () => ofHidden.sum(0),
    projection: () => projectedGrad!.t().matmul(unprojected!),
    lengths: () => undefined,
  };
  return names.map((name, i) => (needs[i] ? of[name]() : undefined));
}

/** All steps in one kernel: outputs, last state and last cells, one behind the other. For engines that have the kernel. */
const recurrence: Op<FusedRecurrence> = {
  name: 'recurrence',
  forward: (inputs, attributes, _out, kept) => {
    const given = inputs as readonly View[];
    const views = given.map(contiguous);
    const operands = named(attributes.names, (i) => views[i]!);
    const { gates, h0, weight } = operands;
    const layer = layerOf(
      attributes,
      named(attributes.names, (i) => views[i]!.shape),
    );
    const { batch, steps, output, width } = layer;
    const { floats, integers } = nothing(gates);
    const { c0 = floats, bias = floats, projection = floats, lengths = integers } = operands;
    const results = allocateTogether(gates, resultShapes(layer));
    const { backend } = gates.storage;
    const previous = allocate(backend, gates.dtype, [batch * steps, output]);
    const activations = allocate(backend, gates.dtype, [batch * steps, layer.saved]);
    launch(
      'recurrence',
      [...results, previous, activations],
      [gates, h0, c0, weight, bias, projection, lengths],
      { ...layer, biases: operands.bias === undefined ? 0 : width },
    );
    views.forEach((view, i) => {
      discard(view, given[i]!);
    });
    kept?.push(previous, activations);
    return partOf(results[0]!, 0, [sizeOf(resultShapes(layer))]);
  },
  saves: ({ names }) => [...names.keys(), 'output'],
  gradient: (grad, context) =>
    !context.differentiable && grad.storage.backend.supports('recurrenceBackward')
      ? fusedGradients(grad, context)
      : composedGradients(grad, context),
};

const order: readonly OperandName[] = ['gates', 'h0', 'c0', 'weight', 'bias', 'projection', 'lengths'];

/** The recurrence in one kernel, whose gradient is another one. */
export function fusedRecurrence(attributes: Recurrence, operands: RecurrenceOperands): RecurrenceResult {
  const names = order.filter((name) => operands[name] !== undefined);
  const inputs = names.map((name) => operands[name]!);
  const layer = layerOf(
    attributes,
    named(names, (i) => inputs[i]!.shape),
  );
  const results = apply(recurrence, inputs, { ...attributes, names });
  const [output, h, c] = partsOf(results, resultShapes(layer)) as [Tensor, Tensor, Tensor];
  return { output, h, c: attributes.cell === 'lstm' ? c : undefined };
}
