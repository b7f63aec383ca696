import { nn, tensor } from '@kindling/core';
import { groupNorm } from './composed-layers.ts';
import type { LayerPlace } from './layer-place.ts';

/** Adds a layer of signals or images; undefined for any other. */
export function addImageLayer(place: LayerPlace, module: nn.Module, x: string): string | undefined {
  if (module instanceof nn.Conv1d || module instanceof nn.Conv2d) return convolution(module, x, place);
  if (module instanceof nn.ConvTranspose1d || module instanceof nn.ConvTranspose2d) {
    return transposed(module, x, place);
  }
  if (module instanceof nn.MaxPool1d || module instanceof nn.MaxPool2d) return maxPool(module, x, place);
  if (module instanceof nn.AvgPool1d || module instanceof nn.AvgPool2d) return avgPool(module, x, place);
  if (module instanceof nn.AdaptiveAvgPool1d || module instanceof nn.AdaptiveAvgPool2d) {
    return adaptiveAvgPool(module, x, place);
  }
  if (module instanceof nn.AdaptiveMaxPool1d || module instanceof nn.AdaptiveMaxPool2d) {
    return adaptiveMaxPool(module, x, place);
  }
  const mode = padModes.find(([kind]) => module instanceof kind)?.[1];
  if (mode !== undefined) {
    const { padding } = module as nn.ZeroPad2d;
    const hasValue = module instanceof nn.ConstantPad1d || module instanceof nn.ConstantPad2d;
    return padded(x, sidesOf(padding), mode, place, hasValue ? module.value : 0);
  }
  if (module instanceof nn.Upsample) return upsample(module, x, place);
  if (module instanceof nn.PixelShuffle) {
    const blocks = { blocksize: { int: module.upscaleFactor }, mode: { text: 'CRD' } };
    return place.add('DepthToSpace', [x], blocks);
  }
  if (module instanceof nn.PixelUnshuffle) return pixelUnshuffle(module, x, place);
  if (module instanceof nn.Dropout1d || module instanceof nn.Dropout2d) return x;
  if (module instanceof nn.InstanceNorm1d || module instanceof nn.InstanceNorm2d) {
    if (module.runningMean !== undefined) return undefined;
    const { numFeatures: numGroups, eps, weight, bias } = module;
    return groupNorm({ numGroups, eps, weight, bias }, x, place);
  }
  return undefined;
}

/** A number for each spatial axis of an input. */
const perAxis = (value: number | readonly number[], { shape }: LayerPlace): readonly number[] =>
  typeof value === 'number' ? shape.slice(1).map(() => value) : value;

/** Padding as modules have it, [before, after] from the last axis on, as [before, after] from the first axis on. */
const sidesOf = (padding: readonly number[]): readonly (readonly [number, number])[] =>
  Array.from(
    { length: padding.length / 2 },
    (_, i) => [padding[2 * i]!, padding[2 * i + 1]!] as const,
  ).reverse();

/** As attributes have it: all that is before, then all that is behind. */
const padsOf = (sides: readonly (readonly [number, number])[]): { readonly ints: readonly number[] } => ({
  ints: [...sides.map(([before]) => before), ...sides.map(([, after]) => after)],
});

const padModes = [
  [nn.ReflectionPad1d, 'reflect'],
  [nn.ReflectionPad2d, 'reflect'],
  [nn.ReplicationPad1d, 'edge'],
  [nn.ReplicationPad2d, 'edge'],
  [nn.CircularPad1d, 'wrap'],
  [nn.CircularPad2d, 'wrap'],
  [nn.ZeroPad1d, 'constant'],
  [nn.ZeroPad2d, 'constant'],
  [nn.ConstantPad1d, 'constant'],
  [nn.ConstantPad2d, 'constant'],
] as const;

type PadMode = (typeof padModes)[number][1];

