import fc from 'fast-check';
import { expect } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import { type DType, dtypes } from '../../src/dtype.ts';
import { Tensor } from '../../src/index.ts';
import { contiguousStrides } from '../../src/shape.ts';
import { cases } from '../random-calls/compare.ts';
import { place, type StoredView, viewOf } from '../random-calls/operand.ts';
import { nativeWithExactMemory as native } from './engine.ts';

/** A function of tensors that the native engine computes by fused kernels, and the reference by their composite definitions. */
export interface Case {
  readonly title: string;
  readonly inputs: readonly StoredView[];
  readonly fn: (...inputs: Tensor[]) => Tensor;
  /** How large the sums are that cancel in a gradient. Default 1. */
  readonly cancels?: number;
}

/** The output, and the gradient of each input of floats. */
function outcomes({ inputs, fn }: Case, backend: Backend): Tensor[] {
  const tensors = inputs.map((input) => new Tensor(place(input, backend)));
  const leaves = tensors.filter(({ dtype }) => dtype.startsWith('float'));
  for (const leaf of leaves) leaf.requiresGrad_();
  const output = fn(...tensors);
  const directions = dtypes[output.dtype].array(
    new ArrayBuffer(output.numel * output.itemSize),
    0,
    output.numel,
  );
  for (let i = 0; i < directions.length; i++) directions[i] = Math.cos(1 + i * 2.399963);
  const { dtype, shape } = output;
  const strides = contiguousStrides(shape);
  output.backward(new Tensor(place({ dtype, shape, strides, offset: 0, memory: directions }, backend)));
  return [output, ...leaves.map((leaf) => leaf.grad!)];
}

/** Rounding of the terms counts, not of what cancellation leaves of them. */
export function assertNear(what: string, got: Tensor, wanted: Tensor, least = 1): void {
  const [a, b] = [got.data(), wanted.data()];
  let largest = least;
  for (const x of b) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  const room = largest * (wanted.dtype === 'float32' ? 2e-6 : 1e-13);
  expect(got.shape, what).toEqual(wanted.shape);
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i]) || Math.abs(a[i]! - b[i]!) <= room) continue;
    expect.fail(`${what}, element ${i} of ${b.length}: expected ${b[i]}, got ${a[i]}`);
  }
}

function check(test: Case, backend: Backend): void {
  const wanted = outcomes(test, referenceBackend);
  outcomes(test, backend).forEach((got, i) => {
    if (i === 0) assertNear(`${test.title}, output`, got, wanted[i]!);
    else assertNear(`${test.title}, gradient ${i - 1}`, got, wanted[i]!, test.cancels);
  });
}

/** Checks so many cases, and more in the heavy run, on a backend. */
export const property = (arbitrary: fc.Arbitrary<Case>, quick: number, backend: Backend = native!): void =>
  fc.assert(
    fc.property(arbitrary, (test) => check(test, backend)),
    { numRuns: cases(quick) },
  );

export const tame = { tame: true, broadcasts: false };
export const views = (dtype: DType, ...shapes: readonly (readonly number[])[]): fc.Arbitrary<StoredView[]> =>
  fc.tuple(...shapes.map((shape) => viewOf(dtype, shape, tame)));

export const size = (max: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: Math.min(max, 20) }) },
    fc.integer({ min: 1, max }),
  );
