import fc from 'fast-check';
import { expect } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import type { KernelAttributes, KernelCall } from '../../src/backend/kernels.ts';
import type { DType, TypedArray } from '../../src/dtype.ts';
import { contiguousStrides, numel } from '../../src/shape.ts';
import { memoryOf, place, type StoredView } from './operand.ts';

export type Geometry = KernelAttributes['conv2d'];

/** The axis of an image, and the windows on it. */
interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly count: number;
  readonly length: number;
}

const axis = (most: number): fc.Arbitrary<Axis> =>
  fc
    .record({
      kernel: fc.integer({ min: 1, max: 5 }),
      stride: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3 })),
      padding: fc.integer({ min: 0, max: 3 }),
      dilation: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3 })),
      count: fc.integer({ min: 1, max: most }),
      // Elements of the image less than the windows see: padding behind it, or elements that none sees.
      short: fc.integer({ min: -3, max: 3 }),
    })
    .map(({ short, ...rest }) => {
      const span = (rest.count - 1) * rest.stride + (rest.kernel - 1) * rest.dilation + 1;
      return { ...rest, length: Math.max(1, span - rest.padding - short) };
    });

/** Geometries of up to `channels` channels in each group and `most` outputs along an axis. */
export const geometry = (channels: number, most: number): fc.Arbitrary<Geometry> =>
  fc
    .record({
      batch: fc.integer({ min: 1, max: 4 }),
      groups: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3 })),
      inside: fc.integer({ min: 1, max: channels }),
      outside: fc.integer({ min: 1, max: channels }),
      y: axis(most),
      x: axis(most),
    })
    .map(({ batch, groups, inside, outside, y, x }) => ({
      batch,
      groups,
      inChannels: groups * inside,
      outChannels: groups * outside,
      height: y.length,
      width: x.length,
      kernelHeight: y.kernel,
      kernelWidth: x.kernel,
      strideHeight: y.stride,
      strideWidth: x.stride,
      paddingTop: y.padding,
      paddingLeft: x.padding,
      dilationHeight: y.dilation,
      dilationWidth: x.dilation,
      outHeight: y.count,
      outWidth: x.count,
    }));

/** A usual geometry: one kernel for both axes, as much padding as asked for on all sides. */
export function square(
  [batch, inChannels, outChannels]: readonly [number, number, number],
  [height, width]: readonly [number, number],
  { kernel = 3, stride = 1, padding = 1, dilation = 1, groups = 1 } = {},
): Geometry {
  const outputs = (length: number): number =>
    Math.floor((length + 2 * padding - (kernel - 1) * dilation - 1) / stride) + 1;
  return {
    ...{ batch, groups, inChannels, outChannels, height, width },
    ...{ kernelHeight: kernel, kernelWidth: kernel, strideHeight: stride, strideWidth: stride },
    ...{ paddingTop: padding, paddingLeft: padding, dilationHeight: dilation, dilationWidth: dilation },
    outHeight: outputs(height),
    outWidth: outputs(width),
  };
}

/** Calls visit(image element, weight element, output element) for each product of the sum that defines an output. */
function eachProduct(g: Geometry, visit: (x: number, w: number, y: number) => void): void {
  const inside = g.inChannels / g.groups;
  const outside = g.outChannels / g.groups;
  for (let n = 0; n < g.batch; n++) {
    for (let o = 0; o < g.outChannels; o++) {
      for (let c = 0; c < inside; c++) {
        const channel = n * g.inChannels + Math.floor(o / outside) * inside + c;
        for (let p = 0; p < g.kernelHeight; p++) {
          for (let q = 0; q < g.kernelWidth; q++) {
            const w = ((o * inside + c) * g.kernelHeight + p) * g.kernelWidth + q;
            for (let i = 0; i < g.outHeight; i++) {
              const row = i * g.strideHeight - g.paddingTop + p * g.dilationHeight;
              if (row < 0 || row >= g.height) continue;
              for (let j = 0; j < g.outWidth; j++) {
                const column = j * g.strideWidth - g.paddingLeft + q * g.dilationWidth;
                if (column < 0 || column >= g.width) continue;
                const y = ((n * g.outChannels + o) * g.outHeight + i) * g.outWidth + j;
                visit((channel * g.height + row) * g.width + column, w, y);
              }
            }
          }
        }
      }
    }
  }
}

const shapesOf = (g: Geometry) => ({
  x: [g.batch, g.inChannels, g.height, g.width],
  weight: [g.outChannels, g.inChannels / g.groups, g.kernelHeight, g.kernelWidth],
  bias: [g.outChannels],
  y: [g.batch, g.outChannels, g.outHeight, g.outWidth],
});

/** Numbers in [-1, 1), the same for the same seed and number of them. */
export function filled(shape: readonly number[], dtype: DType, seed: number): StoredView {
  const count = numel(shape);
  const memory = dtype === 'float64' ? new Float64Array(count) : new Float32Array(count);
  let state = seed * 7919 + count;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    memory[i] = state / 2 ** 31 - 1;
  }
  return { dtype, shape, strides: contiguousStrides(shape), offset: 0, memory };
}

