import { dtypes } from '../../../dtype.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, isAligned, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { Matmul, MatmulSum, MatrixVector } from './parameters.ts';

/** Blocks in the third direction of a grid. */
const MAX_BATCHES = 65535;

/** A kernel that works tile by tile. */
export interface Tile {
  readonly entry: string;
  readonly rows: number;
  readonly columns: number;
  /** What is multiplied at each step. */
  readonly depth: number;
  readonly threads: number;
  /** Whether it reads operands 16 bytes at a time, which not all allow. */
  readonly vectors: boolean;
  /** Nanoseconds of a step for a block that has a multiprocessor to itself. */
  readonly alone: number;
  /** Nanoseconds that a step takes longer for every further block on it. */
  readonly shared: number;
}

const tile = (
  entry: string,
  [rows, columns, depth]: readonly [number, number, number],
  threads: number,
  alone: number,
  shared: number,
): Tile => ({ entry, rows, columns, depth, threads, vectors: !entry.endsWith('_any'), alone, shared });

/** Tiles of each kind of arithmetic, the largest first. Times are of an H100; what counts is how they compare. */
export const tiles: { readonly [kind in 'f32' | 'tf32' | 'f64' | 'i32']: readonly Tile[] } = {
  f32: [
    tile('matmul_f32_128x256', [128, 256, 8], 256, 1535, 1535),
    tile('matmul_f32_128x128', [128, 128, 8], 256, 890, 770),
    tile('matmul_f32_64x64', [64, 64, 16], 128, 780, 450),
    tile('matmul_f32_64x32', [64, 32, 16], 128, 525, 275),
    tile('matmul_f32_32x32', [32, 32, 16], 64, 520, 150),
    tile('matmul_f32_64x64_any', [64, 64, 16], 128, 800, 700),
    tile('matmul_f32_32x32_any', [32, 32, 16], 64, 515, 140),
  ],
  tf32: [
    tile('matmul_tf32_128x128', [128, 128, 16], 128, 980, 660),
    tile('matmul_tf32_64x64', [64, 64, 16], 128, 450, 265),
  ],
  f64: [tile('matmul_f64_64x64_any', [64, 64, 8], 256, 900, 350)],
  i32: [tile('matmul_i32_32x32_any', [32, 32, 8], 64, 500, 150)],
};

/** Nanoseconds that a launch takes besides the work, and that the sum of splits takes for each element of one. */
const LAUNCH = 1350;
const ELEMENT_OF_SPLIT = 0.0013;
/** Nanoseconds for each element of a tile: a block has nothing to multiply before its first loads, and stores at its end. */
const ELEMENT_OF_TILE = 0.055;

/** Rounds of blocks that splits are chosen to fill. */
const MAX_ROUNDS = 8;
/** Splits at most: where they have few steps each, and in all. */
const MAX_SHORT_SPLITS = 16;
const FEW_STEPS = 8;
const MAX_SPLITS = 64;

export interface Choice {
  readonly tile: Tile;
  readonly splits: number;
  readonly depthOfSplit: number;
}

export interface Sizes {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Tiles for operands that do or do not allow loads of 16 bytes: those that make use of it, where the kind has any. */
export function candidatesOf(kind: keyof typeof tiles, vectors: boolean): readonly Tile[] {
  const wide = tiles[kind].filter((tile) => tile.vectors);
  return vectors && wide.length > 0 ? wide : tiles[kind].filter((tile) => !tile.vectors);
}

const choices = new Map<string, Choice>();
const MAX_CHOICES = 1000;

/** {@link choose}, or what it answered before. */
function chosen(kind: keyof typeof tiles, sizes: Sizes, vectors: boolean, multiprocessors: number): Choice {
  const { batch, m, n, k } = sizes;
  const key = `${kind} ${batch} ${m} ${n} ${k} ${vectors} ${multiprocessors}`;
  const known = choices.get(key);
  if (known !== undefined) return known;
  if (choices.size >= MAX_CHOICES) choices.clear();
  const choice = choose(candidatesOf(kind, vectors), sizes, multiprocessors, kind !== 'i32');
  choices.set(key, choice);
  return choice;
}

const stepsOf = (tile: Tile, { k }: Sizes): number => Math.max(Math.ceil(k / tile.depth), 1);

/** Blocks of a grid without splits. */
const blocksOf = (tile: Tile, { batch, m, n }: Sizes): number =>
  Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns) * batch;

