import fc from 'fast-check';
import { expect } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import type { KernelAttributes, KernelCall } from '../../src/backend/kernels.ts';
import type { DType, TypedArray } from '../../src/dtype.ts';
import { contiguousStrides } from '../../src/shape.ts';
import { filled } from './convolution.ts';
import { memoryOf, place, type StoredView } from './operand.ts';

export type Geometry = KernelAttributes['avgPool2d'];

interface Axis {
  readonly length: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly count: number;
}

/** Windows on an axis, of which the last ones may reach beyond it, and the padding may be wider than windows. */
const axis = (most: number): fc.Arbitrary<Axis> =>
  fc.record({
    length: fc.integer({ min: 1, max: most }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.oneof(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 4 })),
    padding: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 })),
    dilation: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 3 })),
    count: fc.integer({ min: 1, max: most }),
  });

const geometryOf = (
  planes: number,
  y: Axis,
  x: Axis,
  countIncludePad: boolean,
  divisor: number,
): Geometry => ({
  planes,
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
  countIncludePad,
  divisor,
});

/** Geometries of up to `most` elements and windows along an axis. */
export const geometry = (most: number): fc.Arbitrary<Geometry> =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), axis(most), axis(most), fc.boolean(), fc.constantFrom(0, 0, 3, -2))
    .map((parts) => geometryOf(...parts));

/** A usual geometry: one kernel for both axes. */
export function square(
  planes: number,
  length: number,
  kernel: number,
  stride = kernel,
  padding = 0,
): Geometry {
  const count = Math.floor((length + 2 * padding - kernel) / stride) + 1;
  const side = { length, kernel, stride, padding, dilation: 1, count };
  return geometryOf(planes, side, side, true, 0);
}

/** Positions in the plane that an output sees, in order. */
function seen(g: Geometry, i: number, j: number): number[] {
  const positions: number[] = [];
  for (let p = 0; p < g.kernelHeight; p++) {
    const row = i * g.strideHeight - g.paddingTop + p * g.dilationHeight;
    if (row < 0 || row >= g.height) continue;
    for (let q = 0; q < g.kernelWidth; q++) {
      const column = j * g.strideWidth - g.paddingLeft + q * g.dilationWidth;
      if (column >= 0 && column < g.width) positions.push(row * g.width + column);
    }
  }
  return positions;
}

function divisorOf(g: Geometry, i: number, j: number): number {
  if (g.divisor !== 0) return g.divisor;
  if (!g.countIncludePad) return seen(g, i, j).length;
  let rows = 0;
  for (let p = 0; p < g.kernelHeight; p++)
    if (i * g.strideHeight + p * g.dilationHeight < g.height + 2 * g.paddingTop) rows++;
  let columns = 0;
  for (let q = 0; q < g.kernelWidth; q++)
    if (j * g.strideWidth + q * g.dilationWidth < g.width + 2 * g.paddingLeft) columns++;
  return rows * columns;
}

/** Calls visit(output, input plane's start, row, column) for each window. */
function eachWindow(g: Geometry, visit: (out: number, plane: number, i: number, j: number) => void): void {
  let out = 0;
  for (let plane = 0; plane < g.planes; plane++) {
    for (let i = 0; i < g.outHeight; i++) {
      for (let j = 0; j < g.outWidth; j++) visit(out++, plane * g.height * g.width, i, j);
    }
  }
}

/** The results of the four kinds by their definition, rounded as engines round them. */
function definition(g: Geometry, x: TypedArray, grad: TypedArray, round: (x: number) => number) {
  const values = Array.from(grad, () => 0);
  const indices = Array.from(grad, () => 0);
  const means = Array.from(grad, () => 0);
  const maxGrad = Array.from(x, () => 0);
  const meanGrad = Array.from(x, () => 0);
  eachWindow(g, (out, plane, i, j) => {
    const positions = seen(g, i, j);
    const divisor = divisorOf(g, i, j);
    let best = Number.NEGATIVE_INFINITY;
    let at = -1;
    let sum = 0;
    for (const position of positions) {
      const value = x[plane + position]!;
      sum += value;
      if (value > best || at < 0 || (Number.isNaN(value) && !Number.isNaN(best))) {
        best = value;
        at = position;
      }
    }
    values[out] = best;
    indices[out] = at;
    means[out] = round(sum / divisor);
    if (at >= 0) maxGrad[plane + at] = round(maxGrad[plane + at]! + grad[out]!);
    const share = round(grad[out]! / divisor);
    for (const position of positions) meanGrad[plane + position] = round(meanGrad[plane + position]! + share);
  });
  return { values, indices, means, maxGrad, meanGrad };
}

function run(
  backend: Backend,
  kind: KernelCall['kind'],
  outputs: readonly StoredView[],
  inputs: readonly StoredView[],
  attributes: object,
): number[][] {
  const placed = [outputs, inputs].map((views) => views.map((view) => place(view, backend)));
  try {
    backend.execute({ kind, outputs: placed[0], inputs: placed[1], attributes } as KernelCall);
    return placed[0]!.map((view) => [...memoryOf(view)]);
  } finally {
    for (const { storage } of placed.flat()) storage.release();
  }
}

const integers = (shape: readonly number[], values: readonly number[]): StoredView => ({
  dtype: 'int32',
  shape,
  strides: contiguousStrides(shape),
  offset: 0,
  memory: Int32Array.from(values),
});

/** Holds the kinds of pooling on an engine to their definition, bit for bit. Every seventh element is NaN where it is asked for. */
export function comparePooling(backend: Backend, g: Geometry, dtype: DType, withNaN = false): void {
  const { countIncludePad: _, divisor: __, ...windows } = g;
  const image = [g.planes, g.height, g.width];
  const pooled = [g.planes, g.outHeight, g.outWidth];
  const x = filled(image, dtype, 1);
  // Few values, so that there are equal ones.
  for (let i = 0; i < x.memory.length; i++) x.memory[i] = Math.round(x.memory[i]! * 4) / 4;
  if (withNaN) for (let i = 0; i < x.memory.length; i += 7) x.memory[i] = Number.NaN;
  const grad = filled(pooled, dtype, 2);
  const round = dtype === 'float32' ? Math.fround : (value: number): number => value;
  const wanted = definition(g, x.memory, grad.memory, round);
  const index = integers(pooled, wanted.indices);
  const blankIndex = integers(
    pooled,
    wanted.indices.map(() => -7),
  );
  const name = JSON.stringify(g);
  expect(run(backend, 'maxPool2d', [grad], [x], windows), name).toEqual([wanted.values]);
  expect(run(backend, 'maxPool2d', [grad, blankIndex], [x], windows), name).toEqual([
    wanted.values,
    wanted.indices,
  ]);
  expect(run(backend, 'maxPool2dBackward', [x], [grad, index], windows), name).toEqual([wanted.maxGrad]);
  if (withNaN) return;
  expect(run(backend, 'avgPool2d', [grad], [x], g), name).toEqual([wanted.means]);
  // A window that sees nothing has no share to give, whatever it is divided by.
  expect(run(backend, 'avgPool2dBackward', [x], [grad], g), name).toEqual([wanted.meanGrad]);
}