/** A call with its operands in no engine yet. */
export interface ConvolutionCall {
  readonly kind: 'conv2d' | 'conv2dBackwardInput' | 'conv2dBackwardWeight';
  readonly outputs: readonly StoredView[];
  readonly inputs: readonly StoredView[];
  readonly attributes: Geometry;
}

/** The convolution of a geometry and its gradients, on random numbers. */
export function callsOf(attributes: Geometry, dtype: DType, hasBias: boolean): readonly ConvolutionCall[] {
  const shapes = shapesOf(attributes);
  const x = filled(shapes.x, dtype, 1);
  const weight = filled(shapes.weight, dtype, 2);
  const bias = filled(shapes.bias, dtype, 3);
  const y = filled(shapes.y, dtype, 4);
  const optional = hasBias ? [bias] : [];
  return [
    { kind: 'conv2d', outputs: [y], inputs: [x, weight, ...optional], attributes },
    { kind: 'conv2dBackwardInput', outputs: [x], inputs: [y, weight], attributes },
    { kind: 'conv2dBackwardWeight', outputs: [weight, ...optional], inputs: [y, x], attributes },
  ];
}

/** The same call on images that have the zeros around them that their windows see. */
export function padded(call: ConvolutionCall): ConvolutionCall {
  const { attributes: g } = call;
  const height = Math.max(
    g.height + g.paddingTop,
    (g.outHeight - 1) * g.strideHeight + (g.kernelHeight - 1) * g.dilationHeight + 1,
  );
  const width = Math.max(
    g.width + g.paddingLeft,
    (g.outWidth - 1) * g.strideWidth + (g.kernelWidth - 1) * g.dilationWidth + 1,
  );
  const attributes = { ...g, height, width, paddingTop: 0, paddingLeft: 0 };
  const shape = shapesOf(attributes).x;
  const at = call.kind === 'conv2d' ? 0 : 1;
  const x = call.inputs[at]!;
  const memory = new Float64Array(numel(shape));
  x.memory.forEach((value, i) => {
    const row = Math.floor(i / g.width);
    const plane = Math.floor(row / g.height);
    memory[(plane * height + (row % g.height) + g.paddingTop) * width + (i % g.width) + g.paddingLeft] =
      value;
  });
  const image: StoredView = {
    ...x,
    shape,
    strides: contiguousStrides(shape),
    memory: x.dtype === 'float64' ? memory : Float32Array.from(memory),
  };
  return { ...call, attributes, inputs: call.inputs.with(at, image) };
}

export function resultsOf(call: ConvolutionCall, backend: Backend): TypedArray[] {
  const outputs = call.outputs.map((view) => place(view, backend));
  const inputs = call.inputs.map((view) => place(view, backend));
  try {
    backend.execute({ ...call, outputs, inputs } as KernelCall);
    return outputs.map(memoryOf);
  } finally {
    for (const { storage } of [...outputs, ...inputs]) storage.release();
  }
}

interface Sum {
  readonly values: Float64Array;
  /** Sums of the terms' magnitudes. */
  readonly magnitudes: Float64Array;
}

/** The results by their definition, in float64. */
function definition({ kind, outputs, inputs, attributes: g }: ConvolutionCall): Sum[] {
  const sums = outputs.map(({ memory: { length } }) => ({
    values: new Float64Array(length),
    magnitudes: new Float64Array(length),
  }));
  const add = (sum: Sum | undefined, at: number, term: number): void => {
    if (sum === undefined) return;
    sum.values[at]! += term;
    sum.magnitudes[at]! += Math.abs(term);
  };
  const [a, b, bias] = inputs.map(({ memory }) => memory);
  const [first, second] = sums;
  const plane = g.outHeight * g.outWidth;
  if (kind === 'conv2d') {
    first!.values.forEach((_, i) => void add(first, i, bias?.[Math.floor(i / plane) % g.outChannels] ?? 0));
    eachProduct(g, (x, w, y) => void add(first, y, a![x]! * b![w]!));
  } else if (kind === 'conv2dBackwardInput') {
    eachProduct(g, (x, w, y) => void add(first, x, a![y]! * b![w]!));
  } else {
    eachProduct(g, (x, w, y) => void add(first, w, a![y]! * b![x]!));
    a!.forEach((grad, i) => void add(second, Math.floor(i / plane) % g.outChannels, grad));
  }
  return sums;
}

/** Holds the results of a call against the definition; those of an engine's kernel where none are given. */
export function compareConvolution(
  call: ConvolutionCall,
  backend: Backend,
  results: readonly TypedArray[] = resultsOf(call, backend),
): void {
  const wanted = definition(call);
  const epsilon = call.outputs[0]!.dtype === 'float32' ? 2 ** -24 : 2 ** -53;
  results.forEach((got, i) => {
    const { values, magnitudes } = wanted[i]!;
    for (let at = 0; at < values.length; at++) {
      if (Math.abs(got[at]! - values[at]!) <= 64 * epsilon * (magnitudes[at]! + Math.abs(values[at]!)))
        continue;
      expect.fail(
        `${call.kind} ${JSON.stringify(call.attributes)}, output ${i}, element ${at} of ${values.length}: expected ${values[at]}, got ${got[at]}`,
      );
    }
  });
}
