import { callsOf, type ImprovedCall } from '../../src/backend/improve/fuse-pointwise.ts';
import { isDense, isPlace } from '../../src/backend/improve/memory-use.ts';
import type { Place, PlacedCall } from '../../src/backend/placed-call.ts';
import { numel } from '../../src/shape.ts';

/** Memory of a test's buffer: its handle. */
export type Elements = Float64Array;

export const bufferOf = (...elements: number[]): Place['storage'] & { readonly handle: Elements } => ({
  handle: Float64Array.from(elements),
});

/** `shape` elements from `offset` on; contiguous unless strides are given. */
export function placeOf(
  storage: Place['storage'],
  shape: readonly number[],
  offset = 0,
  strides: readonly number[] = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1)),
): Place {
  return { storage, dtype: 'float64', shape, strides, offset };
}

/** Where the elements of a place lie, in the order of their indices. */
function positionsOf({ shape, strides, offset }: Place): number[] {
  return Array.from({ length: numel(shape) }, (_, i) => {
    let position = offset;
    let rest = i;
    for (let d = shape.length - 1; d >= 0; d--) {
      position += (rest % shape[d]!) * strides[d]!;
      rest = Math.floor(rest / shape[d]!);
    }
    return position;
  });
}

const elementsOf = (place: Place): Elements => place.storage.handle as Elements;

function resultOf(call: PlacedCall, operands: readonly number[]): number {
  const [a = 0, b = 0] = operands;
  if (call.kind === 'copy') return a;
  if (call.kind === 'unary') return -a;
  if (call.kind === 'binary') return call.attributes.op === 'add' ? a + b : a * b;
  throw new Error(`no ${call.kind}`);
}

/** Computes elements [start, end) of a pointwise call. */
function pointwise(call: PlacedCall, start: number, end: number): void {
  const [out] = call.outputs as readonly [Place];
  const target = positionsOf(out);
  const sources = call.inputs.map((input) => (isPlace(input) ? positionsOf(input) : undefined));
  const results = target.slice(start, end).map((_, i) =>
    resultOf(
      call,
      call.inputs.map((input, n) => (isPlace(input) ? elementsOf(input)[sources[n]![start + i]!]! : input)),
    ),
  );
  for (const [i, result] of results.entries()) elementsOf(out)[target[start + i]!] = result;
}

/** Runs calls: copies, negations, sums, products, and sums over all elements. */
export function run(calls: readonly ImprovedCall[], block: number): void {
  for (const improved of calls) {
    if (improved.kind === 'chain') {
      for (let start = 0; start < improved.count; start += block) {
        for (const call of callsOf(improved)) pointwise(call, start, Math.min(start + block, improved.count));
      }
    } else if (improved.kind === 'reduce') {
      const [input] = improved.inputs as readonly [Place];
      if (!isDense(input)) throw new Error('reduce: expected a contiguous input');
      const sum = positionsOf(input).reduce((total, position) => total + elementsOf(input)[position]!, 0);
      elementsOf(improved.outputs[0]!)[improved.outputs[0]!.offset] = sum;
    } else if (improved.kind !== 'assertRange') {
      pointwise(improved, 0, numel(improved.outputs[0]!.shape));
    }
  }
}