/** Elements around each sample. What goes around in a circle is put together of parts: `Pad` has it from operator set 19 on alone. */
function padded(
  x: string,
  sides: readonly (readonly [number, number])[],
  mode: PadMode,
  place: LayerPlace,
  value: number,
): string {
  const { add, integers, number, shape } = place;
  if (mode !== 'wrap') {
    const { ints } = padsOf([[0, 0], [0, 0], ...sides]);
    return add('Pad', [x, integers(ints), ...(mode === 'constant' ? [number(value)] : [])], {
      mode: { text: mode },
    });
  }
  return sides.reduce((whole, [before, after], i) => {
    const [axis, size] = [i + 2, shape[i + 1]!];
    const part = (start: number, end: number): string =>
      add('Slice', [whole, integers([start]), integers([end]), integers([axis])]);
    const [first, last] = [Math.max(0, -before), size - Math.max(0, -after)];
    const parts = [
      ...(before > 0 ? [part(size - before, size)] : []),
      first === 0 && last === size ? whole : part(first, last),
      ...(after > 0 ? [part(0, after)] : []),
    ];
    return parts.length === 1 ? parts[0]! : add('Concat', parts, { axis: { int: axis } });
  }, x);
}

function convolution(module: nn.Conv1d | nn.Conv2d, x: string, place: LayerPlace): string {
  const { weight, bias, kernelSize, stride, padding, dilation, groups, paddingMode } = module;
  const sides = kernelSize.map((size, axis) => {
    if (padding === 'valid') return [0, 0] as const;
    if (padding !== 'same') return [padding[axis]!, padding[axis]!] as const;
    const all = dilation[axis]! * (size - 1);
    return [Math.floor(all / 2), Math.ceil(all / 2)] as const;
  });
  const isInside = paddingMode === 'zeros';
  const modes = { zeros: 'constant', reflect: 'reflect', replicate: 'edge', circular: 'wrap' } as const;
  const input = isInside ? x : padded(x, sides, modes[paddingMode], place, 0);
  const parameters = [place.tensor('weight', weight), ...(bias ? [place.tensor('bias', bias)] : [])];
  return place.add('Conv', [input, ...parameters], {
    kernel_shape: { ints: kernelSize },
    strides: { ints: stride },
    dilations: { ints: dilation },
    group: { int: groups },
    pads: padsOf(isInside ? sides : sides.map(() => [0, 0] as const)),
  });
}

function transposed(module: nn.ConvTranspose1d | nn.ConvTranspose2d, x: string, place: LayerPlace): string {
  const { weight, bias, kernelSize, stride, padding, outputPadding, dilation, groups } = module;
  const parameters = [place.tensor('weight', weight), ...(bias ? [place.tensor('bias', bias)] : [])];
  return place.add('ConvTranspose', [x, ...parameters], {
    kernel_shape: { ints: kernelSize },
    strides: { ints: stride },
    dilations: { ints: dilation },
    group: { int: groups },
    pads: padsOf(padding.map((size) => [size, size] as const)),
    output_padding: { ints: outputPadding },
  });
}

function maxPool(module: nn.MaxPool1d | nn.MaxPool2d, x: string, place: LayerPlace): string {
  const { kernelSize, stride, padding, dilation, ceilMode } = module;
  return place.add('MaxPool', [x], {
    kernel_shape: { ints: perAxis(kernelSize, place) },
    strides: { ints: perAxis(stride, place) },
    dilations: { ints: perAxis(dilation, place) },
    pads: padsOf(perAxis(padding, place).map((size) => [size, size] as const)),
    ceil_mode: { int: Number(ceilMode) },
  });
}

function avgPool(module: nn.AvgPool1d | nn.AvgPool2d, x: string, place: LayerPlace): string {
  const { kernelSize, stride, padding, ceilMode, countIncludePad } = module;
  // Runtimes disagree on what a window that reaches beyond the padding is divided by.
  if (ceilMode) throw place.refused(`expected a mean of windows without ceilMode, got ${module}`);
  const kernel = perAxis(kernelSize, place);
  const mean = place.add('AveragePool', [x], {
    kernel_shape: { ints: kernel },
    strides: { ints: perAxis(stride, place) },
    pads: padsOf(perAxis(padding, place).map((size) => [size, size] as const)),
    count_include_pad: { int: Number(countIncludePad) },
  });
  const divisor = module instanceof nn.AvgPool2d ? module.divisorOverride : undefined;
  if (divisor === undefined) return mean;
  const elements = kernel.reduce((product, size) => product * size, 1);
  return place.add('Mul', [mean, place.number(elements / divisor)]);
}

