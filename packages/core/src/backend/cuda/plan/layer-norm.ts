import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { rowLanes, splitsFor } from './lanes.ts';
import { type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { LayerNorm, LayerNormBackward } from './parameters.ts';
import { sumOfSplits } from './reduce.ts';

/** Columns that a block of the parameters' gradients works on, and threads for each. */
const COLUMNS = 32;
const ROW_LANES = THREADS / COLUMNS;

export function layerNorm(call: LoweredCallOf<'layerNorm'>, context: PlanContext): Launch[] {
  const { rows, length, eps } = call.attributes;
  if (rows * length === 0) return [];
  const address = (operand: BufferView | number | undefined): bigint =>
    operand === undefined ? 0n : context.address(operand as BufferView);
  const [y, mean, rstd] = call.outputs;
  const [x, weight, bias] = call.inputs as readonly BufferView[];
  const { lanes, blocks } = rowLanes(rows, length);
  const values = LayerNorm.pack({
    y: address(y),
    mean: address(mean),
    rstd: address(rstd),
    x: address(x),
    weight: address(weight),
    bias: address(bias),
    rows,
    length,
    eps,
    lanes,
  });
  return [launch('layer-norm', `layerNorm_${suffixes[x!.dtype]}`, blocks, THREADS, values)];
}

export function layerNormBackward(call: LoweredCallOf<'layerNormBackward'>, context: PlanContext): Launch[] {
  const { rows, length } = call.attributes;
  if (rows * length === 0) return [];
  const address = (operand: BufferView | undefined): bigint =>
    operand === undefined ? 0n : context.address(operand);
  const [dx, dWeight, dBias] = call.outputs;
  const [grad, x, mean, rstd, weight] = call.inputs as readonly BufferView[];
  const suffix = suffixes[x!.dtype] as 'f32' | 'f64';
  const { lanes, blocks } = rowLanes(rows, length);
  const values = {
    dx: address(dx),
    grad: address(grad),
    x: address(x),
    mean: address(mean),
    rstd: address(rstd),
    weight: address(weight),
    rows,
    length,
    lanes,
    splits: 1,
  };
  const input = launch(
    'layer-norm',
    `layerNormBackward_${suffix}`,
    blocks,
    THREADS,
    LayerNormBackward.pack(values),
  );
  const wanted = [dWeight, dBias].filter((out) => out !== undefined);
  if (wanted.length === 0) return [input];

  const columnBlocks = Math.ceil(length / COLUMNS);
  const splits = splitsFor(columnBlocks, rows, ROW_LANES, context.multiprocessors);
  const parameterLaunch = (entry: string, toWeight: bigint, toBias: bigint): Launch =>
    launch(
      'layer-norm',
      entry,
      [columnBlocks, splits, 1],
      THREADS,
      LayerNormBackward.pack({ ...values, dWeight: toWeight, dBias: toBias, splits }),
    );
  if (splits === 1) {
    return [input, parameterLaunch(`layerNormParameters_${suffix}`, address(dWeight), address(dBias))];
  }
  const partials = wanted.map(() => context.scratch(splits * length * 8));
  const partialOf = (out: BufferView | undefined): bigint =>
    out === undefined ? 0n : partials[wanted.indexOf(out)]!;
  const entry = suffix === 'f32' ? 'layerNormParameters_f32_f64' : 'layerNormParameters_f64';
  return [
    input,
    parameterLaunch(entry, partialOf(dWeight), partialOf(dBias)),
    ...wanted.map((out, i) => sumOfSplits(suffix, partials[i]!, context.address(out), splits, length)),
  ];
}
