import { dtypes } from '../../../dtype.ts';
import type { Place, PlacedCallOf } from '../../placed-call.ts';
import { blocksFor, isAligned, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Matmul, MatmulSum } from './parameters.ts';

/** Blocks in the third direction of a grid. */
const MOST_BATCHES = 65535;

/** A kernel that works tile by tile. */
export interface Tile {
  readonly entry: string;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly threads: number;
  /** Multiplications that a multiprocessor does in a cycle with it, roughly. */
  readonly rate: number;
}

const tile = (
  entry: string,
  [rows, columns, depth]: readonly [number, number, number],
  threads: number,
  rate: number,
): Tile => ({ entry, rows, columns, depth, threads, rate });

/** Tiles of each kind of arithmetic, the largest first. */
export const tiles: { readonly [kind in 'f32' | 'tf32' | 'f64' | 'i32']: readonly Tile[] } = {
  f32: [
    tile('matmul_f32_128x128', [128, 128, 8], 256, 100),
    tile('matmul_f32_64x64', [64, 64, 16], 128, 75),
    tile('matmul_f32_32x32', [32, 32, 16], 64, 40),
  ],
  tf32: [
    tile('matmul_tf32_128x128', [128, 128, 16], 256, 400),
    tile('matmul_tf32_64x64', [64, 64, 16], 128, 250),
  ],
  f64: [tile('matmul_f64_64x64', [64, 64, 8], 256, 32)],
  i32: [tile('matmul_i32_32x32', [32, 32, 16], 64, 32)],
};

/** Cycles that a launch, and the second pass of a split product, take besides the work. */
const LAUNCH_CYCLES = 2500;
const SPLIT_CYCLES = 5000;

/** Splits of the depth that are considered. */
const splitCounts = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];

export interface Choice {
  readonly tile: Tile;
  readonly splits: number;
  readonly depthOfSplit: number;
}

interface Sizes {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** The tile and the splits that should take the fewest cycles: rounds of blocks, each as long as one block. */
export function choose(
  candidates: readonly Tile[],
  sizes: Sizes,
  multiprocessors: number,
  maySplit: boolean,
): Choice {
  const { batch, m, n, k } = sizes;
  let best: (Choice & { cycles: number }) | undefined;
  for (const candidate of candidates) {
    const blocks = Math.ceil(m / candidate.rows) * Math.ceil(n / candidate.columns) * batch;
    for (const count of maySplit ? splitCounts : [1]) {
      const steps = Math.ceil(Math.max(k, 1) / candidate.depth);
      const depthOfSplit = Math.ceil(steps / count) * candidate.depth;
      const splits = Math.max(Math.ceil(k / depthOfSplit), 1);
      if (splits !== count) continue;
      const rounds = Math.ceil((blocks * splits) / multiprocessors);
      const work =
        (candidate.rows * candidate.columns * (depthOfSplit + 2 * candidate.depth)) / candidate.rate;
      const cycles = LAUNCH_CYCLES + rounds * work + (splits > 1 ? SPLIT_CYCLES : 0);
      if (best === undefined || cycles < best.cycles)
        best = { tile: candidate, splits, depthOfSplit, cycles };
    }
  }
  return best!;
}

/** Whether an operand may be read 16 bytes at a time: `along` counts the elements that are contiguous, `lines` the others. */
function isVector(view: Place, address: bigint, along: number, lines: number, batch: number): boolean {
  const elements = 16 / dtypes[view.dtype].bytes;
  const [batchStride, lead] = view.strides as readonly [number, number];
  return (
    isAligned(address, 16) &&
    along % elements === 0 &&
    (lines === 1 || lead % elements === 0) &&
    (batch === 1 || batchStride % elements === 0)
  );
}

/** Whether tensor cores may do it, and it is large enough for them to be worth it. */
const takesTensorCores = ({ m, n, k }: Sizes, context: PlanContext): boolean =>
  context.float32Precision === 'high' && context.computeCapability >= 80 && Math.min(m, n, k) >= 32;

export function matmul(call: PlacedCallOf<'matmul'>, context: PlanContext): Launch[] {
  const { attributes } = call;
  if (attributes.batch * attributes.m * attributes.n === 0) return [];
  const suffix = suffixes[(call.inputs[0] as Place).dtype];
  if (suffix === 'u8') {
    const { batch, m, n } = attributes;
    const values = Matmul.pack(operandsOf(call, context));
    return [launch('matmul', 'matmul_u8', blocksFor(batch * m * n), THREADS, values)];
  }
  const kind = suffix === 'f32' && takesTensorCores(attributes, context) ? 'tf32' : suffix;
  const choice = choose(tiles[kind], attributes, context.multiprocessors, suffix !== 'i32');
  return tiledMatmul(call, context, choice);
}

function operandsOf({ outputs, inputs, attributes }: PlacedCallOf<'matmul'>, context: PlanContext) {
  const [a, b, bias] = inputs as readonly [Place, Place, Place?];
  const { batch, m, n, k, transposeA, transposeB } = attributes;
  return {
    out: context.address(outputs[0]!),
    a: context.address(a),
    b: context.address(b),
    bias: bias === undefined ? 0n : context.address(bias),
    strideA: a.strides[0]!,
    strideB: b.strides[0]!,
    leadA: a.strides[1]!,
    leadB: b.strides[1]!,
    m,
    n,
    k,
    depthOfSplit: k,
    splits: 1,
    batch,
    transposeA: transposeA ? 1 : 0,
    transposeB: transposeB ? 1 : 0,
  };
}

/** The launches of a product with given tiles: one for at most {@link MOST_BATCHES} matrices, and the sum of splits. */
export function tiledMatmul(
  call: PlacedCallOf<'matmul'>,
  context: PlanContext,
  { tile, splits, depthOfSplit }: Choice,
): Launch[] {
  const { batch, m, n, k, transposeA, transposeB } = call.attributes;
  const [a, b] = call.inputs as readonly [Place, Place];
  const { bytes } = dtypes[a.dtype];
  const count = batch * m * n;
  const values = operandsOf(call, context);
  const target = splits === 1 ? values.out : context.scratch(splits * count * bytes);
  const flags = {
    vectorA: isVector(a, values.a, transposeA ? m : k, transposeA ? k : m, batch) ? 1 : 0,
    vectorB: isVector(b, values.b, transposeB ? k : n, transposeB ? n : k, batch) ? 1 : 0,
    vectorOut: n % (16 / bytes) === 0 && isAligned(target, 16) ? 1 : 0,
  };
  const module = tile.entry.startsWith('matmul_tf32') ? 'matmul-tf32' : 'matmul';
  const blocks = Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns);
  const launches: Launch[] = [];
  for (let first = 0; first < batch; first += MOST_BATCHES) {
    const shift = (address: bigint, stride: number): bigint => address + BigInt(first * stride * bytes);
    const parameters = Matmul.pack({
      ...values,
      ...flags,
      out: shift(target, m * n),
      a: shift(values.a, values.strideA),
      b: shift(values.b, values.strideB),
      bias: splits === 1 ? values.bias : 0n,
      splits,
      depthOfSplit,
    });
    const batches = Math.min(MOST_BATCHES, batch - first);
    launches.push(launch(module, tile.entry, [blocks, splits, batches], tile.threads, parameters));
  }
  if (splits > 1) {
    const { out, bias } = values;
    const entry = `matmul_sum_${suffixes[a.dtype]}`;
    const parameters = MatmulSum.pack({ out, partial: target, bias, count, n, splits });
    launches.push(launch('matmul', entry, blocksFor(count), THREADS, parameters));
  }
  return launches;
}
