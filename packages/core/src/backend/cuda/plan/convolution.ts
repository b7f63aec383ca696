import { dtypes } from '../../../dtype.ts';
import type { KernelAttributes } from '../../kernels.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { divisor } from './layout.ts';
import { ChannelSum, ConvolutionProduct, MatmulSum } from './parameters.ts';

type Sizes = KernelAttributes['conv2d'];

/** Blocks in the second and in the third direction of a grid. */
const MAX_BLOCKS = 65535;

/** Indices that kernels count with 32 bits. */
const MAX_INDICES = 2 ** 31 - 1;

/** A kernel's tile: what is multiplied at each step, and its threads. */
interface Tile {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly threads: number;
}

const tiles = {
  large: { name: 'f32_128x128', rows: 128, columns: 128, depth: 8, threads: 256 },
  medium: { name: 'f32_64x64', rows: 64, columns: 64, depth: 16, threads: 128 },
  flat: { name: 'f32_16x128', rows: 16, columns: 128, depth: 16, threads: 128 },
  double: { name: 'f64_64x64', rows: 64, columns: 64, depth: 8, threads: 256 },
} as const satisfies { readonly [name: string]: Tile };

/** Blocks that keep a GPU busy. Results hang on no GPU, so it is not asked for its size. */
const ENOUGH_BLOCKS = 256;

/** Steps of a split at least: fewer are done sooner than another launch puts them together. */
const LEAST_STEPS = 8;

/** The product of one group: [m, k] · [k, n]. */
interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

const blocksOf = ({ rows, columns }: Tile, { m, n }: Product): number =>
  Math.ceil(m / rows) * Math.ceil(n / columns);

function tileFor(suffix: string, groups: number, product: Product): Tile {
  if (suffix === 'f64') return tiles.double;
  if (product.m <= tiles.flat.rows) return tiles.flat;
  const isLarge = product.m > tiles.medium.rows && groups * blocksOf(tiles.large, product) >= ENOUGH_BLOCKS;
  return isLarge ? tiles.large : tiles.medium;
}

const divisorOf = (size: number) => (size === 1 ? { size } : { size, ...divisor(size) });

/** What the products of all three kinds have in common. */
const geometryOf = (s: Sizes) => ({
  groups: s.groups,
  strideHeight: s.strideHeight,
  strideWidth: s.strideWidth,
  paddingTop: s.paddingTop,
  paddingLeft: s.paddingLeft,
  dilationHeight: s.dilationHeight,
  dilationWidth: s.dilationWidth,
  taps: divisorOf(s.kernelHeight * s.kernelWidth),
  tapRow: divisorOf(s.kernelWidth),
  strideDivisors: [divisorOf(s.strideHeight), divisorOf(s.strideWidth)],
});

/** Calls launch(first, count) for runs of groups that a grid takes. */
function overGroups(groups: number, launch: (first: number, count: number) => Launch): Launch[] {
  const launches: Launch[] = [];
  for (let first = 0; first < groups; first += MAX_BLOCKS)
    launches.push(launch(first, Math.min(MAX_BLOCKS, groups - first)));
  return launches;
}

/** Runs [first, count] of a batch whose images have so many elements each that all of a run can be counted. */
function runsOf(batch: number, plane: number): [first: number, count: number][] {
  const most = Math.max(1, Math.floor(MAX_INDICES / plane));
  return Array.from({ length: Math.ceil(batch / most) }, (_, i) => [
    i * most,
    Math.min(most, batch - i * most),
  ]);
}

const addressesOf =
  (context: PlanContext) =>
  (view: BufferView | undefined): bigint =>
    view === undefined ? 0n : context.address(view);

/** The result of a convolution, or its gradient by the image: a spatial index for each column. */
function spatialProduct(
  pass: 'forward' | 'input',
  call: LoweredCallOf<'conv2d' | 'conv2dBackwardInput'>,
  context: PlanContext,
): Launch[] {
  const { attributes: s } = call;
  const inside = s.inChannels / s.groups;
  const outside = s.outChannels / s.groups;
  const taps = s.kernelHeight * s.kernelWidth;
  const [image, weight, bias] = call.inputs as readonly [BufferView, BufferView, BufferView?];
  const { dtype } = image;
  const addressOf = addressesOf(context);
  const [m, channels, rows, columns, height, width] =
    pass === 'forward'
      ? [outside, inside, s.outHeight, s.outWidth, s.height, s.width]
      : [inside, outside, s.height, s.width, s.outHeight, s.outWidth];
  const plane = rows * columns;
  const bytesOf = (elements: number): bigint => BigInt(elements * dtypes[dtype].bytes);
  return runsOf(s.batch, plane).flatMap(([first, images]) => {
    const product = { m, n: images * plane, k: channels * taps };
    const tile = tileFor(suffixes[dtype], s.groups, product);
    const values = {
      ...geometryOf(s),
      ...product,
      out: addressOf(call.outputs[0]) + bytesOf(first * s.groups * m * plane),
      a: addressOf(weight),
      image: addressOf(image) + bytesOf(first * s.groups * channels * height * width),
      bias: addressOf(bias),
      aGroup: outside * inside * taps,
      aRow: pass === 'forward' ? inside * taps : taps,
      aChannel: pass === 'forward' ? taps : inside * taps,
      depthOfSplit: product.k,
      channels,
      height,
      width,
      plane: divisorOf(plane),
      row: divisorOf(columns),
    };
    const entry = `convolution_${pass}_${tile.name}`;
    return overGroups(s.groups, (firstGroup, count) =>
      launch(
        'convolution',
        entry,
        [blocksOf(tile, product), 1, count],
        tile.threads,
        ConvolutionProduct.pack({ ...values, firstGroup }),
      ),
    );
  });
}

