import type { View } from '../backend.ts';
import type { KernelCallOf } from '../kernels.ts';
import { contiguousElements, elementsOf } from './elements.ts';

/** A matrix of a batch as float64 in row-major order [rows, columns], read transposed where asked. */
function pack(view: View, batch: number, rows: number, columns: number, transposed: boolean): Float64Array {
  const source = elementsOf(view);
  const [batchStride, lead] = view.strides as [number, number];
  const start = view.offset + batch * batchStride;
  const packed = new Float64Array(rows * columns);
  const [rowStep, columnStep] = transposed ? [1, lead] : [lead, 1];
  for (let r = 0, p = 0; r < rows; r++) {
    for (let c = 0, s = start + r * rowStep; c < columns; c++, s += columnStep) packed[p++] = source[s]!;
  }
  return packed;
}

/** Adds a · b to a row of totals, four rows of b at a time. */
function multiplyRow(
  total: Float64Array,
  a: Float64Array,
  row: number,
  b: Float64Array,
  k: number,
  n: number,
): void {
  let l = 0;
  for (; l + 4 <= k; l += 4) {
    const [a0, a1, a2, a3] = [a[row + l]!, a[row + l + 1]!, a[row + l + 2]!, a[row + l + 3]!];
    const b0 = l * n;
    const b1 = b0 + n;
    const b2 = b1 + n;
    const b3 = b2 + n;
    for (let j = 0; j < n; j++) {
      total[j] = total[j]! + a0 * b[b0 + j]! + a1 * b[b1 + j]! + a2 * b[b2 + j]! + a3 * b[b3 + j]!;
    }
  }
  for (; l < k; l++) {
    const x = a[row + l]!;
    for (let j = 0, p = l * n; j < n; j++, p++) total[j] = total[j]! + x * b[p]!;
  }
}

/** Products are summed in float64 and rounded once, at the end. Integers are exact up to 2⁵³. */
export function matmul({ outputs, inputs, attributes }: KernelCallOf<'matmul'>): void {
  const [a, b] = inputs as [View, View];
  const { batch, m, n, k, transposeA, transposeB } = attributes;
  const out = contiguousElements(outputs[0]!);
  const total = new Float64Array(n);
  for (let i = 0; i < batch; i++) {
    const left = pack(a, i, m, k, transposeA);
    const right = pack(b, i, k, n, transposeB);
    for (let row = 0; row < m; row++) {
      total.fill(0);
      multiplyRow(total, left, row * k, right, k, n);
      out.set(total, (i * m + row) * n);
    }
  }
}
