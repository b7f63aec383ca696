import { refuse } from '../../check-view.ts';
import { recurrentCells } from '../../kernels/op-lists.ts';
import type { KernelAttributes } from '../../kernels.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Recurrence, Transpose } from './parameters.ts';

/** Bytes of shared memory that a block may have on every GPU. */
const SHARED_BYTES = 48 * 1024;

type Layer = Pick<
  KernelAttributes['recurrence'],
  'op' | 'batch' | 'steps' | 'hidden' | 'output' | 'width' | 'saved' | 'batchFirst' | 'reverse'
>;

/** Gates, and states that a step keeps, of a unit. */
const sizesOf = { tanh: [1, 0], relu: [1, 0], lstm: [4, 6], gru: [3, 4] } as const;

/** @throws {KindlingError} unless the sizes belong together: kernels count on it. */
function assertLayer(
  call: LoweredCallOf<'recurrence' | 'recurrenceBackward'>,
  wanted: Readonly<Record<string, number>>,
): void {
  const { op, batch, hidden, output, projected, sequences } = call.attributes;
  const [gates, kept] = sizesOf[op];
  const isProjected = op === 'lstm' && projected !== 0;
  const expected = {
    width: gates * hidden,
    saved: kept * hidden,
    cell: op === 'lstm' ? hidden : 0,
    projected: isProjected ? output * hidden : 0,
    output: isProjected ? output : hidden,
    sequences: sequences === 0 ? 0 : batch,
    ...wanted,
  };
  const given: Readonly<Record<string, unknown>> = call.attributes;
  for (const [name, size] of Object.entries(expected)) {
    const got = given[name];
    if (got !== size) refuse(call, `${name} to be ${size}`, String(got));
  }
}

/** The launch of a kernel in which each block takes some sequences through all steps: more of them where there are enough for all blocks. */
function sequences(
  kernel: 'recurrence' | 'recurrenceBackward',
  dtype: 'float32' | 'float64',
  layer: Layer,
  operands: Parameters<typeof Recurrence.pack>[0],
  context: PlanContext,
): Launch {
  const { op, batch, batchFirst, reverse, hidden, output, width, steps, saved } = layer;
  const rows = dtype === 'float32' && batch >= 4 * context.multiprocessors ? 4 : 1;
  const blocks = blocksFor(batch, rows);
  const elements = output + width + 3 * hidden;
  const bytes = rows * elements * (dtype === 'float32' ? 4 : 8);
  const isShared = bytes <= SHARED_BYTES;
  const parameters = Recurrence.pack({
    ...operands,
    ...{ batch, elements, steps, hidden, output, width, saved },
    memory: isShared ? 0n : context.scratch(bytes * blocks),
    op: recurrentCells.indexOf(op),
    batchFirst: Number(batchFirst),
    reverse: Number(reverse),
  });
  const entry = `${kernel}_${suffixes[dtype]}_${rows}`;
  return {
    ...launch('recurrence', entry, blocks, THREADS, parameters),
    sharedBytes: isShared ? bytes : 0,
  };
}

/** The address of an operand, null where it has no elements. */
const present = (context: PlanContext, operand: BufferView, count: number): bigint =>
  count === 0 ? 0n : context.address(operand);

export function recurrence(call: LoweredCallOf<'recurrence'>, context: PlanContext): Launch[] {
  const layer = call.attributes;
  const { batch, hidden, output, width, cell, projected, biases } = layer;
  assertLayer(call, { biases: biases === 0 ? 0 : width });
  if (batch === 0) return [];
  const [gates, first, firstCell, weight, bias, projection, lengths] =
    call.inputs as readonly BufferView[] & {
      readonly length: 7;
    };
  const [y, last, lastCell, previous, activations] = call.outputs;
  const dtype = gates!.dtype as 'float32' | 'float64';
  const transposed = (from: BufferView, rows: number, columns: number): [bigint, Launch] => {
    const out = context.scratch(rows * columns * (dtype === 'float32' ? 4 : 8));
    const parameters = Transpose.pack({ out, x: context.address(from), rows, columns });
    const entry = `transpose_${suffixes[dtype]}`;
    return [out, launch('recurrence', entry, blocksFor(rows * columns), THREADS, parameters)];
  };
  const [weights, transposeWeights] = transposed(weight!, width, output);
  const [projections, transposeProjection] =
    projected === 0 ? ([0n, undefined] as const) : transposed(projection!, output, hidden);
  const operands = {
    gates: context.address(gates!),
    first: context.address(first!),
    firstCell: present(context, firstCell!, cell),
    weight: weights,
    bias: present(context, bias!, biases),
    projection: projections,
    lengths: present(context, lengths!, layer.sequences),
    y: context.address(y!),
    last: context.address(last!),
    lastCell: present(context, lastCell!, cell),
    previous: context.address(previous!),
    activations: present(context, activations!, layer.saved),
  };
  const steps = sequences('recurrence', dtype, layer, operands, context);
  return [transposeWeights, ...(transposeProjection === undefined ? [] : [transposeProjection]), steps];
}

export function recurrenceBackward(
  call: LoweredCallOf<'recurrenceBackward'>,
  context: PlanContext,
): Launch[] {
  const layer = call.attributes;
  const { batch, hidden, output, width, cell, saved, projected, hiddenWidth } = layer;
  assertLayer(call, {
    hiddenWidth: layer.op === 'gru' ? width : 0,
    outputGrads: projected === 0 ? 0 : output,
    unprojecteds: projected === 0 ? 0 : hidden,
  });
  if (batch === 0) return [];
  const [gatesGrad, firstGrad, firstCellGrad, hiddenGrad, outputGrad, unprojected] = call.outputs;
  const inputs = call.inputs as readonly BufferView[];
  const [grad, lastGrad, lastCellGrad, y, previous, activations, firstCell, weight, projection, lengths] =
    inputs;
  const operands = {
    grad: context.address(grad!),
    lastGrad: context.address(lastGrad!),
    lastCellGrad: present(context, lastCellGrad!, cell),
    y: context.address(y!),
    previous: context.address(previous!),
    activations: present(context, activations!, saved),
    firstCell: present(context, firstCell!, cell),
    weight: context.address(weight!),
    projection: present(context, projection!, projected),
    lengths: present(context, lengths!, layer.sequences),
    gatesGrad: context.address(gatesGrad!),
    firstGrad: context.address(firstGrad!),
    firstCellGrad: present(context, firstCellGrad!, cell),
    hiddenGrad: present(context, hiddenGrad!, hiddenWidth),
    outputGrad: present(context, outputGrad!, projected),
    unprojected: present(context, unprojected!, projected),
  };
  return [sequences('recurrenceBackward', grad!.dtype as 'float32' | 'float64', layer, operands, context)];
}