export const conv2d = (call: LoweredCallOf<'conv2d'>, context: PlanContext): Launch[] =>
  spatialProduct('forward', call, context);

export const conv2dBackwardInput = (
  call: LoweredCallOf<'conv2dBackwardInput'>,
  context: PlanContext,
): Launch[] => spatialProduct('input', call, context);

/** The gradient by the weight: its depth, all outputs of all images, is cut into parts that are added in their order. */
export function conv2dBackwardWeight(
  call: LoweredCallOf<'conv2dBackwardWeight'>,
  context: PlanContext,
): Launch[] {
  const { attributes: s } = call;
  const inside = s.inChannels / s.groups;
  const [weightGrad, biasGrad] = call.outputs as readonly [BufferView, BufferView?];
  const [grad, image] = call.inputs as readonly [BufferView, BufferView];
  const suffix = suffixes[grad.dtype];
  const { bytes } = dtypes[grad.dtype];
  const addressOf = addressesOf(context);
  const plane = s.outHeight * s.outWidth;
  const sizes = { m: s.outChannels / s.groups, n: inside * s.kernelHeight * s.kernelWidth };
  const count = s.groups * sizes.m * sizes.n;

  // A batch without images leaves one run of no depth, which writes zeros.
  const batches = s.batch === 0 ? [[0, 0] as const] : runsOf(s.batch, plane);
  const runs = batches.map(([first, images]) => {
    const product = { ...sizes, k: images * plane };
    const tile = tileFor(suffix, s.groups, product);
    const steps = Math.max(1, Math.ceil(product.k / tile.depth));
    const wanted = Math.ceil(ENOUGH_BLOCKS / (s.groups * blocksOf(tile, product)));
    const most = Math.max(1, Math.min(wanted, Math.floor(steps / LEAST_STEPS)));
    const depthOfSplit = Math.ceil(steps / most) * tile.depth;
    return { first, product, tile, depthOfSplit, splits: Math.max(1, Math.ceil(product.k / depthOfSplit)) };
  });
  const parts = runs.reduce((total, { splits }) => total + splits, 0);
  const out = addressOf(weightGrad);
  const target = parts === 1 ? out : context.scratch(parts * count * bytes);
  let before = 0;
  const launches = runs.flatMap(({ first, product, tile, depthOfSplit, splits }) => {
    const shift = (elements: number): bigint => BigInt(elements * bytes);
    const values = {
      ...geometryOf(s),
      ...product,
      out: target + shift(before * count),
      a: addressOf(grad) + shift(first * s.outChannels * plane),
      image: addressOf(image) + shift(first * s.inChannels * s.height * s.width),
      aGroup: sizes.m * plane,
      aRow: plane,
      aImage: s.outChannels * plane,
      depthOfSplit,
      channels: inside,
      height: s.height,
      width: s.width,
      plane: divisorOf(plane),
      row: divisorOf(s.outWidth),
    };
    before += splits;
    return overGroups(s.groups, (firstGroup, groups) =>
      launch(
        'convolution',
        `convolution_weight_${tile.name}`,
        [blocksOf(tile, product), splits, groups],
        tile.threads,
        ConvolutionProduct.pack({ ...values, firstGroup }),
      ),
    );
  });
  if (parts > 1) {
    const sum = MatmulSum.pack({ out, partial: target, count, n: sizes.n, splits: parts });
    launches.push(launch('matmul', `matmul_sum_${suffix}`, blocksFor(count), THREADS, sum));
  }
  if (biasGrad !== undefined) {
    const sum = ChannelSum.pack({
      out: addressOf(biasGrad),
      x: addressOf(grad),
      images: s.batch,
      channels: s.outChannels,
      plane,
    });
    launches.push(launch('convolution', `convolution_bias_${suffix}`, s.outChannels, THREADS, sum));
  }
  return launches;
}
