import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { isBufferView, isDense } from '../../src/backend/passes/memory-use.ts';
import type { FusedPointwise } from '../../src/backend/passes/optimized-call.ts';
import { numel } from '../../src/shape.ts';

/** Memory of a test's buffer: its handle. */
export type Elements = Float64Array;

export const bufferOf = (...elements: number[]): BufferView['storage'] & { readonly handle: Elements } => ({
  handle: Float64Array.from(elements),
});

/** `shape` elements from `offset` on; contiguous unless strides are given. */
export function placeOf(
  storage: BufferView['storage'],
  shape: readonly number[],
  offset = 0,
  strides: readonly number[] = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1)),
): BufferView {
  return { storage, dtype: 'float64', shape, strides, offset };
}

/** Where the elements of a place lie, in the order of their indices. */
function positionsOf({ shape, strides, offset }: BufferView): number[] {
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

const elementsOf = (place: BufferView): Elements => place.storage.handle as Elements;

function resultOf(call: LoweredCall, operands: readonly number[]): number {
  const [a = 0, b = 0] = operands;
  if (call.kind === 'copy') return a;
  if (call.kind === 'unary') return -a;
  if (call.kind === 'binary') return call.attributes.op === 'add' ? a + b : a * b;
  throw new Error(`no ${call.kind}`);
}

/** Computes elements [start, end) of a pointwise call. */
function pointwise(call: LoweredCall, start: number, end: number): void {
  const [out] = call.outputs as readonly [BufferView];
  const target = positionsOf(out);
  const sources = call.inputs.map((input) => (isBufferView(input) ? positionsOf(input) : undefined));
  const results = target.slice(start, end).map((_, i) =>
    resultOf(
      call,
      call.inputs.map((input, n) =>
        isBufferView(input) ? elementsOf(input)[sources[n]![start + i]!]! : input,
      ),
    ),
  );
  for (const [i, result] of results.entries()) elementsOf(out)[target[start + i]!] = result;
}

/** Runs calls: copies, negations, sums, products, and sums over all elements. */
export function run(calls: readonly (LoweredCall | FusedPointwise)[], block: number): void {
  for (const optimized of calls) {
    if (optimized.kind === 'fusedPointwise') {
      for (let start = 0; start < optimized.count; start += block) {
        for (const call of optimized.calls) pointwise(call, start, Math.min(start + block, optimized.count));
      }
    } else if (optimized.kind === 'reduce') {
      const [input] = optimized.inputs as readonly [BufferView];
      if (!isDense(input)) throw new Error('reduce: expected a contiguous input');
      const sum = positionsOf(input).reduce((total, position) => total + elementsOf(input)[position]!, 0);
      elementsOf(optimized.outputs[0]!)[optimized.outputs[0]!.offset] = sum;
    } else if (optimized.kind !== 'assertRange') {
      pointwise(optimized, 0, numel(optimized.outputs[0]!.shape));
    }
  }
}