/** Nanoseconds that a product with a tile and a number of splits should take. */
export function expectedTime(tile: Tile, splits: number, sizes: Sizes, multiprocessors: number): number {
  const { batch, m, n } = sizes;
  const shares = Math.ceil((blocksOf(tile, sizes) * splits) / multiprocessors);
  return (
    Math.ceil(stepsOf(tile, sizes) / splits) * (tile.alone + (shares - 1) * tile.shared) +
    ELEMENT_OF_TILE * tile.rows * tile.columns +
    (splits > 1 ? LAUNCH + ELEMENT_OF_SPLIT * splits * batch * m * n : 0)
  );
}

/** The tile and the splits of the depth that should take the least time. */
export function choose(
  candidates: readonly Tile[],
  sizes: Sizes,
  multiprocessors: number,
  maySplit: boolean,
): Choice {
  let best: (Choice & { time: number }) | undefined;
  for (const tile of candidates) {
    const blocks = blocksOf(tile, sizes);
    const steps = stepsOf(tile, sizes);
    const most = Math.min(steps, Math.max(Math.ceil(steps / FEW_STEPS), MAX_SHORT_SPLITS), MAX_SPLITS);
    for (let rounds = 0; rounds <= (maySplit ? MAX_ROUNDS : 0); rounds++) {
      const wanted = Math.min(Math.floor((rounds * multiprocessors) / blocks), most);
      if (rounds > 0 && wanted < 2) continue;
      const stepsOfSplit = Math.ceil(steps / Math.max(wanted, 1));
      const splits = Math.ceil(steps / stepsOfSplit);
      const time = expectedTime(tile, splits, sizes, multiprocessors);
      if (best !== undefined && best.time <= time) continue;
      best = { tile, splits, depthOfSplit: stepsOfSplit * tile.depth, time };
    }
  }
  return best!;
}

