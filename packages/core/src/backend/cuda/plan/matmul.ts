import { dtypes } from '../../../dtype.ts';
import type { Place, PlacedCallOf } from '../../placed-call.ts';
import { blocksFor, isAligned, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Matmul, MatmulSum } from './parameters.ts';

/** Blocks in the third direction of a grid. */
const MOST_BATCHES = 65535;

/** A kernel that works tile by tile. */
interface Tile {
  readonly module: string;
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
  rows: number,
  columns: number,
  depth: number,
  threads: number,
  rate: number,
): Tile => ({
  module: 'matmul',
  entry,
  rows,
  columns,
  depth,
  threads,
  rate,
});

const float32Tiles: readonly Tile[] = [
  tile('matmul_f32_128x128', 128, 128, 8, 256, 100),
  tile('matmul_f32_64x64', 64, 64, 16, 128, 75),
  tile('matmul_f32_32x32', 32, 32, 16, 64, 40),
];
const float64Tiles = [tile('matmul_f64_64x64', 64, 64, 8, 256, 32)];
const int32Tiles = [tile('matmul_i32_32x32', 32, 32, 16, 64, 32)];

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
  tiles: readonly Tile[],
  sizes: Sizes,
  multiprocessors: number,
  mayesplit: boolean,
): Choice {
  const { batch, m, n, k } = sizes;
  let best: (Choice & { cycles: number }) | undefined;
  for (const candidate of tiles) {
    const blocks = Math.ceil(m / candidate.rows) * Math.ceil(n / candidate.columns) * batch;
    for (const count of mayesplit ? splitCounts : [1]) {
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

export function matmul(call: PlacedCallOf<'matmul'>, context: PlanContext): Launch[] {
  const { batch, m, n, k, transposeA, transposeB } = call.attributes;
  const count = batch * m * n;
  if (count === 0) return [];
  const [a, b, biasPlace] = call.inputs as readonly [Place, Place, Place?];
  const suffix = suffixes[a.dtype];
  const out = context.address(call.outputs[0]!);
  const addressA = context.address(a);
  const addressB = context.address(b);
  const bias = biasPlace === undefined ? 0n : context.address(biasPlace);
  const values = {
    out,
    a: addressA,
    b: addressB,
    bias,
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
  if (suffix === 'u8') return [launch('matmul', 'matmul_u8', blocksFor(count), THREADS, Matmul.pack(values))];

  const tiles = suffix === 'f32' ? float32Tiles : suffix === 'f64' ? float64Tiles : int32Tiles;
  const choice = choose(tiles, call.attributes, context.multiprocessors, suffix !== 'i32');
  const { tile, splits, depthOfSplit } = choice;
  const { bytes } = dtypes[a.dtype];
  const elements = 16 / bytes;
  const target = splits === 1 ? out : context.scratch(splits * count * bytes);
  const flags = {
    vectorA: isVector(a, addressA, transposeA ? m : k, transposeA ? k : m, batch) ? 1 : 0,
    vectorB: isVector(b, addressB, transposeB ? k : n, transposeB ? n : k, batch) ? 1 : 0,
    vectorOut: n % elements === 0 && isAligned(target, 16) ? 1 : 0,
  };
  const launches: Launch[] = [];
  for (let first = 0; first < batch; first += MOST_BATCHES) {
    const batches = Math.min(MOST_BATCHES, batch - first);
    const shift = (address: bigint, stride: number): bigint => address + BigInt(first * stride * bytes);
    const parameters = Matmul.pack({
      ...values,
      ...flags,
      out: shift(target, m * n),
      a: shift(addressA, values.strideA),
      b: shift(addressB, values.strideB),
      bias: splits === 1 ? bias : 0n,
      splits,
      depthOfSplit,
      batch: splits === 1 ? batches : batch,
    });
    const blocks = Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns);
    launches.push(launch(tile.module, tile.entry, [blocks, splits, batches], tile.threads, parameters));
  }
  if (splits > 1) {
    const parameters = MatmulSum.pack({ out, partial: target, bias, count, n, splits });
    launches.push(launch('matmul', `matmul_sum_${suffix}`, blocksFor(count), THREADS, parameters));
  }
  return launches;
}