type OutputSize = number | null | readonly (number | null)[];

/** Sizes of the input and the output of an adaptive pooling, along each axis. */
const parts = (outputSize: OutputSize, { shape }: LayerPlace): readonly (readonly [number, number])[] =>
  shape.slice(1).map((size, axis) => {
    const own = outputSize !== null && typeof outputSize === 'object' ? outputSize[axis] : outputSize;
    return [size, own ?? size] as const;
  });

/** The mean of each part as a product with a matrix for each axis, which is right where parts differ in size, too. */
function adaptiveAvgPool(
  { outputSize }: nn.AdaptiveAvgPool1d | nn.AdaptiveAvgPool2d,
  x: string,
  place: LayerPlace,
): string {
  const matrices = parts(outputSize, place).map(([size, count]) =>
    tensor(
      Array.from({ length: count }, (_, part) => {
        const [start, end] = [Math.floor((part * size) / count), Math.ceil(((part + 1) * size) / count)];
        return Array.from({ length: size }, (_, at) => (at >= start && at < end ? 1 / (end - start) : 0));
      }),
      { dtype: 'float64' },
    ),
  );
  const last = matrices.at(-1)!;
  const columns = place.add('MatMul', [x, place.tensor('columns', last.transpose(0, 1))]);
  return matrices.length === 1 ? columns : place.add('MatMul', [place.tensor('rows', matrices[0]!), columns]);
}

function adaptiveMaxPool(
  module: nn.AdaptiveMaxPool1d | nn.AdaptiveMaxPool2d,
  x: string,
  place: LayerPlace,
): string {
  const all = parts(module.outputSize, place);
  if (all.some(([size, count]) => size % count !== 0)) {
    throw place.refused(`expected parts of equal size of ${JSON.stringify(place.shape)}, got ${module}`);
  }
  const kernel = { ints: all.map(([size, count]) => size / count) };
  return place.add('MaxPool', [x], { kernel_shape: kernel, strides: kernel });
}

function upsample({ options }: nn.Upsample, x: string, place: LayerPlace): string {
  const { scaleFactor, mode = 'nearest', alignCorners = false } = options;
  if (scaleFactor === undefined || (mode !== 'nearest' && mode !== 'linear' && mode !== 'bilinear')) {
    throw place.refused(`expected a scaleFactor and the mode nearest, linear or bilinear, got mode ${mode}`);
  }
  const factors = place.singles([1, 1, ...perAxis(scaleFactor, place)]);
  const places = mode === 'nearest' ? 'asymmetric' : alignCorners ? 'align_corners' : 'half_pixel';
  return place.add('Resize', [x, '', factors], {
    mode: { text: mode === 'nearest' ? 'nearest' : 'linear' },
    coordinate_transformation_mode: { text: places },
    ...(mode === 'nearest' ? { nearest_mode: { text: 'floor' } } : {}),
  });
}

/** [C, H·r, W·r] to [C·r², H, W]; 0 stands for the size of the batch. */
function pixelUnshuffle({ downscaleFactor: r }: nn.PixelUnshuffle, x: string, place: LayerPlace): string {
  const { add, integers } = place;
  const [channels, height, width] = place.shape as [number, number, number];
  const blocks = add('Reshape', [x, integers([0, channels, height / r, r, width / r, r])]);
  const ordered = add('Transpose', [blocks], { perm: { ints: [0, 1, 3, 5, 2, 4] } });
  return add('Reshape', [ordered, integers([0, channels * r * r, height / r, width / r])]);
}