/** Whether an operand may be read 16 bytes at a time: `along` counts the elements that are contiguous, `lines` the others. */
function isVector(view: BufferView, address: bigint, along: number, lines: number, batch: number): boolean {
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

/** Whether both operands may be read 16 bytes at a time. */
function allowVectors({ inputs, attributes }: LoweredCallOf<'matmul'>, context: PlanContext): boolean {
  const [a, b] = inputs as readonly [BufferView, BufferView];
  const { batch, m, n, k, transposeA, transposeB } = attributes;
  return (
    isVector(a, context.address(a), transposeA ? m : k, transposeA ? k : m, batch) &&
    isVector(b, context.address(b), transposeB ? k : n, transposeB ? n : k, batch)
  );
}

export function matmul(call: LoweredCallOf<'matmul'>, context: PlanContext): Launch[] {
  const { attributes } = call;
  if (attributes.batch * attributes.m * attributes.n === 0) return [];
  const suffix = suffixes[(call.inputs[0] as BufferView).dtype];
  if (suffix === 'u8') {
    const { batch, m, n } = attributes;
    const values = Matmul.pack(operandsOf(call, context));
    return [launch('matmul', 'matmul_u8', blocksFor(batch * m * n), THREADS, values)];
  }
  const single = suffix === 'i32' ? undefined : matrixVector(call, context);
  if (single !== undefined) return [single];
  const vectors = allowVectors(call, context);
  const kind = suffix === 'f32' && vectors && takesTensorCores(attributes, context) ? 'tf32' : suffix;
  return tiledMatmul(call, context, chosen(kind, attributes, vectors, context.multiprocessors));
}

function operandsOf({ outputs, inputs, attributes }: LoweredCallOf<'matmul'>, context: PlanContext) {
  const [a, b, bias] = inputs as readonly [BufferView, BufferView, BufferView?];
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

/** Rows that a block of a product with a vector works on: one a warp. */
const ROWS = THREADS / 32;

/** A row a · bᵀ, or a column a · b, of floats whose matrix has contiguous rows along the depth; undefined for other products. */
function matrixVector(call: LoweredCallOf<'matmul'>, context: PlanContext): Launch | undefined {
  const { batch, m, n, k, transposeA, transposeB } = call.attributes;
  const byRow = m === 1 && transposeB;
  if ((!byRow && (n !== 1 || transposeA)) || batch > MAX_BATCHES) return undefined;
  const [a, b] = call.inputs as readonly [BufferView, BufferView];
  const values = operandsOf(call, context);
  const [matrix, vector, rows] = byRow ? [b, a, n] : [a, b, m];
  const contiguous = byRow ? !transposeA : transposeB;
  const [addressOfMatrix, addressOfVector] = byRow ? [values.b, values.a] : [values.a, values.b];
  const vectors =
    contiguous &&
    isVector(matrix, addressOfMatrix, k, rows, batch) &&
    isVector(vector, addressOfVector, k, 1, batch);
  const parameters = MatrixVector.pack({
    out: values.out,
    matrix: addressOfMatrix,
    vector: addressOfVector,
    bias: values.bias,
    strideMatrix: matrix.strides[0]!,
    strideVector: vector.strides[0]!,
    lead: matrix.strides[1]!,
    step: contiguous ? 1 : vector.strides[1]!,
    rows,
    k,
    biasStep: byRow ? 1 : 0,
    vectors: vectors ? 1 : 0,
  });
  const entry = `matmul_vector_${suffixes[a.dtype]}`;
  return launch('matmul', entry, [Math.ceil(rows / ROWS), batch, 1], THREADS, parameters);
}

/** The launches of a product with given tiles: one for at most {@link MAX_BATCHES} matrices, and the sum of splits. */
export function tiledMatmul(
  call: LoweredCallOf<'matmul'>,
  context: PlanContext,
  { tile, splits, depthOfSplit }: Choice,
): Launch[] {
  const { batch, m, n } = call.attributes;
  const { dtype } = call.outputs[0]!;
  const { bytes } = dtypes[dtype];
  const count = batch * m * n;
  const values = operandsOf(call, context);
  const target = splits === 1 ? values.out : context.scratch(splits * count * bytes);
  const vectorOut = n % (16 / bytes) === 0 && isAligned(target, 16) ? 1 : 0;
  const module = tile.entry.startsWith('matmul_tf32') ? 'matmul-tf32' : 'matmul';
  const blocks = Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns);
  const launches: Launch[] = [];
  for (let first = 0; first < batch; first += MAX_BATCHES) {
    const shift = (address: bigint, stride: number): bigint => address + BigInt(first * stride * bytes);
    const parameters = Matmul.pack({
      ...values,
      vectorOut,
      out: shift(target, m * n),
      a: shift(values.a, values.strideA),
      b: shift(values.b, values.strideB),
      bias: splits === 1 ? values.bias : 0n,
      splits,
      depthOfSplit,
    });
    const batches = Math.min(MAX_BATCHES, batch - first);
    launches.push(launch(module, tile.entry, [blocks, splits, batches], tile.threads, parameters));
  }
  if (splits > 1) {
    const { out, bias } = values;
    const entry = `matmul_sum_${suffixes[dtype]}`;
    const parameters = MatmulSum.pack({ out, partial: target, bias, count, n, splits });
    launches.push(launch('matmul', entry, blocksFor(count), THREADS, parameters));
  }
  return launches;
}
